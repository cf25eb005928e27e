import type { StageName } from "../../../components/model/words.ts";
import type { Report } from "../../progress.ts";
import { chooseOrphans, type Doubted, type Known } from "./choose.ts";
import { removeThings, type Stays } from "./remove.ts";
import type { Reach, VendorThing, Where } from "./vendor.ts";

/** Whom a stage's parts are with, each loaded only when it is asked. */
const vendors: Readonly<Record<StageName, Readonly<Record<string, () => Promise<Reach>>>>> = {
  local: {},
  "vercel-supabase": {
    Vercel: async () => (await import("./vercel.ts")).reachVercel,
    Supabase: async () => (await import("./supabase.ts")).reachSupabase,
    Upstash: async () => (await import("./upstash.ts")).reachUpstash,
    Cloudflare: async () => (await import("./cloudflare.ts")).reachCloudflare,
  },
  // What Coolify runs goes with its server: each stack has one of its own.
  "hetzner-coolify": {
    Hetzner: async () => (await import("./hetzner.ts")).reachHetzner,
    Cloudflare: async () => (await import("./cloudflare.ts")).reachCloudflare,
  },
  "aws-ecs": { AWS: async () => (await import("./aws.ts")).reachAws },
  "aws-eks": { AWS: async () => (await import("./aws.ts")).reachAws },
  "cloudflare-edge": { Cloudflare: async () => (await import("./cloudflare.ts")).reachCloudflare },
};

/** What came of looking for orphans at one vendor's. */
export interface VendorSwept {
  readonly vendor: string;
  /** Why it was not asked; then nothing else is said. */
  readonly cannot?: string;
  readonly removed: readonly VendorThing[];
  /** Of what was to go, what the last listing still shows. */
  readonly left: readonly Stays[];
  readonly doubted: readonly Doubted[];
  /** Stacks that somebody works on now. */
  readonly busy: readonly string[];
}

const nothing = { removed: [], left: [], doubted: [], busy: [] } as const;

export interface Sweeping {
  readonly where: Where;
  /** Asked anew just before something is removed: a preview may have been begun meanwhile. */
  readonly known: () => Promise<Known["stacks"]>;
  /** Runs the removal of a preview's things as the only event of it; undefined where another is under way. */
  readonly alone: <T>(stack: string, work: () => Promise<T>) => Promise<T | undefined>;
  readonly signal?: AbortSignal;
}

/** Finds and removes what previews without a stack left at a stage's vendors', and lists them once more. */
export async function sweepVendors(
  stage: StageName,
  sweeping: Sweeping,
  report: Report,
): Promise<readonly VendorSwept[]> {
  const swept: VendorSwept[] = [];
  for (const [vendor, load] of Object.entries(vendors[stage]))
    swept.push(await sweepVendor(vendor, await load(), sweeping, report));
  return swept;
}

async function sweepVendor(
  name: string,
  reach: Reach,
  { where, known, alone, signal }: Sweeping,
  report: Report,
): Promise<VendorSwept> {
  const vendor = reach(where);
  if ("cannot" in vendor) return { vendor: name, cannot: vendor.cannot, ...nothing };
  try {
    report({ event: "message", severity: "info", text: `${name}: looking for what has no stack` });
    const choose = async () => chooseOrphans(await vendor.list(), { app: where.app, stacks: await known() });
    const { orphans, doubted } = await choose();
    const reasons = new Map<string, string>();
    const stacks = [...new Set(orphans.map(({ stack }) => stack))];
    const busy: string[] = [];
    for (const stack of stacks) {
      if (signal?.aborted) break;
      const left = await alone(stack, async () => {
        if ((await known()).has(stack)) return [];
        const its = orphans.filter((one) => one.stack === stack);
        return removeThings(vendor, its, where.lookMs, report, signal);
      });
      if (left === undefined) busy.push(stack);
      for (const { thing, why } of left ?? []) reasons.set(thing.id, why);
    }
    const after = stacks.length > 0 ? (await choose()).orphans : [];
    const there = new Set(after.map(({ id }) => id));
    return {
      vendor: name,
      removed: orphans.filter(({ id }) => !there.has(id)).map(shown),
      left: after
        .filter(({ stack }) => stacks.includes(stack) && !busy.includes(stack))
        .map((thing) => ({
          thing: shown(thing),
          why: reasons.get(thing.id) ?? "the next sweep looks again",
        })),
      doubted: doubted.map(({ thing, why }) => ({ thing: shown(thing), why })),
      busy,
    };
  } finally {
    vendor.close?.();
  }
}

/** Without what the vendor's own code keeps beside it. */
const shown = ({ stack, kind, id, name }: VendorThing): VendorThing => ({ stack, kind, id, name });
