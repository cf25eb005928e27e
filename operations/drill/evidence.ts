import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { paths } from "../../engine/paths.ts";
import { page } from "./page.ts";

const check = z.object({
  name: z.string(),
  ok: z.boolean(),
  /** What was found, for people. */
  found: z.string(),
});
export type Check = z.output<typeof check>;

const minutes = z.number().nonnegative();

/** What a drill found. Holds counts and digests, and nothing of what is in the database. */
const evidenceSchema = z.object({
  version: z.literal(1),
  app: z.string(),
  stack: z.string(),
  stage: z.string(),
  size: z.string(),
  /** What was drilled is one dump; left out: a backup and all that was written since. */
  by: z.literal("dump").optional(),
  /** ISO 8601. */
  began: z.string(),
  ended: z.string(),
  backup: z.object({ name: z.string(), kind: z.string(), finished: z.string() }).optional(),
  /** All checks passed, and the promise was kept. */
  good: z.boolean(),
  checks: z.array(check),
  measured: z.object({ rtoMinutes: minutes.optional(), rpoMinutes: minutes.optional() }),
  promised: z.object({ rtoMinutes: minutes, rpoMinutes: minutes }),
  /** The tiers whose promise the measured figures keep. */
  tiers: z.array(z.string()),
  tables: z.record(z.string(), z.object({ rows: z.number(), digest: z.string() })),
  /** SHA-256 of the evidence before this one: none can be taken out or changed unnoticed. */
  previous: z.string().nullable(),
});
export type Evidence = z.output<typeof evidenceSchema>;

const folderOf = (stack: string): string => join(paths.own, "drills", stack);

/** Writes `<time>.json`, its SHA-256 beside it, and a page to read. @returns the paths */
export async function writeEvidence(found: Omit<Evidence, "previous">) {
  const folder = folderOf(found.stack);
  await mkdir(folder, { recursive: true });
  const earlier = await readdir(folder);
  const last = earlier
    .filter((name) => name.endsWith(".json"))
    .toSorted()
    .at(-1);
  const previous = last ? sha256(await readFile(join(folder, last), "utf8")) : null;
  const evidence: Evidence = { ...found, previous };
  const text = `${JSON.stringify(evidence, null, 2)}\n`;
  const base = join(folder, found.began.replace(/[:.]/g, "-"));
  const hash = sha256(text);
  await writeFile(`${base}.json`, text);
  await writeFile(`${base}.json.sha256`, `${hash}  ${base.split("/").at(-1)}.json\n`);
  await writeFile(`${base}.md`, page(evidence, hash));
  return { json: `${base}.json`, page: `${base}.md`, hash };
}

/**
 * The evidence that there is for a stack, the oldest first.
 * @throws Error for a file whose hash is not the one beside it, or that the next one does not follow
 */
export async function readEvidence(stack: string): Promise<Evidence[]> {
  const folder = folderOf(stack);
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return [];
    throw error;
  });
  const all: Evidence[] = [];
  let previous: string | null = null;
  for (const name of names.filter((one) => one.endsWith(".json")).toSorted()) {
    const text = await readFile(join(folder, name), "utf8");
    const hash = sha256(text);
    const [signed] = (await readFile(join(folder, `${name}.sha256`), "utf8")).split(" ");
    if (signed !== hash) throw new Error(`${join(folder, name)} is not what was written: its hash differs`);
    const evidence = evidenceSchema.parse(JSON.parse(text));
    if (evidence.previous !== previous && all.length > 0)
      throw new Error(
        `${join(folder, name)} does not follow the one before it: one was changed or taken out`,
      );
    all.push(evidence);
    previous = hash;
  }
  return all;
}

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");
