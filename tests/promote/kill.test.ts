import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, expect, test } from "vitest";
import { audit, type Ledger, nothingLost, startLedger } from "../support/ledger.ts";
import { type Promotion, promotion, type Run } from "../support/promotion.ts";

let move: Promotion | undefined;
let ledger: Ledger | undefined;
afterEach(async () => {
  await ledger?.stop();
  await move?.remove();
});

/** Enough rows that a copy takes a while. */
const filler = `
  CREATE TABLE filler (id bigint PRIMARY KEY, body text);
  INSERT INTO filler SELECT i, repeat(md5(i::text), 10) FROM generate_series(1, 120000) i;`;

const kill = async (run: Run): Promise<void> => {
  run.child.kill("SIGKILL");
  await run.ended;
};

test("killed at one state after the other, as are both servers and the wire, a move goes on and nothing is lost", async () => {
  const m = await promotion(filler);
  move = m;
  ledger = startLedger(m.pooler.url, 4, 2);

  let run = m.start("start");
  await m.until(({ state }) => state === "copying", run);
  await sleep(300);
  await kill(run);

  run = m.start("start");
  await m.until(({ state }) => state === "copying", run);
  await sleep(500);
  await m.source.kill();
  expect((await run.ended).code).not.toBe(0);
  await m.source.start();

  const started = await m.run("start");
  expect(started.out).toContain("the target follows");
  expect(started.code).toBe(0);

  for (const wire of m.wires) wire.cut();
  await sleep(1000);
  for (const wire of m.wires) wire.mend();
  await m.target.kill();
  await m.target.start();
  await sleep(1000);
  const verified = await m.run("verify");
  expect(verified.out).toContain("the same");

  // while requests wait: its guardian lets them go on, and nobody has to run a command for that
  run = m.start("cutover");
  await m.until(({ state }) => state === "cutover", run);
  await sleep(250);
  await kill(run);
  const held = ledger.acknowledged.size;
  await sleep(2000);
  expect(ledger.acknowledged.size).toBeGreaterThan(held);

  for (let round = 0; (await m.journal())?.state !== "cut-over"; round += 1) {
    expect(round).toBeLessThan(4);
    await m.run("verify");
    run = m.start("cutover");
    if (round === 0) {
      await m.until(({ decided }) => decided === "target", run);
      await kill(run);
    } else await run.ended;
  }
  await sleep(500);

  run = m.start("rollback");
  await m.until(({ state }) => state === "rolling-back", run);
  await sleep(100);
  await kill(run);
  await sleep(500);
  for (let round = 0; (await m.journal())?.state !== "rolled-back"; round += 1) {
    expect(round).toBeLessThan(4);
    await m.run("rollback");
  }
  await sleep(300);
  await ledger.stop();
  expect(await audit(m.source.url("app"), ledger)).toEqual(nothingLost);
  expect(ledger.acknowledged.size).toBeGreaterThan(1000);
});

test("a target that cannot follow yet is not taken for one that does; when it can, nothing is copied again", async () => {
  const m = await promotion();
  move = m;
  const onTarget = async (...all: string[]) => {
    for (const sql of all) await m.target.sql(sql, [], "app");
  };
  await onTarget(
    "CREATE SCHEMA apart",
    "CREATE FUNCTION apart.refuse() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'not now'; END $$",
    "CREATE EVENT TRIGGER refuse ON ddl_command_start WHEN TAG IN ('CREATE SUBSCRIPTION') EXECUTE FUNCTION apart.refuse()",
  );
  const refused = await m.run("start");
  expect(refused.code).not.toBe(0);
  expect(refused.out).toContain("not now");
  const stopped = await m.journal();
  expect(stopped).toMatchObject({ state: "copying", copied: { bytes: expect.any(Number) } });
  expect((await m.run("verify")).code).not.toBe(0);

  await onTarget("DROP EVENT TRIGGER refuse", "DROP SCHEMA apart CASCADE");
  expect((await m.run("start")).out).toContain("the target follows");
  expect((await m.journal())?.copied).toEqual(stopped?.copied);
  expect((await m.run("verify")).out).toContain("the same");
});
