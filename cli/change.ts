import type { Size, StageName } from "../components/model/words.ts";
import type { Changes } from "../engine/pulumi.ts";
import { mustLive } from "../operations/living.ts";
import type { LivingOutputs } from "../operations/stage.ts";
import type { Overrides, Target } from "../operations/target.ts";
import { type UpOptions, up } from "../operations/up.ts";
import { columns, paint, secondsText } from "./render/text.ts";
import { watched } from "./watched.ts";

export interface StackOptions {
  readonly stack: string;
  readonly json?: boolean;
}

export interface ChangeOptions extends StackOptions {
  readonly stage?: StageName;
  readonly size?: Size;
  /** The app's image by digest, for this run. */
  readonly image?: string;
  /** The region that is to lead, where a stage spans several. */
  readonly primary?: string;
}

/** Brings a stack up, showing what happens, and ends with the addresses. */
export async function bring(
  target: Target,
  options: UpOptions,
  shown: StackOptions,
  title: (context: Target["context"]) => string,
): Promise<number> {
  const began = performance.now();
  const { stack } = target.context;
  const ended = await watched(shown, title(target.context), async (report, signal) => {
    const changes = await up(target, { ...options, signal }, report);
    const { urls, logins = {} } = (await mustLive(stack)).outputs;
    return { changes, urls, logins: namesOnly(logins) };
  });
  if ("exitCode" in ended) return ended.exitCode;
  if (shown.json) return 0;
  const { changes, urls, logins } = ended.done;
  const seconds = secondsText((performance.now() - began) / 1000);
  process.stdout.write(`\n${addresses(urls, logins, stack)}\n\n`);
  process.stdout.write(`  ${paint("dim", `${counts(changes)} in ${seconds}`)}\n`);
  return 0;
}

/** Where things are, and how to log in: how passwords are shown is said, never what they are. */
function addresses(
  urls: Readonly<Record<string, string>>,
  logins: Readonly<Record<string, string>>,
  stack: string,
): string {
  const { app, ...others } = urls;
  const rows = [...(app ? [["app", app]] : []), ...Object.entries(others).toSorted()];
  const lines = [columns(rows.map(([name = "", url = ""]) => [paint("bold", name.padEnd(14)), url]))];
  const users = Object.entries(logins);
  if (users.length > 0) {
    const [name = "", user = ""] = users[0] ?? [];
    lines.push("", columns([[paint("bold", "log in as".padEnd(14)), `${user} (${name})`]]));
    lines.push(
      columns([[paint("bold", "password".padEnd(14)), `rung output logins --stack ${stack} --show-secrets`]]),
    );
    lines.push(
      columns([[paint("bold", "trust".padEnd(14)), `rung output certificateAuthority --stack ${stack}`]]),
    );
  }
  return lines.join("\n");
}

const namesOnly = (logins: NonNullable<LivingOutputs["logins"]>): Record<string, string> =>
  Object.fromEntries(Object.entries(logins).map(([name, { user }]) => [name, user]));

type Overridable = { readonly [K in "stage" | "size" | "primary"]?: ChangeOptions[K] | undefined };

export const overridesOf = ({ stage, size, primary }: Overridable): Overrides => ({
  ...(stage ? { stage } : {}),
  ...(size ? { size } : {}),
  ...(primary ? { primary } : {}),
});

export const titleOf = ({ spec, stack, stage, size }: Target["context"]): string =>
  `${spec.name} · ${stack} · ${stage} · ${size}`;

/** A digest's first twelve digits are enough to tell images apart. */
export const shortImage = (image: string): string => image.replace(/(sha256:[0-9a-f]{12})[0-9a-f]+$/, "$1");

/** `3 create, 1 update, 60 same`. */
export function counts(changes: Changes): string {
  const told = Object.entries(changes).filter(([, count]) => count > 0);
  return told.length === 0 ? "nothing to do" : told.map(([name, count]) => `${count} ${name}`).join(", ");
}
