import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { audit, nothingLost, startLedger } from "../support/ledger.ts";
import { type Promotion, promotion } from "../support/promotion.ts";

/** Rounds of the sweep: `RUNG_ROUNDS=200` for the long one. */
const rounds = Number(process.env.RUNG_ROUNDS ?? 30);

const filler = `
  CREATE TABLE filler (id bigint PRIMARY KEY, body text);
  INSERT INTO filler SELECT i, repeat(md5(i::text), 10) FROM generate_series(1, 60000) i;`;

const victims = ["rung", "source", "target", "wire"] as const;
const steps = ["start", "verify", "cutover", "rollback"] as const;

/** Strikes one victim at a moment of a step's run, and puts it back. */
async function strike(m: Promotion, victim: (typeof victims)[number], step: string, afterMs: number) {
  const run = m.start(step);
  await Promise.race([sleep(afterMs), run.ended]);
  if (victim === "rung") run.child.kill("SIGKILL");
  else if (victim === "wire") for (const wire of m.wires) wire.cut();
  else await m[victim].kill();
  await sleep(300);
  if (victim === "wire") for (const wire of m.wires) wire.mend();
  else if (victim !== "rung") await m[victim].start();
  await run.ended;
}

/** Runs a step until the journal says that it is done; verify goes before a cutover. */
async function complete(m: Promotion, step: (typeof steps)[number]): Promise<void> {
  const done = { start: "following", verify: "verified", cutover: "cut-over", rollback: "rolled-back" }[step];
  const said: string[] = [];
  for (let round = 0; round < 12; round += 1) {
    const state = (await m.journal())?.state;
    if (state === done || (step === "start" && state === "verified")) return;
    if (step === "cutover" && state === "following") said.push((await m.run("verify")).out);
    said.push((await m.run(step)).out);
    await sleep(500);
  }
  throw new Error(`${step} does not end: ${said.slice(-2).join("\n")}`);
}

test.each(Array.from({ length: rounds }, (_, round) => round))(
  "round %i: struck at some moment of some step, nothing acknowledged is lost or doubled",
  async (round) => {
    const step = steps[round % steps.length] ?? "start";
    const victim = victims[Math.floor(round / steps.length) % victims.length] ?? "rung";
    const m = await promotion(filler);
    const ledger = startLedger(m.pooler.url, 4, 2);
    try {
      for (const one of steps) {
        if (one === step) await strike(m, victim, one, 200 + Math.random() * 2500);
        await complete(m, one);
        if (one === "cutover") await sleep(300);
      }
      await sleep(300);
      await ledger.stop();
      expect(await audit(m.source.url("app"), ledger)).toEqual(nothingLost);
      expect(ledger.acknowledged.size).toBeGreaterThan(200);
    } finally {
      await ledger.stop();
      await m.remove();
    }
  },
);
