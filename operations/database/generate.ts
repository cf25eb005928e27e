import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { root } from "../../engine/paths.ts";
import { run } from "../../engine/run.ts";
import { expectedFile, schemaOfMigrations } from "./expected.ts";
import { typesOf } from "./types.ts";

/** `npm run schema`: what follows from the migrations is written anew. */
const schema = await schemaOfMigrations();
const types = "app/src/tables.ts";
await writeFile(join(root, expectedFile), `${JSON.stringify(schema, null, 2)}\n`);
await writeFile(join(root, types), typesOf(schema));
await run("npx", ["biome", "check", "--write", expectedFile, types], { cwd: root });
