import { failure } from "../components/model/diagnostics.ts";
import type { ProviderBackup, ProviderBackups } from "../operations/hosted/backups/provider.ts";
import type { StackOptions } from "./change.ts";
import { columns, secondsText } from "./render/text.ts";
import type { RestoreOptions } from "./restore.ts";
import { watched } from "./watched.ts";

/** Makes one, where the provider lets itself be told. */
export async function providerNow(backups: ProviderBackups, options: StackOptions): Promise<number> {
  const ended = await watched(options, `backup now · ${options.stack}`, async (report) => ({
    name: await backups.now(report),
  }));
  if ("exitCode" in ended) return ended.exitCode;
  if (!options.json) process.stdout.write(`  ${ended.done.name}\n`);
  return 0;
}

/** What the provider keeps, and between which moments any can be restored. */
export async function providerList(backups: ProviderBackups, options: StackOptions): Promise<number> {
  const [all, window] = [await backups.list(), await backups.window()];
  if (options.json) {
    process.stdout.write(`${JSON.stringify({ backups: all, window: window ?? null }, null, 2)}\n`);
    return 0;
  }
  process.stdout.write(`${all.length > 0 ? table(all) : "  no backup by a name"}\n`);
  process.stdout.write(
    window
      ? `\n  any time from ${minute(window.earliest)} to ${minute(window.latest)} (UTC): --to\n`
      : "\n  no other time than these: --backup\n",
  );
  return 0;
}

/** What the provider says of what it keeps; whether it can be restored only a restore shows. */
export async function providerVerify(backups: ProviderBackups, options: StackOptions): Promise<number> {
  const [all, window] = [await backups.list(), await backups.window()];
  const broken = all.filter(({ ok }) => !ok);
  if (options.json) process.stdout.write(`${JSON.stringify({ backups: all, window: window ?? null })}\n`);
  if (broken.length > 0)
    throw failure(
      `not to be restored from: ${broken.map(({ name }) => name).join(", ")}`,
      "see what the provider says of them; rung backup now makes another",
      "rung backup verify",
    );
  if (all.length === 0 && !window)
    throw failure("the provider keeps nothing to restore from", "see docs/restore.md", "rung backup verify");
  if (!options.json)
    process.stdout.write(
      `  the provider calls ${all.length} backups whole; only a restore shows that they are\n`,
    );
  return 0;
}

/** Beside the living database, or in place, as the provider can. */
export async function providerRestore(backups: ProviderBackups, options: RestoreOptions): Promise<number> {
  const { stack, to, backup, beside } = options;
  const wanted = { ...(to ? { to } : {}), ...(backup ? { backup } : {}) };
  const ended = await watched(options, `restore ${to ?? backup ?? "the newest"} · ${stack}`, (report) =>
    backups.restore(wanted, beside, report),
  );
  if ("exitCode" in ended) return ended.exitCode;
  if (options.json) return 0;
  const { into, seconds, next } = ended.done;
  process.stdout.write(`\n  ${into} holds it, in ${secondsText(seconds)}\n`);
  for (const line of next) process.stdout.write(`  ${line}\n`);
  return 0;
}

const minute = (time: string): string => time.slice(0, 16).replace("T", " ");

const table = (all: readonly ProviderBackup[]): string =>
  columns([
    ["BACKUP", "KIND", "FINISHED (UTC)", "WHOLE", "STORED"],
    ...all.map((one) => [
      one.name,
      one.kind,
      minute(one.finished),
      one.ok ? "yes" : "no",
      one.bytes === null ? "?" : `${(one.bytes / 1e6).toFixed(1)} MB`,
    ]),
  ]);
