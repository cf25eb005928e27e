import { z } from "zod";
import { duration } from "../components/model/duration.ts";
import { parseOrThrow } from "../components/model/fromZod.ts";
import { imageByDigest } from "../components/model/image.ts";
import type { Money } from "../components/model/money.ts";
import { packNames } from "../components/model/packNames.ts";
import { listOf, platformShape } from "../components/model/platform.ts";
import { sizes, stageNames } from "../components/model/words.ts";

/** Pulumi keeps config as text; numbers and booleans come back from it as JSON. */
const port = z.coerce.number<number | string>().pipe(z.int().min(1024).max(65535));

/** Without quotes YAML takes it for a time, and Pulumi gives that back as Go writes it. */
const instant = z.preprocess(
  (value) =>
    typeof value === "string"
      ? value.replace(/^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d(?:\.\d+)?) \+0000 UTC$/, "$1T$2Z")
      : value,
  z.iso.datetime(),
);

const flag = z.union([z.boolean(), z.literal(["true", "false"]).transform((text) => text === "true")]);

/** What `Pulumi.<stack>.yaml` may say under `config`, each key with the prefix `rung:`. */
export const settingsSchema = z.strictObject({
  stage: z.literal(stageNames).describe("Where the stack runs."),
  size: z.literal(sizes).default("small").describe("How much of it."),
  httpsPort: port.default(8443).describe("local: the edge's port on 127.0.0.1."),
  httpPort: port.default(8080).describe("local: redirects to HTTPS."),
  owner: z.string().min(1).max(64).optional().describe("Who answers for the stack; a tag on everything."),
  expires: instant.optional().describe("When the stack may be swept away; a tag on everything."),
  image: z
    .string()
    .regex(imageByDigest, "an image by digest: name@sha256:... or sha256:...")
    .optional()
    .describe("The app's image, when CI has built it; otherwise it is built here."),
  ...platformShape,
  compliance: listOf(z.literal(packNames))
    .default([])
    .describe("What the stack is held to besides what the spec names, e.g. [hipaa]."),
  ceilingUsd: z.coerce
    .number<number | string>()
    .positive()
    .optional()
    .describe("Refuse a stack whose blueprint costs more US dollars a month."),
  ceilingEur: z.coerce
    .number<number | string>()
    .positive()
    .optional()
    .describe("The same for what is billed in euros; the one is never converted to the other."),
  protect: flag.optional().describe("Refuse to delete stores of data. Default: on."),
  rateLimitPerMinute: z.coerce
    .number<number | string>()
    .pipe(z.int().min(10).max(1_000_000))
    .optional()
    .describe("Requests a client address may make a minute; overrides the spec, e.g. for a load test."),
  healthTimeout: duration.default("2m").describe("How long a new container may take to become healthy."),
});

export type Settings = z.output<typeof settingsSchema>;

/** What a month may cost, in each currency that a ceiling is set for. */
export const ceilingOf = ({ ceilingUsd, ceilingEur }: Settings): Money => ({
  ...(ceilingUsd !== undefined && { USD: ceilingUsd }),
  ...(ceilingEur !== undefined && { EUR: ceilingEur }),
});

const namespace = "rung:";

/**
 * Checks the `config` block of a stack's settings file.
 * Keys of other namespaces are the providers' own and are left to them.
 * @param config as it stands in the file, e.g. `{"rung:stage": "local"}`
 * @param file the file's name, for errors
 * @throws DiagnosticsError naming every key that is wrong
 */
export function parseSettings(config: Readonly<Record<string, unknown>>, file: string): Settings {
  const own = Object.entries(config)
    .filter(([key]) => key.startsWith(namespace))
    .map(([key, value]) => [key.slice(namespace.length), value]);
  return parseOrThrow(settingsSchema, Object.fromEntries(own), file, `config.${namespace}`);
}

/** The settings file of a stack, relative to the project. */
export const settingsFile = (stack: string): string => `Pulumi.${stack}.yaml`;
