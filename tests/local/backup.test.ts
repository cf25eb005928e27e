import { expect, test, vi } from "vitest";
import { docker, inside, theContainer } from "./docker.ts";
import { living } from "./living.ts";

interface Stanza {
  readonly backup: readonly { readonly label: string; readonly type: string; readonly error: boolean }[];
  readonly cipher: string;
  readonly status: { readonly code: number };
}

async function stanza(): Promise<Stanza> {
  const { out } = await inside(living, "backup", "backup list --json");
  const [first] = JSON.parse(out) as Stanza[];
  if (!first) throw new Error("no stanza");
  return first;
}

const archived = async () =>
  (
    await inside(
      living,
      "database",
      "psql -X -At -h /run/postgresql -U postgres -d postgres -c 'SELECT last_archived_wal FROM pg_stat_archiver'",
    )
  ).out;

test("a first full backup makes itself, encrypted", { timeout: 120_000 }, async () => {
  await vi.waitFor(async () => expect((await stanza()).backup.map(({ type }) => type)).toContain("full"), {
    timeout: 90_000,
    interval: 1000,
  });
  const { cipher, status } = await stanza();
  expect({ cipher, code: status.code }).toEqual({ cipher: "aes-256-cbc", code: 0 });
});

test("what is written reaches the archive", { timeout: 60_000 }, async () => {
  const before = await archived();
  await inside(
    living,
    "database",
    `psql -X -q -h /run/postgresql -U postgres -d postgres -c "SELECT pg_logical_emit_message(true, 'test', 'x')" -c 'SELECT pg_switch_wal()'`,
  );
  await vi.waitFor(async () => expect(await archived()).not.toBe(before), { timeout: 30_000, interval: 500 });
  expect((await inside(living, "backup", "backup check")).code).toBe(0);
});

test("what is committed after a restart reaches the archive by itself", { timeout: 200_000 }, async () => {
  const { Id } = await theContainer(living, "database");
  await docker("restart", Id);
  await vi.waitFor(async () => expect((await inside(living, "database", "healthy")).code).toBe(0), {
    timeout: 60_000,
    interval: 500,
  });
  const before = await archived();
  await inside(
    living,
    "database",
    `psql -X -q -h /run/postgresql -U postgres -d postgres -c "SELECT pg_logical_emit_message(true, 'test', 'x')"`,
  );
  await vi.waitFor(async () => expect(await archived()).not.toBe(before), {
    timeout: 100_000,
    interval: 1000,
  });
});

test("backup now adds an incremental one", { timeout: 120_000 }, async () => {
  const before = (await stanza()).backup.length;
  const { code, err } = await inside(living, "backup", "backup now incr");
  expect(code, err).toBe(0);
  const after = (await stanza()).backup;
  expect(after.length).toBe(before + 1);
  expect(after.at(-1)).toMatchObject({ type: "incr", error: false });
});

test("a stanza whose making was killed midway is made anew, unless it holds a log", async () => {
  const made = (before: string) => `
    . repository
    export PGBACKREST_REPO1_TYPE=posix PGBACKREST_REPO1_PATH=/tmp/half PGBACKREST_LOCK_PATH=/tmp/half.lock
    pgbackrest stanza-create && rm /tmp/half/backup/main/* && ${before}
    stanza && pgbackrest repo-ls backup/main; code=$?; rm -rf /tmp/half*; exit $code`;
  const anew = await inside(living, "database", made("true"));
  expect(anew).toMatchObject({ code: 0, out: "backup.info\nbackup.info.copy" });
  const kept = await inside(living, "database", made("mkdir -p /tmp/half/archive/main/17-1"));
  expect(kept.code).not.toBe(0);
  expect(kept.out).toContain("archive.info exists but backup.info is missing");
});

test("the backup container cannot write to the database's files", async () => {
  expect((await inside(living, "backup", "touch $PGDATA/probe")).err).toContain("Read-only file system");
});
