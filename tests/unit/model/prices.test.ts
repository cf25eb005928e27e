import { expect, test } from "vitest";
import { rates as aws } from "../../../components/aws/prices.ts";
import { rates as cloudflare } from "../../../components/cloudflare-edge/prices.ts";
import { coolifyBlueprint } from "../../../components/hetzner-coolify/blueprint.ts";
import type { Blueprint } from "../../../components/model/blueprint.ts";
import { currencies, sumOf } from "../../../components/model/money.ts";
import { atUse, costOf, part, type Rate, running } from "../../../components/model/price.ts";
import { defineSpec } from "../../../components/model/spec.ts";
import { assumedUse } from "../../../components/model/usage.ts";
import { sizes } from "../../../components/model/words.ts";
import { rates as vercel } from "../../../components/vercel-supabase/prices.ts";
import { attempt, isPlan, stageList } from "../../../operations/plans.ts";

const spec = defineSpec({
  name: "pulse",
  database: { compatibleWith: ["postgresql", "sqlite"] },
  cache: {},
  storage: { buckets: { uploads: {} } },
});
const plans = stageList.flatMap(([name, stage]) =>
  sizes.map((size) => ({ name, size, plan: attempt(stage, spec, size, {}) })),
);
const planned = plans.flatMap(({ name, size, plan }) => (isPlan(plan) ? [{ name, size, plan }] : []));
const plansOf = ({ capabilities }: Blueprint) => Object.values(capabilities);

const wellSourced = (rate: Rate) => {
  expect(rate.source).toMatch(/^https:\/\/[\w.-]+\.\w+\/\S+$/);
  expect(rate.date).toMatch(/^20\d\d-(0[1-9]|1[0-2])(-[0-3]\d)?$/);
  expect(rate.unit).not.toBe("");
  expect(rate.region).not.toBe("");
  expect(currencies).toContain(rate.currency);
  if (rate.each !== undefined) expect(Number.isFinite(rate.each) && rate.each !== 0).toBe(true);
};

test.each(Object.entries({ ...aws, ...cloudflare, ...vercel }))(
  "%s says where it is from, and when",
  (_, rate) => wellSourced(rate),
);

test("every line of every stage at every size says where it is from, and when", () => {
  expect(planned.length).toBeGreaterThan(20);
  for (const { plan } of planned) plan.price.parts.forEach(wellSourced);
});

test("sums add up: a capability's lines to the capability, the capabilities to the stage", () => {
  for (const { name, size, plan } of planned) {
    for (const { price } of plansOf(plan)) {
      const lines = price.parts.map((line) => ({ [line.currency]: costOf(line) ?? 0 }));
      expect(price.monthly, `${name} ${size}`).toEqual(sumOf(lines));
    }
    expect(plan.price.monthly, `${name} ${size}`).toEqual(
      sumOf(plansOf(plan).map(({ price }) => price.monthly)),
    );
  }
});

test("a larger size is not cheaper than a smaller one in any currency", () => {
  for (const [name] of stageList) {
    const of = planned.filter((one) => one.name === name).map(({ plan }) => plan.price.monthly);
    for (const currency of currencies) {
      const amounts = of.map((monthly) => monthly[currency] ?? 0);
      expect(amounts, `${name}, ${currency}`).toEqual(amounts.toSorted((a, b) => a - b));
    }
  }
});

test("what is not known is this and no more, and is named", () => {
  const unknown = (name: string) => [
    ...new Set(planned.filter((one) => one.name === name).flatMap(({ plan }) => plan.price.unknown)),
  ];
  expect(unknown("local")).toEqual([]);
  expect(unknown("cloudflare-edge")).toEqual([]);
  expect(unknown("vercel-supabase")).toEqual(["memory of the instances, by how long they live"]);
  expect(unknown("hetzner-coolify")).toEqual(["load balancer lb21"]);
  const ofAws = ["the buckets, once in each vault", "Container Insights, by what it measures"];
  expect(
    unknown("aws-ecs"),
    "the same words at every size, so that a change of size brings nothing new",
  ).toEqual(ofAws);
  expect(unknown("aws-eks")).toEqual(ofAws);
});

test("Hetzner bills in euros and Cloudflare in dollars, and neither is turned into the other", () => {
  const { monthly } = coolifyBlueprint(spec, "small", { region: "fsn1" }).price;
  // A server at 8.49, a fifth of it for images, an address, 20 GB of disk; 120 dumps of at most 1 GB.
  expect(monthly.EUR).toBeCloseTo(8.49 + 1.7 + 0.5 + 20 * 0.0572, 2);
  expect(monthly.USD).toBeCloseTo(120 * 0.015, 2);
});

test("where Hetzner's prices were not found, nothing of Europe's is put in their place", () => {
  const { price } = coolifyBlueprint(spec, "large", { region: "ash" });
  expect(price.monthly.EUR).toBeUndefined();
  expect(price.unknown).toContain("server ccx23");
  expect(price.unknown).toContain("load balancer lb11");
});

test("what is included is not charged for, and what is assumed stands in the words", () => {
  const rate: Rate = { ...aws.cloudfront, each: 0.1, included: 1000 };
  expect(part("a", rate, 900)).toMatchObject({ quantity: 0, what: "a, beyond 1,000 included" });
  expect(atUse("a", rate, 1500, "GB")).toMatchObject({
    quantity: 500,
    what: "a, at 1,500 GB a month, beyond 1,000 included",
  });
  expect(running("a", { ...rate, included: 0 }, 2)).toMatchObject({ quantity: 1460, what: "a" });
});

test("the use that is assumed grows with the size", () => {
  for (const key of Object.keys(assumedUse.small) as (keyof typeof assumedUse.small)[]) {
    const of = sizes.map((size) => assumedUse[size][key]);
    expect(of, key).toEqual(of.toSorted((a, b) => a - b));
    expect(new Set(of).size, key).toBe(sizes.length);
  }
});
