import type { ReadableStream as Stream } from "@cloudflare/workers-types";
import { withoutSecrets } from "../../withoutSecrets.ts";
import { type ExporterEnv, exporterSettings } from "./env.ts";
import { exported } from "./export.ts";
import { countedIfSo, type ExportWitness } from "./witness.ts";

/** Lets bytes through and promises how many; a global of the runtime. */
declare const FixedLengthStream: new (length: number) => TransformStream<Uint8Array, Uint8Array>;
/** Of the runtime's, too: takes bytes, and gives their digest. */
type Digesting = WritableStream<Uint8Array> & { readonly digest: Promise<ArrayBuffer> };
const digesting = () =>
  new (crypto as unknown as { DigestStream: new (algorithm: string) => Digesting }).DigestStream("SHA-256");

/**
 * A Worker of its own that writes the database to R2 when its cron trigger says so. The app's Worker has neither the
 * token nor the bucket: whoever breaks into it reaches no backup.
 */
export default {
  async scheduled(_: unknown, env: ExporterEnv): Promise<void> {
    const began = Date.now();
    try {
      const { key, bytes } = await exportTo(env, new Date(began));
      await remember(env, { began, key, bytes, ok: true });
      console.info(JSON.stringify({ level: "info", msg: "exported", key, bytes }));
    } catch (error) {
      const text = withoutSecrets(String(error));
      console.error(JSON.stringify({ level: "error", msg: "not exported", err: text }));
      // What is said last must be why, even where the database does not answer either.
      await remember(env, { began, key: null, bytes: 0, ok: false }).catch(() => {});
      // Cloudflare counts it as failed, and shows it so.
      throw new Error(text);
    }
  },
};

/** Streams the SQL from D1 to R2, and puts beside it what it must hold. @throws when it is not there whole */
async function exportTo(env: ExporterEnv, at: Date): Promise<{ key: string; bytes: number }> {
  const settings = exporterSettings.parse(env);
  const before = await countedIfSo(env.DATABASE);
  const response = await fetch(await exported(settings));
  const after = await countedIfSo(env.DATABASE);
  const bytes = Number(response.headers.get("content-length"));
  if (!response.ok || !response.body || !(bytes > 0)) {
    throw new Error(`the export cannot be fetched: ${response.status}, ${bytes} bytes`);
  }
  const key = `${settings.DATABASE_ID}/${at.toISOString().replaceAll(":", "")}.sql`;
  const [sent, read] = response.body.tee();
  const digest = digesting();
  const body = sent.pipeThrough(new FixedLengthStream(bytes));
  const [kept] = await Promise.all([
    // The same stream under two declarations: the DOM's and the platform's.
    env.EXPORTS.put(key, body as unknown as Stream, { httpMetadata: { contentType: "application/sql" } }),
    read.pipeTo(digest),
  ]);
  if (kept.size !== bytes) throw new Error(`the export has ${bytes} bytes, and R2 ${kept.size}`);
  const witness: ExportWitness = { bytes, sha256: hex(await digest.digest), before, after };
  await env.EXPORTS.put(`${key}.json`, JSON.stringify(witness), {
    httpMetadata: { contentType: "application/json" },
  });
  return { key, bytes };
}

const hex = (bytes: ArrayBuffer): string =>
  Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, "0")).join("");

interface Attempt {
  readonly began: number;
  readonly key: string | null;
  readonly bytes: number;
  readonly ok: boolean;
}

/** For the app's status page, and for whoever restores. */
async function remember({ DATABASE }: ExporterEnv, { began, key, bytes, ok }: Attempt): Promise<void> {
  await DATABASE.prepare(
    "INSERT INTO ops_backups (kind, label, started_at, finished_at, bytes, ok) VALUES ('export', ?1, ?2, ?3, ?4, ?5)",
  )
    .bind(key, began, Date.now(), bytes, ok ? 1 : 0)
    .run();
}
