import { type Command, InvalidArgumentError, Option } from "commander";
import { imageByDigest } from "../../components/model/image.ts";
import { sizes, stageNames } from "../../components/model/words.ts";

export const stack = () => new Option("-s, --stack <name>", "the stack").default("dev");
export const stage = () => new Option("--stage <stage>", "where it runs").choices(stageNames);
export const size = () => new Option("--size <size>", "how much of it").choices(sizes);
export const json = () => new Option("--json", "print JSON, for scripts");

/** @throws InvalidArgumentError unless it is a count */
export function count(text: string): number {
  if (/^[1-9]\d{0,6}$/.test(text)) return Number(text);
  throw new InvalidArgumentError("It must be a whole number from 1 to 9,999,999.");
}

/** @throws InvalidArgumentError unless it is a day such as 2026-01-31 */
export function day(text: string): string {
  if (/^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(text))) return text;
  throw new InvalidArgumentError("It must be a day such as 2026-01-31.");
}

/** @throws InvalidArgumentError unless a provider takes it as the end of a name */
export function plainName(text: string): string {
  if (/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(text) && text.length <= 20) return text;
  throw new InvalidArgumentError("It must be up to 20 of a-z, 0-9 and hyphens, starting with a letter.");
}

/** @throws InvalidArgumentError unless it is a month such as 2026-01 */
export function month(text: string): string {
  if (/^\d{4}-(0[1-9]|1[0-2])$/.test(text)) return text;
  throw new InvalidArgumentError("It must be a month such as 2026-01.");
}

/** @throws InvalidArgumentError unless it is a moment with its zone, such as 2026-01-31T12:00:00Z */
export function instant(text: string): string {
  if (/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})$/.test(text)) {
    const time = new Date(text);
    if (!Number.isNaN(time.getTime())) return time.toISOString();
  }
  throw new InvalidArgumentError("It must be a moment with its zone, such as 2026-01-31T12:00:00Z.");
}

/** @throws InvalidArgumentError unless it names an image by digest */
function digest(text: string): string {
  if (imageByDigest.test(text)) return text;
  throw new InvalidArgumentError("It must be an image by digest: name@sha256:… or sha256:…");
}

export const image = () =>
  new Option("--image <digest>", "the app's image for this run, when CI has built it").argParser(digest);

/** Adds a command to its parent. What it does is loaded when it is called, so that `--help` stays quick. */
export function command(
  parent: Command,
  usage: string,
  about: string,
  options: Option[],
  run: (...args: never[]) => Promise<number>,
): void {
  const made = parent.command(usage).description(about).exitOverride();
  for (const option of options) made.addOption(option);
  made.action(async (...args: unknown[]) => {
    // A test of the workflows asks whether their commands are understood, and nothing more.
    if (process.env.RUNG_ONLY_PARSE) return;
    // commander passes the arguments, then the options, then itself.
    process.exitCode = await run(...(args.slice(0, -1) as never[]));
  });
}
