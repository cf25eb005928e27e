import type { Declared } from "../../components/model/compliance.ts";
import { isNothing, moneyText, notLimited, over } from "../../components/model/money.ts";
import { stageNames } from "../../components/model/words.ts";
import { type Check, type Rule, type StackRule, type Subject, where } from "../model.ts";

/** A stage's component: what the stack says of itself stands in its inputs. */
export const stageTypes = stageNames.map((name) => `rung:${name}:Stage`);

const asked = {
  rtoMinutes: 240,
  rpoMinutes: 60,
  retentionDays: 30,
  logDays: 365,
  residency: ["eu"],
  residencySaid: true,
} satisfies Declared["asked"];
const whole = {
  stage: "aws-ecs",
  size: "medium",
  compliance: [],
  asked,
  promised: { rtoMinutes: 15, rpoMinutes: 5, retentionDays: 30 },
  places: [{ capability: "database", region: "eu-central-1", law: "eu" }],
  cost: { monthly: { USD: 240 }, unknown: [], ceiling: { USD: 250 } },
} satisfies Declared;
const but = (change: Partial<Declared>) => ({ ...whole, ...change });
const { promised: _, ...withoutData } = whole;

/** Stages whose component was made before it said anything, and other programs', have nothing to be judged by. */
const said = (wrong: (declared: Declared) => string | undefined): Check =>
  where(
    (see) => see.has("asked"),
    (see) =>
      // what the stage's component was given; what it does not say of itself is in no rule
      wrong({
        asked: see.at("asked") as Declared["asked"],
        places: see.list("places") as Declared["places"],
        cost: see.at("cost") as Declared["cost"],
        promised: see.at("promised") as Declared["promised"],
      } as Declared),
  );

/** @param more whether more is better */
const kept = (key: "rtoMinutes" | "rpoMinutes" | "retentionDays", unit: string, more = false): Check =>
  said(({ promised, asked: wanted }) => {
    if (!promised) return undefined;
    const holds = more ? promised[key] >= wanted[key] : promised[key] <= wanted[key];
    return holds ? undefined : `${promised[key]} ${unit} are promised, ${wanted[key]} asked for`;
  });

/** What a month may cost. */
export const cost: readonly Rule[] = [
  {
    id: "cost-under-ceiling",
    types: stageTypes,
    must: "a month costs no more than the stack's ceiling",
    why: "the bill is the first to tell",
    mend: "choose a smaller size, or raise rung:ceilingUsd or rung:ceilingEur in the same change",
    severity: "high",
    controls: [],
    check: said(({ cost: { monthly = {}, ceiling = {} } }) =>
      isNothing(over(monthly, ceiling))
        ? undefined
        : `${moneyText(monthly)} a month, over the ceiling of ${moneyText(ceiling)}`,
    ),
    good: [
      whole,
      but({ cost: { monthly: { USD: 900 }, unknown: [], ceiling: {} } }),
      but({ cost: { monthly: { EUR: 40, USD: 2 }, unknown: [], ceiling: { EUR: 50, USD: 2 } } }),
      {},
    ],
    bad: [
      but({ cost: { monthly: { USD: 250.01 }, unknown: [], ceiling: { USD: 250 } } }),
      but({ cost: { monthly: { EUR: 51, USD: 2 }, unknown: [], ceiling: { EUR: 50, USD: 2 } } }),
    ],
  },
  {
    id: "cost-comparable",
    types: stageTypes,
    must: "where there is a ceiling, it is in the currencies that the stack is billed in",
    why: "no rate of exchange is taken for granted: what is billed in another currency passes under no ceiling",
    mend: "set rung:ceilingUsd and rung:ceilingEur, each for what is billed in it",
    severity: "high",
    controls: [],
    check: said(({ cost: { monthly = {}, ceiling = {} } }) => {
      const apart = notLimited(monthly, ceiling);
      return isNothing(apart)
        ? undefined
        : `${moneyText(apart)} a month cannot be compared with the ceiling of ${moneyText(ceiling)}`;
    }),
    good: [
      whole,
      but({ cost: { monthly: { EUR: 40 }, unknown: [], ceiling: {} } }),
      but({ cost: { monthly: { EUR: 40 }, unknown: [], ceiling: { EUR: 50, USD: 1 } } }),
    ],
    bad: [but({ cost: { monthly: { EUR: 40, USD: 1 }, unknown: [], ceiling: { USD: 250 } } })],
  },
  {
    id: "cost-known",
    types: stageTypes,
    must: "where there is a ceiling, the price of all that is below it is known",
    why: "a ceiling over part of the bill is none",
    mend: "look the price up, with its source, in the stage's prices",
    severity: "medium",
    controls: [],
    check: said(({ cost: { unknown = [], ceiling = {} } }) =>
      !isNothing(ceiling) && unknown.length > 0
        ? `the ceiling is judged without ${unknown.join(", ")}: the price is not known`
        : undefined,
    ),
    good: [whole, but({ cost: { monthly: { USD: 1 }, unknown: ["traffic"], ceiling: {} } })],
    bad: [but({ cost: { monthly: { USD: 1 }, unknown: ["traffic"], ceiling: { USD: 250 } } })],
  },
];

/** What the blueprint promises, against what the spec and its compliance packs ask for. */
export const objectives: readonly Rule[] = [
  {
    id: "objectives-rto",
    types: stageTypes,
    must: "a recovery takes no longer than was asked for",
    why: "the plan for a bad day would not hold on it",
    mend: "choose a size or stage with a standby, or ask for less in the spec's objectives.rto",
    severity: "high",
    controls: [],
    check: kept("rtoMinutes", "minutes to recover"),
    good: [whole, withoutData],
    bad: [but({ promised: { rtoMinutes: 241, rpoMinutes: 5, retentionDays: 30 } })],
  },
  {
    id: "objectives-rpo",
    types: stageTypes,
    must: "a recovery loses no more than was asked for",
    why: "what was lost would be more than anybody agreed to",
    mend: "choose a size or stage with point-in-time recovery, or ask for less in objectives.rpo",
    severity: "high",
    controls: [],
    check: kept("rpoMinutes", "minutes of data at risk"),
    good: [whole, withoutData],
    bad: [but({ promised: { rtoMinutes: 15, rpoMinutes: 1440, retentionDays: 30 } })],
  },
  {
    id: "objectives-retention",
    types: stageTypes,
    must: "backups go back as far as was asked for",
    why: "damage that is found late could not be undone",
    mend: "choose a size or stage that keeps them longer",
    severity: "high",
    controls: [],
    check: kept("retentionDays", "days of backups", true),
    good: [whole, withoutData],
    bad: [but({ promised: { rtoMinutes: 15, rpoMinutes: 5, retentionDays: 7 } })],
  },
  {
    id: "residency-kept",
    types: stageTypes,
    must: "data is kept where the spec lets it be",
    why: "another law would reach it",
    mend: "choose another region, or name its law in the spec's residency",
    severity: "high",
    controls: [],
    check: said(({ asked: { residency }, places }) => {
      if (!residency || residency.length === 0) return undefined;
      const out = places.find(({ law }) => !law || !residency.includes(law));
      return out && `${out.capability} is in ${out.region}: ${out.law ?? "whose law that is, nobody knows"}`;
    }),
    good: [whole, but({ asked: { ...asked, residency: [] } })],
    bad: [
      but({ places: [{ capability: "cache", region: "us-east-1", law: "us" }] }),
      but({ places: [{ capability: "storage", region: "nearest", law: null }] }),
    ],
  },
  {
    id: "residency-said",
    types: stageTypes,
    must: "the spec says where data may be kept, where a law asks for it",
    why: "a new region would move data to another law, and nobody would be told",
    mend: "name the places in the spec's residency",
    severity: "high",
    controls: [],
    check: said(({ asked: { residency = [], residencySaid } }) =>
      residencySaid && residency.length === 0 ? "residency is empty" : undefined,
    ),
    good: [whole, but({ asked: { ...asked, residency: [], residencySaid: false } })],
    bad: [but({ asked: { ...asked, residency: [] } })],
  },
];

const logGroup = "aws:cloudwatch/logGroup:LogGroup";
const subject = (type: string, props: Subject["props"]): Subject => ({
  type,
  name: "it",
  urn: `urn:pulumi:prod::rung::${type}::it`,
  props,
  protect: false,
});
const stage = subject("rung:aws-ecs:Stage", { ...whole });

export const logsKeptAsAsked: StackRule = {
  id: "logs-kept-as-asked",
  must: "logs are kept as long as the stack's compliance packs ask",
  why: "an intrusion that is found late has left no traces",
  mend: "keep them longer: logDays of the size, in the stage's sizes.ts",
  severity: "high",
  controls: [],
  checkAll: (all) => {
    const declared = all.find(({ type }) => stageTypes.includes(type));
    // what it says was checked when it was made
    const days = (declared?.props.asked as Declared["asked"] | undefined)?.logDays ?? 0;
    return all.flatMap(({ type, urn, props }) => {
      if (type !== logGroup || days === 0) return [];
      const found = props.retentionInDays;
      // 0 and nothing: forever
      if (!found || (typeof found === "number" && found >= days)) return [];
      return [{ urn, what: `logs are kept ${found} days, ${days} are asked for` }];
    });
  },
  good: [
    [stage, subject(logGroup, { retentionInDays: 365 }), subject(logGroup, {})],
    [subject(logGroup, { retentionInDays: 1 })],
  ],
  bad: [[stage, subject(logGroup, { retentionInDays: 30 })]],
};
