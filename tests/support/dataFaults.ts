import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { expect } from "vitest";
import { drill } from "../../operations/drill/drill.ts";
import type { Evidence } from "../../operations/drill/evidence.ts";
import { mustLive } from "../../operations/living.ts";
import type { Living as Up } from "../../operations/stage.ts";
import { load } from "../load/load.ts";
import { docker, inside, theContainer } from "../local/docker.ts";
import { mustRung } from "./rung.ts";
import { type TestStack, testStack } from "./stack.ts";

const run = promisify(execFile);

/** A stack of the test's own; or the one that RUNG_TEST_STACK names, whose data is then as good as gone. */
export async function faultStack(): Promise<TestStack> {
  const { RUNG_TEST_STACK: stack, RUNG_TEST_URL: url } = process.env;
  if (stack && url) return { stack, url, file: "", set: async () => {}, remove: async () => {} };
  const own = await testStack({ rateLimitPerMinute: 1_000_000 });
  await mustRung("up", "--stack", own.stack);
  return own;
}

/** SQL in the stack's database, as its superuser. */
export async function sql(own: TestStack, text: string): Promise<string> {
  const command = `psql -X -q -At -v ON_ERROR_STOP=1 -h /run/postgresql -U postgres -d pulse <<'SQL'\n${text}\nSQL`;
  const { code, out, err } = await inside(own, "database", command);
  expect(code, err).toBe(0);
  return out;
}

/** What a client was told is kept, and what is found afterwards. */
export interface Ledger {
  readonly acknowledged: number;
  readonly lost: number;
  readonly refused: Readonly<Record<string, number>>;
  /** Of the acknowledged those that are not there now. */
  lostNow(): Promise<number>;
}

/** Writes through the edge while something happens, and then counts. */
export async function ledger(own: TestStack, happens: () => Promise<unknown>): Promise<Ledger> {
  const ca = (await mustRung("output", "certificateAuthority", "--stack", own.stack)).trim();
  const during = happens();
  during.catch(() => {}); // told below, once the load has ended
  const { userId, acknowledged, failed } = await load({
    url: own.url,
    ca,
    perSecond: 40,
    atLeast: 400,
    during,
  });
  await during;
  const lostNow = async () => {
    const found = new Set((await sql(own, `SELECT id FROM events WHERE user_id = '${userId}'`)).split("\n"));
    return acknowledged.filter((id) => !found.has(id)).length;
  };
  const lost = await lostNow();
  console.log(`acknowledged ${acknowledged.length}, lost ${lost}, refused ${JSON.stringify(failed)}`);
  return { acknowledged: acknowledged.length, lost, refused: failed, lostNow };
}

/** SIGKILL to every process of a container, as a power cut would: Docker starts it again by itself. */
export async function killContainer(own: TestStack, part: string): Promise<void> {
  const { Id } = await theContainer(own, part);
  const pid = await docker("inspect", "--format", "{{.State.Pid}}", Id);
  const { stdout } = await run("pgrep", ["-P", pid]).catch(() => ({ stdout: "" }));
  for (const one of [pid, ...stdout.trim().split("\n")]) if (one) process.kill(Number(one), "SIGKILL");
}

/** A drill of the stack, in this process. */
export async function drilled(
  own: TestStack,
  change: (living: Up) => Up = (living) => living,
  now: () => Date = () => new Date(),
): Promise<Evidence | Omit<Evidence, "previous">> {
  const { evidence } = await drill(change(await mustLive(own.stack)), { maxAgeHours: 26, now }, () => {});
  return evidence;
}

/** The names of the checks that failed, with what was found. */
export const failures = ({ checks }: Pick<Evidence, "checks">): string[] =>
  checks.filter(({ ok }) => !ok).map(({ name, found }) => `${name}: ${found}`);

/** Does something to files of the repository, runs `work`, and puts them back as they were. */
export async function withDamage<T>(
  own: TestStack,
  files: string,
  damage: string,
  work: () => Promise<T>,
): Promise<T> {
  const repository = "/data/objects/rung-backups/pgbackrest";
  const damaged = await inside(
    own,
    "storage",
    `set -euo pipefail; cd ${repository}; file=$(${files}); test -n "$file"; cp -a "$file" /data/kept; printf '%s' "$file" >/data/kept.name; ${damage}`,
  );
  expect(damaged.code, damaged.err).toBe(0);
  try {
    return await work();
  } finally {
    await inside(
      own,
      "storage",
      `cd ${repository}; mv /data/kept "$(cat /data/kept.name)"; rm /data/kept.name`,
    );
  }
}

/** The largest file of the newest backup. */
export const newestBundle =
  "find backup/main/$(ls backup/main | grep -E '^[0-9]' | tail -n 1) -type f -path '*bundle*' -printf '%s %p\\n' | sort -n | tail -n 1 | cut -d' ' -f2";
/** A WAL segment with others before and after it. */
export const middleSegment = "find archive/main -type f -name '*.zst' | sort | tail -n 2 | head -n 1";
