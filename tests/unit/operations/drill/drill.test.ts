import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { paths } from "../../../../engine/paths.ts";
import { isFresh, isNotEmpty, isTheSame, tiersKept } from "../../../../operations/drill/checks.ts";
import { type Evidence, readEvidence, writeEvidence } from "../../../../operations/drill/evidence.ts";
import { tooLong } from "../../../../operations/drill/gate.ts";
import { page } from "../../../../operations/drill/page.ts";
import { withoutRows } from "../../../../operations/dumps/postgres.ts";
import type { Witness } from "../../../../operations/stage.ts";

let stack: string;
let folder: string;
beforeEach(() => {
  const drills = join(paths.own, "drills");
  // readEvidence looks where rung keeps it: a stack of the test's own
  stack = `unit-${Date.now()}-${Math.round(Math.random() * 1e6)}`;
  folder = join(drills, stack);
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const evidence = (began: string, good = true): Omit<Evidence, "previous"> => ({
  version: 1,
  app: "pulse",
  stack,
  stage: "local",
  size: "small",
  began,
  ended: began,
  backup: { name: "20260101-010000F", kind: "full", finished: began },
  good,
  checks: [{ name: "it can be restored", ok: good, found: good ? "yes" : "a | b\nc" }],
  measured: { rtoMinutes: 1.5, rpoMinutes: 0.6 },
  promised: { rtoMinutes: 240, rpoMinutes: 1440 },
  tiers: ["startup"],
  tables: { "public.users": { rows: 3, digest: "7" } },
});

const witness: Witness = {
  at: "2026-01-01T00:00:00.000Z",
  system: "1",
  tables: { "public.users": { rows: 3, digest: "7" }, "ops.backups": { rows: 2, digest: "1" } },
  roles: ["app", "owner"],
  schema: "s",
};
const failed = (after: Partial<Witness>) =>
  isTheSame(witness, { ...witness, ...after })
    .filter(({ ok }) => !ok)
    .map(({ found }) => found);

test("what came back is compared by rows, values, tables, schema and roles", () => {
  const { tables } = witness;
  expect(failed({})).toEqual([]);
  expect(failed({ tables: { ...tables, "public.users": { rows: 2, digest: "7" } } })).toEqual([
    "public.users: 3 rows, 2 came back",
  ]);
  expect(failed({ tables: { ...tables, "public.users": { rows: 3, digest: "8" } } })).toEqual([
    "public.users: 3 rows, with other values",
  ]);
  expect(failed({ tables: { "ops.backups": { rows: 2, digest: "1" } } })).toEqual([
    "public.users is missing",
  ]);
  expect(failed({ tables: { ...tables, "public.more": { rows: 0, digest: "0" } } })).toEqual([
    "public.more was not there",
  ]);
  expect(failed({ schema: "t" })).toEqual(["digests differ"]);
  expect(failed({ roles: ["owner"] })).toEqual(["missing: app"]);
});

test("a stale backup, and an empty database, are no pass", () => {
  const backup = {
    name: "b",
    kind: "full",
    finished: "2026-01-01T00:00:00.000Z",
    seconds: 1,
    databaseBytes: 1,
    storedBytes: 1,
    cluster: "1",
  } as const;
  expect(isFresh(backup, 26, new Date("2026-01-02T01:59:00Z")).ok).toBe(true);
  expect(isFresh(backup, 26, new Date("2026-01-02T02:01:00Z")).ok).toBe(false);
  expect(isFresh(backup, 26, new Date("2025-12-31T23:56:00Z")).ok).toBe(true);
  expect(isFresh(backup, 26, new Date("2025-12-31T23:00:00Z"))).toMatchObject({
    ok: false,
    found: "b is of 1.0 h from now: a clock is wrong",
  });
  expect(isNotEmpty(witness).ok).toBe(true);
  const notes = {
    "ops.backups": { rows: 9, digest: "1" },
    "public.schema_migrations": { rows: 1, digest: "1" },
    "public.users": { rows: 0, digest: "0" },
  };
  expect(isNotEmpty({ ...witness, tables: notes }).ok).toBe(false);
});

test("the tiers whose promise is kept", () => {
  expect(tiersKept(10, 0)).toEqual(["startup", "growth", "enterprise"]);
  expect(tiersKept(10, 0.5)).toEqual(["startup", "growth"]);
  expect(tiersKept(61, 1)).toEqual(["startup"]);
  expect(tiersKept(Number.POSITIVE_INFINITY, 1)).toEqual([]);
});

test("evidence is read back as written, and its page can be read", async () => {
  const one = await writeEvidence(evidence("2026-01-01T00:00:00.000Z"));
  await writeEvidence(evidence("2026-02-01T00:00:00.000Z", false));
  const all = await readEvidence(stack);
  expect(all.map(({ good, previous }) => [good, previous])).toEqual([
    [true, null],
    [false, one.hash],
  ]);
  const page = await readFile(one.page, "utf8");
  expect(page).toContain("passed");
  expect(page).toContain(one.hash);
  expect(page).toContain("| 36.0 s | 24 h | kept |");
});

test.each([
  [
    "one byte changed",
    async (names: string[]) => {
      const file = join(folder, names[1] ?? "");
      await writeFile(file, (await readFile(file, "utf8")).replace('"good": false', '"good": true '));
    },
    "its hash differs",
  ],
  ["one taken out", async (names: string[]) => rm(join(folder, names[1] ?? "")), "does not follow"],
])("evidence that was tampered with is refused: %s", async (_, tamper, told) => {
  await writeEvidence(evidence("2026-01-01T00:00:00.000Z"));
  await writeEvidence(evidence("2026-02-01T00:00:00.000Z", false));
  await writeEvidence(evidence("2026-03-01T00:00:00.000Z"));
  await tamper((await readdir(folder)).filter((name) => name.endsWith(".json")).toSorted());
  await expect(readEvidence(stack)).rejects.toThrow(told);
});

test("production is asked for a drill once its last good one is older than allowed", () => {
  const month = 30 * 24 * 60;
  const now = new Date("2026-03-01T00:00:00Z");
  const at = (began: string, good = true): Evidence => ({ ...evidence(began, good), previous: null });
  const releases = [{ since: "2026-02-20T00:00:00Z" }, { since: "2026-01-10T00:00:00Z" }];
  expect(tooLong([at("2026-02-10T00:00:00Z")], releases, month, now)).toBeUndefined();
  expect(tooLong([at("2026-01-20T00:00:00Z")], releases, month, now)).toContain(
    "last good drill is of 2026-01-20",
  );
  expect(
    tooLong([at("2026-01-20T00:00:00Z"), at("2026-02-25T00:00:00Z", false)], releases, month, now),
  ).toContain("failed");
  expect(
    tooLong([at("2026-02-10T00:00:00Z"), at("2026-02-25T00:00:00Z", false)], releases, month, now),
  ).toBeUndefined();
  const ahead = at("2026-09-01T00:00:00Z");
  expect(tooLong([at("2026-01-20T00:00:00Z"), ahead], releases, month, now)).toContain("a clock is wrong");
  expect(tooLong([at("2026-02-10T00:00:00Z"), ahead], releases, month, now)).toBeUndefined();
  expect(tooLong([], releases, month, now)).toContain("no drill was done since 2026-01-10");
  expect(tooLong([], [{ since: "2026-02-20T00:00:00Z" }], month, now)).toBeUndefined();
  expect(tooLong([], [], month, now)).toBeUndefined();
});

test("the page of a drilled dump says that nothing written since is in it", () => {
  const one = { ...evidence("2026-01-01T00:00:00.000Z"), previous: null };
  expect(page(one, "h")).toContain("and all WAL since.");
  const dump = page({ ...one, by: "dump" }, "h");
  expect(dump).toContain("one dump, and nothing written since.");
  expect(dump).toContain("RPO: the age of the newest dump");
});

test("what a tool says of a failed restore is kept, and nothing of what was in the rows", () => {
  const said = `pg_restore: while PROCESSING TOC:
pg_restore: error: could not execute query: ERROR:  role "reporting" does not exist
Command was: COPY public.users FROM stdin;
CONTEXT:  COPY users, line 3: "ann@example.org"
pg_restore: error: COPY failed for table "users": ERROR:  invalid input syntax for type uuid: "ann@example.org"
`;
  const kept = withoutRows(said);
  expect(kept).toContain('role "reporting" does not exist');
  expect(kept).toContain('table "users"');
  expect(kept).not.toContain("ann");
  expect(withoutRows("")).toBe("it does not say why");
});
