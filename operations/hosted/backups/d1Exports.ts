import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { z } from "zod";
import type { Counts, ExportWitness } from "../../../app/src/worker/exporter/witness.ts";
import type { Bucket } from "../../../migrations/s3/bucket.ts";
import type { Check } from "../../drill/evidence.ts";
import type { Dump, Dumps } from "../../dumps/dumps.ts";
import { sqliteBench } from "../../dumps/sqlite.ts";
import { backupBucket } from "../r2.ts";
import type { At } from "./provider.ts";

const rows = z.record(z.string(), z.number());
const noted: z.ZodType<ExportWitness> = z.object({
  bytes: z.number(),
  sha256: z.string(),
  before: rows.nullable(),
  after: rows.nullable(),
});

/** The exports that the stack's own Worker writes to R2 (`app/src/worker/exporter/`), each with what it must hold. */
export const d1Exports = ({ account, database, exports }: At<"d1">, stack: string): Dumps => ({
  kind: "the stack's own export, not D1's Time Travel",
  list: async () => exportsIn(await backupBucket(stack, exports, account), database),
  async bench() {
    const bucket = await backupBucket(stack, exports, account);
    return sqliteBench(`d1 ${database}`, {
      async fetch({ name, bytes }, file) {
        await bucket.fetch(name, file);
        const { sha256 } = await notedWith(bucket, name);
        const digest = createHash("sha256");
        for await (const part of createReadStream(file)) digest.update(part as Buffer);
        const found = digest.digest("hex");
        if (found !== sha256)
          throw new Error(`${name}, ${bytes} bytes, is not what was exported: SHA-256 ${found}`);
      },
      compare: async ({ name }, found) => [between(await notedWith(bucket, name), found)],
    });
  },
});

/** Named by when it was begun, as the Worker writes it: `<database>/2026-11-22T013000.000Z.sql`. */
async function exportsIn(bucket: Bucket, database: string): Promise<readonly Dump[]> {
  const time = /\/(\d{4}-\d\d-\d\dT\d\d)(\d\d)(\d\d\.\d{3}Z)\.sql$/;
  return (await bucket.objects(`${database}/`)).flatMap(({ key, bytes }) => {
    const [, hour, minute, second] = time.exec(key) ?? [];
    return hour === undefined ? [] : [{ name: key, taken: `${hour}:${minute}:${second}`, bytes }];
  });
}

async function notedWith(bucket: Bucket, name: string): Promise<ExportWitness> {
  const note = await bucket.get(`${name}.json`);
  if (!note) throw new Error(`nothing was noted of what ${name} must hold`);
  return noted.parse(JSON.parse(note.toString("utf8")));
}

/** As many rows as were counted; where others wrote during the export, as many as before it or after, or between. */
function between({ before, after }: ExportWitness, found: Counts): Check {
  const name = "every table holds the rows that were counted";
  if (!before || !after)
    return { name, ok: true, found: "D1 did not count in time: the export is compared by its SHA-256 alone" };
  const names = [...new Set([before, after, found].flatMap((one) => Object.keys(one)))].toSorted();
  const wrong = names.flatMap((name) => {
    const ends = [before[name] ?? 0, after[name] ?? 0].toSorted((a, b) => a - b);
    const [least = 0, most = 0] = ends;
    const is = found[name];
    if (is === undefined) return [`${name} is missing`];
    return is >= least && is <= most
      ? []
      : [`${name}: ${least === most ? least : `${least} to ${most}`} rows, ${is} came back`];
  });
  const total = Object.values(found).reduce((sum, one) => sum + one, 0);
  return {
    name,
    ok: wrong.length === 0,
    found: wrong.length === 0 ? `${total} rows in ${names.length} tables` : wrong.join("; "),
  };
}
