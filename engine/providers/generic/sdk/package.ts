import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** An installed Pulumi SDK. */
export interface SdkPackage {
  /** The provider's name in type tokens, e.g. `aws`. */
  readonly name: string;
  readonly version: string;
  readonly folder: string;
}

interface Manifest {
  readonly version?: string;
  readonly pulumi?: { readonly resource?: boolean; readonly name?: string; readonly version?: string };
}

/** The installed SDK of a provider, found by what its own package.json says of itself; undefined if none is. */
export function findSdk(name: string, modules: string): SdkPackage | undefined {
  const likely = [`@pulumi/${name}`, `@pulumiverse/${name}`, `@${name}/pulumi`];
  for (const candidate of [...likely, ...scoped(modules)]) {
    const folder = join(modules, candidate);
    const manifest = readManifest(folder);
    if (manifest?.pulumi?.resource && (manifest.pulumi.name ?? candidate.split("/").at(-1)) === name) {
      return { name, version: (manifest.version ?? "0.0.0").replace(/^v/, ""), folder };
    }
  }
  return undefined;
}

/** Every Pulumi SDK that is installed, by what its package.json says of itself. */
export function* installedSdks(modules: string): Generator<SdkPackage> {
  for (const candidate of scoped(modules)) {
    const folder = join(modules, candidate);
    const manifest = readManifest(folder);
    if (!manifest?.pulumi?.resource) continue;
    const name = manifest.pulumi.name ?? candidate.split("/").at(-1) ?? "";
    yield { name, version: (manifest.version ?? "0.0.0").replace(/^v/, ""), folder };
  }
}

function* scoped(modules: string): Generator<string> {
  for (const scope of readdirSync(modules).filter((entry) => entry.startsWith("@"))) {
    for (const name of readdirSync(join(modules, scope))) yield `${scope}/${name}`;
  }
}

function readManifest(folder: string): Manifest | undefined {
  const file = join(folder, "package.json");
  return existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as Manifest) : undefined;
}

/** The declarations and the code of one resource or function. */
export interface SdkSource {
  readonly declarations: string;
  readonly code: string;
  /** The class or function's own name. */
  readonly symbol: string;
}

/**
 * The source of a type token such as `aws:rds/instance:Instance`; undefined when the SDK has no such type.
 * Generated SDKs lay files out by the token, but some by an older spelling: those are found by search.
 */
export function findSource(sdk: SdkPackage, token: string): SdkSource | undefined {
  const [, module = "", symbol = ""] = token.split(":");
  for (const base of candidates(module, symbol)) {
    const source = readSource(sdk, base, token, symbol);
    if (source) return source;
  }
  // `D1Database` lies in d1database.ts.
  const alike = readdirSync(sdk.folder).find((name) => name.toLowerCase() === `${symbol.toLowerCase()}.js`);
  const near = alike && readSource(sdk, alike.slice(0, -".js".length), token, symbol);
  if (near) return near;
  const found = searchToken(sdk.folder, token);
  return found === undefined ? undefined : readSource(sdk, found, token, symbol);
}

/** Every resource and function token of the SDK, for near matches. Slow: reads the whole package. */
export function allTokens(sdk: SdkPackage): string[] {
  const tokens = new Set<string>();
  for (const file of codeFiles(sdk.folder)) {
    for (const match of readFileSync(file, "utf8").matchAll(/__pulumiType = '([^']+:[^']+:[^']+)'/g)) {
      if (match[1]) tokens.add(match[1]);
    }
  }
  return [...tokens];
}

function candidates(module: string, symbol: string): string[] {
  const file = symbol.charAt(0).toLowerCase() + symbol.slice(1);
  // Kubernetes: `rbac.authorization.k8s.io/v1` lives in rbac/v1; elsewhere: `index/server` in server.
  const group = module.replace(/^([\w-]+)\.[\w.]+\//, "$1/");
  return [module.replace(/^index\//, ""), `${module.split("/")[0]}/${file}`, `${group}/${file}`, file];
}

function readSource(sdk: SdkPackage, base: string, token: string, symbol: string): SdkSource | undefined {
  const file = join(sdk.folder, base);
  if (!existsSync(`${file}.d.ts`)) return undefined;
  const code = readFileSync(`${file}.js`, "utf8");
  if (!code.includes(`'${token}'`) && !code.includes(`"${token}"`)) return undefined;
  const declarations = readFileSync(`${file}.d.ts`, "utf8");
  // A folder's index names every type in it but declares none.
  if (!new RegExp(`declare (?:class|function) ${symbol}\\b`).test(declarations)) return undefined;
  return { declarations, code, symbol };
}

function searchToken(folder: string, token: string): string | undefined {
  for (const file of codeFiles(folder)) {
    const code = readFileSync(file, "utf8");
    if (code.includes(`__pulumiType = '${token}'`) || code.includes(`invoke("${token}"`)) {
      return file.slice(folder.length + 1, -".js".length);
    }
  }
  return undefined;
}

function* codeFiles(folder: string): Generator<string> {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      if (entry.name !== "node_modules" && entry.name !== "types") yield* codeFiles(path);
    } else if (entry.name.endsWith(".js") && entry.name !== "index.js") yield path;
  }
}
