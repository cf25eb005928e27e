import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../../engine/paths.ts";
import { coolifyErrata, coolifyOperations } from "./coolify/operations.ts";
import { type Document, reduce } from "./kit/openapi/reduce.ts";
import { typesOf } from "./kit/openapi/types.ts";
import { supabaseOperations } from "./supabase/operations.ts";

/**
 * Writes what the vendors' OpenAPI documents say of the endpoints that are used: the types that the providers are
 * compiled against, and the small document that the stand-in servers hold requests against.
 *
 *     node components/providers/generate.ts <folder with the documents>
 */
export const vendors = {
  coolify: { document: "coolify-openapi.json", operations: coolifyOperations, errata: coolifyErrata },
  supabase: { document: "supabase-management-openapi.json", operations: supabaseOperations, errata: {} },
} as const;
export type Vendor = keyof typeof vendors;

/** The committed files of a vendor, and where they belong. */
export function generated(vendor: Vendor, folder: string): { path: string; text: string }[] {
  const { document, operations, errata } = vendors[vendor];
  const whole = JSON.parse(readFileSync(join(folder, document), "utf8")) as Document;
  const reduced = reduce(whole, operations, errata);
  return [
    { path: `components/providers/${vendor}/provider/types.ts`, text: typesOf(reduced, document) },
    { path: `engine/servers/${vendor}/openapi.json`, text: `${JSON.stringify(reduced, undefined, 1)}\n` },
  ];
}

if (import.meta.main) {
  const [folder] = process.argv.slice(2);
  if (!folder) {
    process.stderr.write(
      "usage: node components/providers/generate.ts <folder with the OpenAPI documents>\n",
    );
    process.exit(64);
  }
  for (const vendor of Object.keys(vendors) as Vendor[]) {
    const files = generated(vendor, folder);
    for (const { path, text } of files) writeFileSync(join(root, path), text);
    const paths = files.map(({ path }) => path);
    spawnSync("npx", ["biome", "check", "--write", ...paths], { cwd: root, stdio: "inherit" });
  }
}
