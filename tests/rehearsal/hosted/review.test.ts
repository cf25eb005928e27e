import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Review } from "../../../review/model.ts";
import { awsAccount } from "../../support/awsWorld.ts";
import { type HostedStack, hostedStack } from "../../support/hostedRung.ts";
import { plainPulumi } from "../../support/pulumi.ts";

/** The command itself over a stack that lives, with stand-ins for AWS: without credentials, as a fork has it. */
const image = `ghcr.io/example/pulse@sha256:${"1".repeat(64)}`;

let own: HostedStack;
let secrets: string[];

beforeAll(async () => {
  own = await hostedStack("aws-ecs", {
    settings: { "rung:image": image },
    servers: async (store) => [await awsAccount(store)],
  });
  const { code, err } = await own.rung("up");
  expect({ code, err }).toEqual({ code: 0, err: "" });
  const { DATABASE_URL, AUTH_SECRET, CRON_SECRET } = JSON.parse(
    (await own.rung("output", "bindings", "--show-secrets")).out,
  );
  secrets = [new URL(DATABASE_URL).password, AUTH_SECRET, CRON_SECRET];
});
afterAll(() => own.remove());

const living = ["--base", "living", "--predict"];

test("a stack that nothing changes is told in one line", async () => {
  const { code, out } = await own.rung("review", ...living);
  expect(out).toMatch(/^SAFE {2}no resource changes/);
  expect(out).toContain(`1 stack without a change: ${own.stack}`);
  expect(code).toBe(0);
});

test("a bigger size: what it stops, what it costs, and where that comes from", async () => {
  await own.set({ "rung:size": "medium" });
  const { code, out } = await own.rung("review", ...living, "--json");
  const review = JSON.parse(out) as Review;
  expect({ code, verdict: review.verdict }).toEqual({ code: 2, verdict: "REVIEW" });
  const [stack] = review.stacks;
  expect(stack?.basis).toBe("predicted");
  expect(stack?.base).toContain("living state");
  const restart = stack?.findings.find(({ rule }) => rule === "database-restart");
  expect(restart?.resource?.name).toBe("database");
  expect(restart?.hangsOn).toContain("app");
  expect(restart?.protection).toBe("protected by Pulumi and the vendor");
  expect(restart?.lastBackup).toMatch(/^\d{4}-\d\d-\d\dT/);
});

test.each(["--md", "--html", "--json"])("%s shows no secret", async (format) => {
  const { out } = await own.rung("review", ...living, format);
  for (const secret of secrets) {
    expect(secret.length).toBeGreaterThan(20);
    expect(out).not.toContain(secret);
    expect(out).not.toContain(Buffer.from(secret).toString("base64"));
  }
  expect(out).toContain("database");
});

test("for a terminal it is no wider than 80 columns", async () => {
  const { out } = await own.rung("review", ...living);
  expect(out.split("\n").filter((line) => line.length > 80)).toEqual([]);
});

test("an exported state is enough: no key, no credentials; what its secrets hold is not known, and said", async () => {
  const file = join(own.folder, "export.json");
  const { code, err } = await plainPulumi(own, "stack", "export", "--file", file);
  expect({ code, err }).toEqual({ code: 0, err: "" });
  await own.set({ "rung:size": "medium" });
  const ran = await own.rung("review", "--state", file, "--json");
  expect(ran.err).toBe("");
  const [stack] = (JSON.parse(ran.out) as Review).stacks;
  expect({
    code: ran.code,
    failures: stack?.findings.filter(({ rule }) => rule === "preview-failed"),
  }).toEqual({
    code: 2,
    failures: [],
  });
  expect(stack?.base).toContain("exported state");
  expect(stack?.findings.some(({ rule }) => rule === "database-restart")).toBe(true);
  expect(stack?.unknowns.length).toBeGreaterThan(0);
});

test("an export that is none is wrong usage, by name", async () => {
  const file = join(own.folder, "broken.json");
  await writeFile(file, "{");
  const { code, err } = await own.rung("review", "--state", file);
  expect(code).toBe(64);
  expect(err).toContain("broken.json");
});
