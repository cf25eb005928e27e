import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { StateResource } from "../engine/pulumi.ts";
import { type EngineEvent, exportState, runPulumi } from "../engine/pulumi.ts";
import { engineSettings } from "../engine/settingsFile.ts";
import { specialSignature } from "../engine/specialSignature.ts";
import type { Toolchain } from "../engine/toolchain.ts";
import type { StackSettings } from "./read/settings.ts";
import { type Preview, previewed } from "./rehearsed.ts";

/** A living stack's state, as `pulumi stack export` gives it. */
export interface Exported {
  readonly deployment: {
    readonly resources?: readonly StateResource[];
    readonly manifest?: { readonly time?: string };
  };
}

export const exportedState = async (toolchain: Toolchain, stack: string): Promise<Exported> =>
  (await exportState(toolchain, stack)) as Exported;

/**
 * The settings that a state was made with: stage and size as its outputs say; the rest as `settings` has it, for no
 * state keeps it.
 */
export function madeWith({ deployment }: Exported, settings: StackSettings): StackSettings {
  const { outputs = {} } = deployment.resources?.find(({ type }) => type === "pulumi:pulumi:Stack") ?? {};
  const said = (["stage", "size"] as const).flatMap((name) => {
    const value = outputs[name];
    return typeof value === "string" ? [[`rung:${name}`, value]] : [];
  });
  return { ...settings, values: { ...settings.values, ...Object.fromEntries(said) } };
}

/** What the working tree would change, as the vendors' own providers see it. */
export async function realPreview(
  toolchain: Toolchain,
  stack: string,
  policyPacks: readonly string[],
): Promise<Preview> {
  const folder = await mkdtemp(join(tmpdir(), "rung-preview-"));
  try {
    const file = join(folder, "plan.json");
    const events: EngineEvent[] = [];
    const run = { toolchain, command: "preview", stack, policyPacks, args: ["--save-plan", file] } as const;
    const ran = await runPulumi({ ...run, ...(await engineSettings(stack)) }, (event) => events.push(event));
    return await previewed(ran, events, file);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * An exported state that anybody may look at: what its secrets hold is taken out, so that no key is needed.
 * The result can be imported under any passphrase.
 */
export function withoutSecrets(exported: Exported): Exported {
  const { secrets_providers: _, ...deployment } = exported.deployment as Record<string, unknown>;
  return { ...exported, deployment: emptied(deployment) as Exported["deployment"] };
}

/** Long and plain enough for what a provider checks of a password or a token. */
const nobodysSecret = "not-in-an-exported-state-0123456";

function emptied(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(emptied);
  if (typeof value !== "object" || value === null) return value;
  // Assets and archives are marked by the same key.
  if (specialSignature in value && ("ciphertext" in value || "plaintext" in value)) {
    const { [specialSignature]: kind } = value as Record<string, unknown>;
    return { [specialSignature]: kind, plaintext: JSON.stringify(nobodysSecret) };
  }
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, emptied(one)]));
}
