import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { migrationsOf } from "../../components/kit/migrations.ts";
import { root } from "../../engine/paths.ts";
import { run } from "../../engine/run.ts";
import { expectedFile, schemaOfMigrations } from "./expected.ts";
import { typesFiles, typesOf, typesOfD1 } from "./types.ts";

/** `npm run schema`: what follows from the migrations is written anew. */
const schema = await schemaOfMigrations();
const d1 = (await migrationsOf("schema-d1")).map(({ sql }) => sql);
const written = {
  [expectedFile]: `${JSON.stringify(schema, null, 2)}\n`,
  [typesFiles.postgres]: typesOf(schema),
  [typesFiles.d1]: typesOfD1(d1),
};
for (const [file, text] of Object.entries(written)) await writeFile(join(root, file), text);
await run("npx", ["biome", "check", "--write", ...Object.keys(written)], { cwd: root });
