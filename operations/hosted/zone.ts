import { z } from "zod";
import { phases } from "../../components/cloudflare/phases.ts";
import { needs } from "../../components/kit/needs.ts";
import type { Diagnostic } from "../../components/model/diagnostics.ts";
import type { Target } from "../target.ts";
import { askCloudflare, cloudflareToken } from "./cloudflare.ts";

/** `GET /zones/{zone}/rulesets`: developers.cloudflare.com/api/resources/rulesets, 2026-11. */
const shown = z.looseObject({
  result: z.array(z.looseObject({ name: z.string(), kind: z.string(), phase: z.string() })),
});

/**
 * Cloudflare has one rule set a phase and zone, and would refuse a second stack's in the middle of its first `up`.
 * Asked for a stack that has made nothing yet, and only where a token is known.
 * @param made whether the stack has made anything yet
 * @returns what stands in the zone already, and in the stack's way
 * @throws DiagnosticsError when Cloudflare's API refuses
 */
export async function zoneTaken(
  { context, file }: Target,
  made: () => Promise<boolean>,
): Promise<Diagnostic[]> {
  const { platform, stage, stack } = context;
  const zone = platform.cloudflareZoneId;
  if (!zone || !("cloudflareZoneId" in needs[stage]) || !(await cloudflareToken(stack))) return [];
  if (await made()) return [];
  const { result } = shown.parse(await askCloudflare(stack, `/zones/${encodeURIComponent(zone)}/rulesets`));
  const ours: readonly string[] = Object.values(phases);
  return result
    .filter(({ kind, phase }) => kind === "zone" && ours.includes(phase))
    .map(({ name, phase }) => ({
      what: `the zone has rules of its own in the phase ${phase}, of which Cloudflare allows one set`,
      where: { file, key: "config.rung:cloudflareZoneId" },
      found: name,
      mend: "give each stack a zone; or delete that rule set in Cloudflare's dashboard if nothing needs it",
    }));
}
