import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { type Document, parseDocument } from "yaml";
import { z } from "zod";
import { type Diagnostic, DiagnosticsError, failure } from "../../components/model/diagnostics.ts";
import { duration } from "../../components/model/duration.ts";
import { parseOrThrow } from "../../components/model/fromZod.ts";
import type { Money } from "../../components/model/money.ts";
import { root } from "../../engine/paths.ts";

/** What previews are made from, unless another file is named. */
export const templateFile = "Pulumi.pr.yaml";

const namespace = "preview:";

/** What the template says of all previews together, each key with the prefix `preview:`. */
const limitsSchema = z.strictObject({
  idle: duration.default("3d").describe("A preview is swept away after so long without a push."),
  maxCount: z.int().min(1).max(1000).default(10).describe("Previews at a time."),
  maxMonthlyUsd: z
    .number()
    .min(0)
    .default(200)
    .describe("US dollars a month of all previews together, by their blueprints."),
  maxMonthlyEur: z
    .number()
    .min(0)
    .optional()
    .describe("Euros a month of all previews together. Without it none is made that is billed in euros."),
  unpricedUsd: z
    .number()
    .min(0)
    .optional()
    .describe("US dollars a month that each part without a known price counts as."),
  users: z.int().min(0).max(1_000_000).default(100).describe("Made-up users in each preview's database."),
  until: z.iso
    .date()
    .default("2026-01-31")
    .describe("The last day of the made-up events: the same rows whenever they are made."),
  state: z
    .string()
    .optional()
    .describe("The state (PULUMI_BACKEND_URL) that holds every preview of the template's accounts."),
});

export type Limits = z.output<typeof limitsSchema>;

/** What all previews may cost together, in each currency that a cap is set for. */
export const capOf = ({ maxMonthlyUsd, maxMonthlyEur }: Limits): Money => ({
  USD: maxMonthlyUsd,
  ...(maxMonthlyEur !== undefined && { EUR: maxMonthlyEur }),
});
export type Config = Readonly<Record<string, unknown>>;

export interface Template {
  /** Relative to the project. */
  readonly file: string;
  readonly limits: Limits;
  /** What each preview's settings begin with. */
  readonly config: Config;
  /** How its secrets are encrypted, where the template holds some: Pulumi's own keys beside `config`. */
  readonly encryption: Readonly<Record<string, unknown>>;
}

/** What each preview is given by itself, or must never be. */
const own: Readonly<Record<string, string>> = {
  "rung:httpsPort": "each preview is given ports of its own",
  "rung:httpPort": "each preview is given ports of its own",
  "rung:expires": "expiry counts from the last activity; set preview:idle",
  "rung:protect": "a preview is there to be thrown away",
  "rung:image": "the image is the pull request's: --image, or built from its sources",
  "rung:allowDataLoss": "a preview takes nothing over",
};

/**
 * Reads and checks the template.
 * @throws DiagnosticsError with every problem of it
 */
export async function loadTemplate(file = templateFile): Promise<Template> {
  const text = await readFile(join(root, file), "utf8").catch((error: NodeJS.ErrnoException) => {
    const mend = `write it: "config: {rung:stage: local}"; docs/previews.md tells of its keys`;
    throw failure(`the template of previews cannot be read: ${error.code}`, mend, file, 64);
  });
  const { config = {}, ...encryption } = mapOf(parseDocument(text), file);
  const entries = Object.entries(typeof config === "object" && config !== null ? config : {});
  const problems = entries.flatMap(([key]): Diagnostic[] =>
    own[key] === undefined
      ? []
      : [
          {
            what: "not for a template",
            where: { file, key: `config.${key}` },
            mend: `${own[key]}; remove it`,
          },
        ],
  );
  if (problems.length > 0) throw new DiagnosticsError(problems);
  const said = entries.filter(([key]) => key.startsWith(namespace));
  const limits = Object.fromEntries(said.map(([key, value]) => [key.slice(namespace.length), value]));
  return {
    file,
    limits: parseOrThrow(limitsSchema, limits, file, `config.${namespace}`),
    config: Object.fromEntries(entries.filter(([key]) => !key.startsWith(namespace))),
    encryption,
  };
}

function mapOf(document: Document.Parsed, file: string): Record<string, unknown> {
  const value: unknown = document.errors.length > 0 ? undefined : document.toJS();
  if (typeof value === "object" && value !== null && !Array.isArray(value))
    return value as Record<string, unknown>; // of YAML, keys are text
  throw failure("this is no map", 'make it "config:" with the settings under it', file, 64);
}
