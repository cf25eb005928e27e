import { Miniflare, type Request as WorkerRequest, Response as WorkerResponse } from "miniflare";
import { bundleExporter } from "../../app/buildWorker.ts";
import { compatibilityDate } from "../../components/cloudflare-edge/runtime.ts";
import { accountId, bringUp, databaseId } from "./d1.ts";

export const token = "a-token-for-the-export";
const endpoint = `https://api.cloudflare.com/client/v4/accounts/${accountId}/d1/database/${databaseId}/export`;
export const signed = "https://exports.example.com/dump.sql?signature=1";

/** What Cloudflare's API answers, in order, and what D1 wrote. */
export interface Vendor {
  readonly answers: readonly object[];
  readonly file?: (dump: string) => WorkerResponse;
}

export const sent = (text: string) =>
  new WorkerResponse(text, { headers: { "content-length": String(Buffer.byteLength(text)) } });

/** The exporter in workerd. Beyond it stands what plays Cloudflare's API; the SQL is what D1 there really dumps. */
export async function exporter({ answers, file = sent }: Vendor) {
  const asked: { authorization: string | null; body: unknown }[] = [];
  const flare = new Miniflare({
    modules: true,
    script: (await bundleExporter()).code,
    compatibilityDate,
    bindings: { ACCOUNT_ID: accountId, DATABASE_ID: databaseId, API_TOKEN: token },
    d1Databases: ["DATABASE"],
    r2Buckets: ["EXPORTS"],
    outboundService: async (request: WorkerRequest) => {
      if (request.url === signed) return file(await dumped());
      if (request.url !== endpoint) return new WorkerResponse("no such place", { status: 404 });
      asked.push({ authorization: request.headers.get("authorization"), body: await request.json() });
      const answer = answers[Math.min(asked.length, answers.length) - 1];
      return WorkerResponse.json({ success: true, errors: [], messages: [], result: answer });
    },
  });
  await flare.ready;
  await bringUp(flare);
  const d1 = await flare.getD1Database("DATABASE");
  const dumped = async () => {
    // Miniflare's own way to the dump that wrangler writes.
    const [statements] = await d1.prepare("PRAGMA miniflare_d1_export(?,?,?);").bind(0, 0).raw<string[]>();
    return (statements ?? []).join("\n");
  };
  await d1.batch([
    d1.prepare("INSERT INTO users (id) VALUES ('ann')"),
    d1
      .prepare(
        "INSERT INTO events (id, user_id, name, properties, occurred_at) VALUES (?1, 'ann', 'seen', ?2, 5)",
      )
      .bind("00000000-0000-4000-8000-000000000005", JSON.stringify({ text: "it's; a\nline" })),
  ]);
  const worker = await flare.getWorker();
  return {
    asked,
    d1,
    dispose: () => flare.dispose(),
    run: () => worker.scheduled({ cron: "30 1 * * *" }),
    exports: async () => {
      const bucket = await flare.getR2Bucket("EXPORTS");
      const { objects } = await bucket.list();
      return Promise.all(
        objects.map(async ({ key }) => ({ key, text: (await (await bucket.get(key))?.text()) ?? "" })),
      );
    },
    remembered: async () =>
      (await d1.prepare("SELECT kind, label, bytes, ok FROM ops_backups").run()).results,
  };
}

/** The answer that ends an export. */
export const done = { at_bookmark: "b-2", status: "complete", success: true, result: { signed_url: signed } };
