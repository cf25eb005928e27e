import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { stringify } from "yaml";
import { docker, inside, theContainer } from "../local/docker.ts";
import { mustRung, root, rung } from "../support/rung.ts";
import { type TestStack, testStack } from "../support/stack.ts";

/** A preview with another stack's rows, masked. */
const pr = 600_000 + (process.pid % 90_000);
const preview = { stack: `pr-${pr}`, url: "" };
const template = `Pulumi.test-pr-${pr}.yaml`;
const last = (out: string) => JSON.parse(out.trim().split("\n").at(-1) ?? "");
const secret = "nobody-may-read-this-name.pdf";
let own: TestStack;

beforeAll(async () => {
  await writeFile(join(root, template), stringify({ config: { "rung:stage": "local" } }));
  own = await testStack();
  await mustRung("up", "--stack", own.stack);
  await mustRung("db", "seed", "--stack", own.stack, "--users", "20", "--events-per-user", "5");
  await sql(
    own,
    `INSERT INTO files (id, user_id, name, content_type, bytes, sha256)
     SELECT gen_random_uuid(), id, '${secret}', 'application/pdf', 1, md5('x') || md5('y') FROM users LIMIT 1`,
  );
  await mustRung("backup", "now", "--stack", own.stack);
});
afterAll(async () => {
  await rung("pr", "down", "--pr", String(pr), "--template", template);
  await own.remove();
  await rm(join(root, template), { force: true });
});

async function sql(living: { stack: string; url: string }, text: string): Promise<string> {
  const { code, out, err } = await inside(
    living,
    "database",
    `psql --host=/run/postgresql --username=postgres --dbname=pulse -At -c "${text}"`,
  );
  if (code !== 0) throw new Error(err);
  return out;
}

test("the rows are those of the backup, and none of their values is", async () => {
  const ran = await rung(
    "pr",
    "up",
    "--pr",
    String(pr),
    "--anonymized-from",
    own.stack,
    "--template",
    template,
    "--json",
  );
  expect(ran.code, ran.out.slice(-3000) + ran.err).toBe(0);
  expect(last(ran.out).filled).toMatchObject({ data: "anonymized", from: own.stack });
  const counts =
    "SELECT (SELECT count(*) FROM users), (SELECT count(*) FROM events), (SELECT count(*) FROM files)";
  expect(await sql(preview, counts)).toBe(await sql(own, counts));
  const ids = async (living: typeof preview) =>
    (
      await sql(living, "SELECT id FROM users UNION ALL SELECT id FROM events UNION ALL SELECT id FROM files")
    ).split("\n");
  const originals = new Set(await ids(own));
  expect((await ids(preview)).filter((id) => originals.has(id))).toEqual([]);
  expect(await sql(preview, "SELECT count(*) FROM files WHERE name LIKE '%nobody%'")).toBe("0");
});

test("no original is in a file of the preview's database either: not in dead rows, not in WAL", async () => {
  await sql(preview, "CHECKPOINT");
  const { Id } = await theContainer(preview, "database");
  const found = await docker(
    "exec",
    Id,
    "bash",
    "-c",
    `grep -rl '${secret}' /var/lib/postgresql/data || true`,
  );
  expect(found).toBe("");
});

test("the copy that held them is gone, and the source is as it was", async () => {
  expect(await docker("ps", "--all", "--quiet", "--filter", "name=pulse-copy-")).toBe("");
  expect(await docker("volume", "ls", "--quiet", "--filter", "name=pulse-copy-")).toBe("");
  expect(await sql(own, `SELECT count(*) FROM files WHERE name = '${secret}'`)).toBe("1");
});
