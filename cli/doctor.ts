import { inspectToolchain } from "../engine/inspect.ts";
import type { Origin, Part } from "../engine/toolchain.ts";
import { columns, paint } from "./render/text.ts";

/**
 * Lists each part of the toolchain with its version and where it came from, and the mend for what is missing. Changes
 * nothing.
 * @returns 0, or 2 when a part is missing
 */
export async function doctor(options: { json?: boolean }): Promise<number> {
  const parts = await inspectToolchain();
  const missing = parts.some(({ origin }) => origin === "missing");
  if (options.json) process.stdout.write(`${JSON.stringify({ ok: !missing, parts }, null, 2)}\n`);
  else process.stdout.write(`${text(parts)}\n`);
  return missing ? 2 : 0;
}

const meaning: Readonly<Record<Origin, string>> = {
  official: "as its makers publish it",
  built: "made here from its source or packages",
  "stand-in": "Rung's own, where the official one cannot be had",
  missing: "not there",
};

function text(parts: readonly Part[]): string {
  const table = columns([
    ["PART", "VERSION", "ORIGIN", ""],
    ...parts.map(({ name, version, origin, mend }) => [
      name,
      version || "-",
      origin,
      origin === "missing" ? (mend ?? "") : "",
    ]),
  ]);
  const used = (Object.keys(meaning) as Origin[]).filter((each) =>
    parts.some(({ origin }) => origin === each),
  );
  const legend = used.map((origin) => `  ${origin}: ${meaning[origin]}`);
  return [paint("bold", "Rung's toolchain"), "", table, "", ...legend].join("\n");
}
