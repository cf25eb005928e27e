import { createHash } from "node:crypto";
import { gunzipSync, gzipSync } from "node:zlib";

/** Rows, and a sum of their hashes: the order in which they lie has no say. */
export interface Sum {
  readonly rows: number;
  /** Of the first 60 bits of each line's SHA-256, as a decimal number. */
  readonly digest: string;
}

/** The same of a table's rows in SQL. @param table quoted, with its schema */
export const sumOfTable = (table: string): string =>
  `SELECT count(*)::float8 AS rows,
     coalesce(sum(('x' || left(encode(sha256(convert_to(to_jsonb(t)::text, 'UTF8')), 'hex'), 15))::bit(60)::bigint), 0)::text AS digest
   FROM ONLY ${table} t`;

export function sumOf(lines: readonly string[]): Sum {
  let digest = 0n;
  for (const line of lines)
    digest += BigInt(`0x${createHash("sha256").update(line).digest("hex").slice(0, 15)}`);
  return { rows: lines.length, digest: digest.toString() };
}

export const plus = (one: Sum, other: Sum): Sum => ({
  rows: one.rows + other.rows,
  digest: (BigInt(one.digest) + BigInt(other.digest)).toString(),
});

export const nothing: Sum = { rows: 0, digest: "0" };

export const same = (one: Sum, other: Sum): boolean => one.rows === other.rows && one.digest === other.digest;

export const packed = (lines: readonly string[]): Buffer => gzipSync(`${lines.join("\n")}\n`);
export const unpacked = (body: Buffer): string[] =>
  gunzipSync(body).toString("utf8").split("\n").slice(0, -1);
export const sha256 = (body: Buffer): string => createHash("sha256").update(body).digest("hex");
