import { createHash } from "node:crypto";
import { DatabaseSync } from "node:sqlite";
import { Response as WorkerResponse } from "miniflare";
import { afterEach, expect, test } from "vitest";
import { databaseId } from "./d1.ts";
import { done, exporter, sent, token, type Vendor } from "./exporting.ts";

let here: Awaited<ReturnType<typeof exporter>> | undefined;
afterEach(async () => {
  await here?.dispose();
  here = undefined;
});

test("the whole database lies in R2 as SQL that another SQLite takes, and the app knows of it", async () => {
  const on = await exporter({ answers: [{ at_bookmark: "b-1", status: "active", success: true }, done] });
  here = on;
  expect((await on.run()).outcome).toBe("ok");
  expect(on.asked).toEqual([
    { authorization: `Bearer ${token}`, body: { output_format: "polling" } },
    { authorization: `Bearer ${token}`, body: { output_format: "polling", current_bookmark: "b-1" } },
  ]);
  const [file, note, ...others] = await on.exports();
  expect(others).toEqual([]);
  const counts = { users: 1, events: 1, files: 0, daily_rollups: 0, ops_backups: 0, schema_migrations: 1 };
  expect(note?.key).toBe(`${file?.key}.json`);
  expect(JSON.parse(note?.text ?? "")).toMatchObject({
    bytes: Buffer.byteLength(file?.text ?? ""),
    sha256: createHash("sha256")
      .update(file?.text ?? "")
      .digest("hex"),
    before: counts,
    after: counts,
  });
  expect(file?.key).toMatch(new RegExp(`^${databaseId}/\\d{4}-\\d\\d-\\d\\dT\\d{6}\\.\\d{3}Z\\.sql$`));
  const restored = new DatabaseSync(":memory:");
  restored.exec(file?.text ?? "");
  expect(restored.prepare("SELECT user_id, name, properties ->> 'text' AS text FROM events").all()).toEqual([
    { user_id: "ann", name: "seen", text: "it's; a\nline" },
  ]);
  expect(restored.prepare("SELECT count(*) AS n FROM schema_migrations").get()).toEqual({ n: 1 });
  expect(await on.remembered()).toEqual([
    { kind: "export", label: file?.key, bytes: Buffer.byteLength(file?.text ?? ""), ok: 1 },
  ]);
});

test.each<[string, Vendor]>([
  ["D1 gives up", { answers: [{ at_bookmark: "b-1", status: "error", success: false, error: "too large" }] }],
  ["the answer is no answer", { answers: [{ status: 5 }] }],
  ["the file is gone", { answers: [done], file: () => new WorkerResponse("gone", { status: 410 }) }],
  ["the file is empty", { answers: [done], file: () => sent("") }],
])("%s: the trigger fails, nothing lies in R2, and it is remembered as failed", async (_, vendor) => {
  const on = await exporter(vendor);
  here = on;
  expect((await on.run()).outcome).toBe("exception");
  expect(await on.exports()).toEqual([]);
  expect(await on.remembered()).toEqual([{ kind: "export", label: null, bytes: 0, ok: 0 }]);
});
