import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { bodyOf, readMembers } from "./declarations.ts";
import { allTokens, findSource, type SdkPackage, type SdkSource } from "./package.ts";
import type { Properties, Schema } from "./shape.ts";
import { defaultNames } from "./typeReader.ts";

/** Bumped when what is read out of an SDK changes, so that older caches are not used. */
const format = 1;

interface Known {
  readonly schemas: Record<string, Schema>;
  readonly objects: Record<string, Properties>;
  readonly enums: Record<string, readonly string[]>;
}

/**
 * What an installed SDK declares, read from its own declaration files when a type is first used and
 * kept in a file per package version.
 */
export class Library {
  readonly sdk: SdkPackage;
  readonly #file: string;
  #known: Known | undefined;
  #grown = false;
  readonly #indexes = new Map<string, { text: string; bodies: Map<string, number> }>();

  constructor(sdk: SdkPackage, cacheFolder: string) {
    this.sdk = sdk;
    this.#file = join(cacheFolder, `${sdk.name}-${sdk.version}-${format}.json`);
  }

  /** The schema of a resource or function, or undefined when this SDK version has no such type. */
  schema(token: string): Schema | undefined {
    const known = this.#load().schemas[token];
    if (known) return known;
    const source = findSource(this.sdk, token);
    if (!source) return undefined;
    const [, , symbol = ""] = token.split(":");
    const schema = /^[a-z]/.test(symbol) ? functionSchema(token, source) : resourceSchema(token, source);
    this.#load().schemas[token] = schema;
    this.#grown = true;
    return schema;
  }

  /** The properties of a nested object type, e.g. `input:rds.InstanceS3Import`. */
  object(ref: string): Properties {
    const known = this.#load().objects[ref];
    if (known) return known;
    const [kind = "input", name = ""] = ref.split(":");
    const { text, bodies } = this.#index(kind);
    const body = bodies.get(name);
    if (body === undefined) throw new Error(`${this.sdk.name}: types/${kind}.d.ts has no ${name}`);
    const properties = readMembers(text, body, defaultNames);
    this.#load().objects[ref] = properties;
    this.#grown = true;
    return properties;
  }

  /** The values of an enum, e.g. `rds.EngineMode`. */
  enumeration(ref: string): readonly string[] {
    const known = this.#load().enums[ref];
    if (known) return known;
    const parts = ref.split(".");
    const name = parts.pop() ?? "";
    const file = join(this.sdk.folder, "types", "enums", ...parts, "index.d.ts");
    const text = readFileSync(file, "utf8");
    const body = new RegExp(`declare const ${name}: \\{([^}]*)\\}`).exec(text)?.[1] ?? "";
    const values = [...body.matchAll(/readonly \S+: "([^"]*)"/g)].map((match) => match[1] ?? "");
    this.#load().enums[ref] = values;
    this.#grown = true;
    return values;
  }

  /** The provider's own settings. */
  settings(): Properties {
    const file = join(this.sdk.folder, "provider.d.ts");
    return existsSync(file) ? members(readFileSync(file, "utf8"), "interface", "ProviderArgs") : {};
  }

  /** Every resource token, for a near match when one is unknown. */
  tokens(): string[] {
    return allTokens(this.sdk);
  }

  /** Writes what was read since, so that the next process need not. Safe beside other processes. */
  save(): void {
    if (!this.#grown) return;
    const mine = this.#load();
    const theirs = readKnown(this.#file);
    const merged: Known = {
      schemas: { ...theirs.schemas, ...mine.schemas },
      objects: { ...theirs.objects, ...mine.objects },
      enums: { ...theirs.enums, ...mine.enums },
    };
    mkdirSync(dirname(this.#file), { recursive: true });
    const draft = `${this.#file}.${process.pid}`;
    writeFileSync(draft, JSON.stringify(merged));
    renameSync(draft, this.#file);
    this.#grown = false;
  }

  #load(): Known {
    this.#known ??= readKnown(this.#file);
    return this.#known;
  }

  /** Where each interface of types/<kind>.d.ts opens. The files are up to 6 MB: one pass, once. */
  #index(kind: string) {
    const indexed = this.#indexes.get(kind);
    if (indexed) return indexed;
    const text = readFileSync(join(this.sdk.folder, "types", `${kind}.d.ts`), "utf8");
    const bodies = new Map<string, number>();
    const spaces: string[] = [];
    for (const match of text.matchAll(
      /^( *)(?:export )?(?:declare )?(namespace|interface) (\w+)[^{\n]*\{/gm,
    )) {
      const [whole, indent = "", keyword, name = ""] = match;
      const depth = indent.length / 4;
      spaces.length = Math.min(spaces.length, depth);
      if (keyword === "namespace") spaces[depth] = name;
      else bodies.set([...spaces, name].join("."), match.index + whole.length - 1);
    }
    const index = { text, bodies };
    this.#indexes.set(kind, index);
    return index;
  }
}

function readKnown(file: string): Known {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as Known;
  } catch {
    return { schemas: {}, objects: {}, enums: {} };
  }
}

function resourceSchema(token: string, { declarations, code, symbol }: SdkSource): Schema {
  const inputs = members(declarations, "interface", `${symbol}Args`);
  const needed = new Set(
    [...code.matchAll(/Missing required property '([^']+)'/g)].map((match) => match[1] ?? ""),
  );
  const constants = [...code.matchAll(/resourceInputs\["(\w+)"\] = "([^"]*)";/g)];
  const listed = /additionalSecretOutputs: \[([^\]]*)\]/.exec(code)?.[1] ?? "";
  const wrapped = [...code.matchAll(/resourceInputs\["(\w+)"\] = args\?\.\w+ \? pulumi\.secret\(/g)];
  return {
    token,
    inputs: Object.fromEntries(
      Object.entries(inputs).map(([name, property]) => [
        name,
        needed.has(name) ? { ...property, required: true } : property,
      ]),
    ),
    outputs: members(declarations, "class", symbol),
    secrets: [
      ...new Set([
        ...[...listed.matchAll(/"(\w+)"/g)].map((match) => match[1] ?? ""),
        ...wrapped.map((match) => match[1] ?? ""),
      ]),
    ],
    constants: Object.fromEntries(constants.map(([, name = "", value = ""]) => [name, value])),
  };
}

function functionSchema(token: string, { declarations, symbol }: SdkSource): Schema {
  const type = symbol.charAt(0).toUpperCase() + symbol.slice(1);
  return {
    token,
    inputs: members(declarations, "interface", `${type}Args`),
    outputs: members(declarations, "interface", `${type}Result`),
    secrets: [],
    constants: {},
  };
}

function members(text: string, keyword: "interface" | "class", name: string): Properties {
  const body = bodyOf(text, keyword, name);
  if (body < 0) return {};
  return readMembers(text, body, defaultNames);
}
