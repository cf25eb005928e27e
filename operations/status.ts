import type { CapabilityPlan } from "../components/model/blueprint.ts";
import { type Capability, capabilities } from "../components/model/words.ts";
import { type Checkpoint, readCheckpoint } from "../engine/pulumi.ts";
import { look } from "./living.ts";
import { type Health, healths, type Part } from "./stage.ts";
import { operationsOf } from "./stages.ts";

/** What `rung status --json` prints: stable. */
export interface Status {
  readonly stack: string;
  readonly stage: string;
  readonly size: string;
  /** Everything runs that should. */
  readonly healthy: boolean;
  readonly urls: Readonly<Record<string, string>>;
  readonly image: string | undefined;
  readonly releases: readonly { readonly image: string; readonly since: string }[];
  /** When the engine last changed it, ISO 8601. */
  readonly updated: string | undefined;
  readonly capabilities: Readonly<Record<string, CapabilityStatus>>;
}

export interface CapabilityStatus {
  readonly product: string;
  readonly class: string;
  readonly count: number;
  /** The worst of its parts'; `missing` when the stack is not up; `unknown` where nothing can be asked. */
  readonly health: Health;
  readonly parts: readonly Part[];
}

/** How a stack is now, by capability. Changes nothing. */
export async function status(stack: string): Promise<Status> {
  const { target, living } = await look(stack);
  const { context, plan } = target;
  const parts = living ? await (await operationsOf(living.context.stage)).health(living) : {};
  const planned = capabilities.flatMap((name): [Capability, CapabilityPlan][] => {
    const found = plan.capabilities[name];
    return found ? [[name, found]] : [];
  });
  const told = Object.fromEntries(
    planned.map(([name, one]) => [name, statusOf(one, living !== undefined, parts[name] ?? [])]),
  );
  return {
    stack,
    stage: living?.outputs.stage ?? context.stage,
    size: living?.outputs.size ?? context.size,
    healthy: living !== undefined && Object.values(told).every(({ health }) => isWell(health)),
    urls: living?.outputs.urls ?? {},
    image: living?.outputs.image,
    releases: living?.outputs.releases ?? [],
    updated: await lastUpdate(stack),
    capabilities: told,
  };
}

const isWell = (health: Health): boolean => ["healthy", "done", "unknown"].includes(health);

function statusOf(
  { product, class: class_, count }: CapabilityPlan,
  up: boolean,
  parts: readonly Part[],
): CapabilityStatus {
  const worst = parts
    .map(({ health }) => health)
    .toSorted((a, b) => healths.indexOf(b) - healths.indexOf(a))[0];
  // Without a part of its own it is as good as the stack it belongs to.
  const health = worst === "done" ? "healthy" : (worst ?? (up ? "healthy" : "missing"));
  return { product, class: class_, count, health, parts };
}

async function lastUpdate(stack: string): Promise<string | undefined> {
  const checkpoint: Checkpoint | undefined = await readCheckpoint(stack).catch(() => undefined);
  return checkpoint?.time;
}
