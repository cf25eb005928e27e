import { readFile } from "node:fs/promises";
import { failure } from "../components/model/diagnostics.ts";
import { type StageName, stageNames } from "../components/model/words.ts";
import { pingDocker } from "../engine/docker.ts";
import type { Toolchain } from "../engine/toolchain.ts";
import { look } from "../operations/living.ts";
import { rehearsalSettings } from "../operations/rehearse/settings.ts";
import { operationsOf } from "../operations/stages.ts";
import { type Exported, exportedState, withoutSecrets } from "./living.ts";
import { Graph } from "./read/graph.ts";
import type { StackSettings } from "./read/settings.ts";
import type { Step } from "./read/steps.ts";
import { type Standing, stand } from "./rehearsed.ts";
import type { Tree } from "./trees.ts";

/** What a change is compared with. */
export type Base =
  /** A commit: its stacks are brought up with stand-ins. */
  | { readonly kind: "commit"; readonly ref: string }
  /** The stacks as they live, by the state of this clone's backend. */
  | { readonly kind: "living"; readonly predict: boolean }
  /** An exported state, without keys or credentials; for one stack. */
  | { readonly kind: "export"; readonly file: string };

/** A stack whose settings are gone is not touched by anything any more. */
export const nothing = { events: [], diagnostics: [], succeeded: true, seconds: 0, plan: {} };

export const isStage = (name: string | undefined): name is StageName =>
  stageNames.some((one) => one === name);

export interface From {
  readonly standing: Standing;
  readonly real: boolean;
  readonly label: string;
  readonly unknowns: readonly string[];
  readonly secretsUnknown: boolean;
  readonly lastBackup?: (step: Step) => string;
}

export interface Wanted {
  readonly stack: string;
  readonly stage: string | undefined;
  readonly base: Tree;
  readonly config: Readonly<Record<string, string>>;
  /** Undefined where a commit is compared with. */
  readonly exported: Exported | undefined;
  readonly isNew: boolean;
  readonly from: Base;
  readonly toolchain: Toolchain;
}

/** What stood before: brought up with stand-ins, or taken from a state. */
export async function standingOf(wanted: Wanted): Promise<From> {
  const { stack, base, config, exported, from, toolchain } = wanted;
  const stage = isStage(wanted.stage) ? wanted.stage : undefined;
  const head = { tree: base, config };
  if (from.kind === "commit" || !exported) {
    const standing = await stand({ toolchain, stack, stage, head, empty: wanted.isNew });
    if (standing.failure) return failed(standing, base);
    return {
      standing,
      real: false,
      label: wanted.isNew
        ? `${base.label}, which has no such stack`
        : `${base.label}, rehearsed with stand-ins`,
      unknowns: predicted,
      secretsUnknown: false,
    };
  }
  const saved = exported.deployment.manifest?.time ?? "an unknown time";
  const lastBackup = await backupsOf(stack, stage, from.kind === "living", saved);
  if (from.kind === "living" && !from.predict && (await canAsk(stage))) {
    return {
      standing: only(new Graph(exported.deployment.resources ?? [])),
      real: true,
      label: `the living state of ${saved}`,
      unknowns: [],
      secretsUnknown: false,
      lastBackup,
    };
  }
  const bare = from.kind === "export";
  const standing = await stand({
    toolchain,
    stack,
    stage,
    head,
    state: {
      deployment: bare ? withoutSecrets(exported) : exported,
      passphrase: bare ? nobodys : passphraseOf(toolchain),
    },
  });
  if (standing.failure) return failed(standing, base);
  return {
    standing,
    real: false,
    label: `the ${bare ? "exported" : "living"} state of ${saved}, with stand-ins for the vendors`,
    unknowns: predicted,
    secretsUnknown: bare,
    lastBackup,
  };
}

/** The state that is compared with; undefined where it is a commit. */
export async function stateOf(
  base: Base,
  stack: string,
  toolchain: Toolchain,
): Promise<Exported | undefined> {
  if (base.kind === "commit") return undefined;
  return base.kind === "export" ? readExport(base.file) : exportedState(toolchain, stack);
}

/** What no stand-in can know. */
const predicted = [
  "what the vendor would refuse for reasons of the account: quotas, names that are taken, permissions",
  "what was changed by hand since the state was saved",
  "values that the vendor alone computes",
];

async function failed(standing: Standing, base: Tree): Promise<never> {
  await standing.end();
  throw failure(
    `${base.label} does not come up, so there is nothing to compare with: ${standing.failure}`,
    "compare with a commit that does (--base)",
    "rung review",
  );
}

/** A state to look at; no preview is asked of it. */
const only = (graph: Graph): Standing => ({
  graph,
  secrets: [],
  failure: undefined,
  preview: async () => nothing,
  end: async () => {},
});

async function readExport(file: string): Promise<Exported> {
  try {
    return JSON.parse(await readFile(file, "utf8")) as Exported;
  } catch (error) {
    throw failure(
      `the exported state cannot be read: ${error instanceof Error ? error.message : String(error)}`,
      "make one with: pulumi stack export --stack <stack> --file <file>",
      file,
      64,
    );
  }
}

const nobodys = { PULUMI_CONFIG_PASSPHRASE: "nobody's", PULUMI_CONFIG_PASSPHRASE_FILE: "" };

function passphraseOf(toolchain: Toolchain): Record<string, string> {
  const { PULUMI_CONFIG_PASSPHRASE, PULUMI_CONFIG_PASSPHRASE_FILE } = { ...process.env, ...toolchain.env() };
  return {
    ...(PULUMI_CONFIG_PASSPHRASE === undefined ? {} : { PULUMI_CONFIG_PASSPHRASE }),
    ...(PULUMI_CONFIG_PASSPHRASE_FILE === undefined ? {} : { PULUMI_CONFIG_PASSPHRASE_FILE }),
  };
}

/** What a vendor's provider logs in with; without it there is nobody to ask. */
const credentials: Readonly<Record<Exclude<StageName, "local">, readonly string[]>> = {
  "vercel-supabase": ["VERCEL_API_TOKEN", "SUPABASE_ACCESS_TOKEN"],
  "hetzner-coolify": ["HCLOUD_TOKEN", "CLOUDFLARE_API_TOKEN"],
  "aws-ecs": ["AWS_ACCESS_KEY_ID", "AWS_PROFILE", "AWS_WEB_IDENTITY_TOKEN_FILE"],
  "aws-eks": ["AWS_ACCESS_KEY_ID", "AWS_PROFILE", "AWS_WEB_IDENTITY_TOKEN_FILE"],
  "cloudflare-edge": ["CLOUDFLARE_API_TOKEN"],
};

const canAsk = async (stage: StageName | undefined): Promise<boolean> =>
  stage === "local"
    ? "version" in (await pingDocker())
    : stage !== undefined && credentials[stage].some((name) => process.env[name]);

/** When a store was last backed up: from the stage's own list, or from what the state holds of it. */
export async function backupsOf(
  stack: string,
  stage: StageName | undefined,
  lives: boolean,
  saved: string,
): Promise<(step: Step) => string> {
  const listed =
    lives && stage === "local" ? await lastListed(stack, stage).catch(() => undefined) : undefined;
  return ({ capability, outputs }) => {
    if (listed && (capability === "database" || capability === "backup")) return listed;
    const restorable = outputs.latestRestorableTime;
    if (typeof restorable === "string") return `${restorable} (as of ${saved})`;
    return "not known: the vendor was not asked";
  };
}

async function lastListed(stack: string, stage: StageName): Promise<string | undefined> {
  const [{ living }, { backup }] = await Promise.all([look(stack), operationsOf(stage)]);
  return living && backup ? (await backup.list(living)).at(-1)?.finished : undefined;
}

/**
 * The settings that a rehearsal is made with: what is encrypted, and what would come from a vendor's environment, is
 * played.
 */
export function configOf(
  own: StackSettings | undefined,
  other: StackSettings | undefined,
): Readonly<Record<string, string>> {
  const settings = own ?? other;
  const stage = settings?.values["rung:stage"];
  const played = isStage(stage) && stage !== "local" ? rehearsalSettings(stage, "small") : {};
  const given = Object.keys(settings?.secrets ?? {});
  const vendors = Object.entries(played).filter(([key]) => !key.startsWith("rung:") || key === "rung:image");
  return {
    ...Object.fromEntries(given.map((key) => [key, played[key] ?? "played"])),
    ...Object.fromEntries(vendors),
    ...settings?.values,
  };
}
