import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { Library } from "./generic/sdk/library.ts";
import { findSdk } from "./generic/sdk/package.ts";
import type { Properties, Property, Shape } from "./generic/sdk/shape.ts";
import type { Table } from "./table.ts";

/**
 * Writes `<provider>/table.json` from the installed SDK's declarations: `node engine/providers/generate.ts`.
 * To be run after a change of the SDK's version; a test compares the two.
 */
const served: Readonly<Record<string, readonly string[]>> = {
  docker: ["container:Container", "network:Network", "remoteImage:RemoteImage", "volume:Volume"],
  random: [
    "randomBytes:RandomBytes",
    "randomId:RandomId",
    "randomInteger:RandomInteger",
    "randomPassword:RandomPassword",
    "randomPet:RandomPet",
    "randomShuffle:RandomShuffle",
    "randomString:RandomString",
    "randomUuid:RandomUuid",
    "randomUuid4:RandomUuid4",
    "randomUuid7:RandomUuid7",
  ],
  tls: [
    "certRequest:CertRequest",
    "locallySignedCert:LocallySignedCert",
    "privateKey:PrivateKey",
    "selfSignedCert:SelfSignedCert",
  ],
};

/** The providers that have a table. */
export const generatedFor = Object.keys(served);

/** What the SDK of a provider declares for the types that are served here. */
export function tableOf(provider: string, modules: string): Table {
  const sdk = findSdk(provider, modules);
  if (!sdk) throw new Error(`no SDK of ${provider} is installed`);
  const library = new Library(sdk, join(modules, ".cache", "rung"));
  const resources: Record<string, Table["resources"][string]> = {};
  const objects: Record<string, Properties> = {};
  for (const type of served[provider] ?? []) {
    const token = `${provider}:index/${type}`;
    const schema = library.schema(token);
    if (!schema) throw new Error(`${sdk.name} ${sdk.version} has no ${token}`);
    resources[token] = {
      inputs: plain(schema.inputs),
      outputs: Object.keys(schema.outputs),
      secrets: schema.secrets,
    };
    collect(library, schema.inputs, objects);
  }
  return { version: sdk.version, resources, objects };
}

function collect(library: Library, properties: Properties, objects: Record<string, Properties>): void {
  for (const ref of Object.values(properties).flatMap(({ shape }) => refsOf(shape))) {
    if (objects[ref]) continue;
    const found = plain(library.object(ref));
    objects[ref] = found;
    collect(library, found, objects);
  }
}

function refsOf(shape: Shape): string[] {
  if (shape.is === "object") return [shape.ref];
  if (shape.is === "array" || shape.is === "map") return refsOf(shape.of);
  return shape.is === "union" ? shape.of.flatMap(refsOf) : [];
}

/** Name, type and whether it is required; what documentation adds is in the definitions. */
const plain = (properties: Properties): Properties =>
  Object.fromEntries(
    Object.entries(properties).map(([name, { shape, required }]): [string, Property] => [
      name,
      { shape, required },
    ]),
  );

if (import.meta.main) {
  const modules = join(import.meta.dirname, "..", "..", "node_modules");
  for (const provider of Object.keys(served)) {
    const file = join(import.meta.dirname, provider, "table.json");
    writeFileSync(file, `${JSON.stringify(tableOf(provider, modules))}\n`);
  }
}
