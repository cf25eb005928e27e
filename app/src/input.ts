import { z } from "zod";
import { Refusal } from "./refusal.ts";

/** PostgreSQL's text knows neither NUL nor half a surrogate pair. */
const text = (max: number) =>
  z
    .string()
    .max(max)
    .refine((value) => value.isWellFormed() && !value.includes("\0"), "text that is well-formed Unicode");

const day = 24 * 60 * 60 * 1000;

/** An event as clients send it; the id makes sending it again harmless. */
const event = z.strictObject({
  id: z.uuid().toLowerCase().optional(),
  name: z.string().regex(/^[a-z][a-z0-9_.:-]{0,63}$/, "1 to 64 of a-z, 0-9 and _.:-, starting with a letter"),
  properties: z
    .record(z.string().regex(/^[\w.:-]{1,64}$/), z.union([text(1024), z.number(), z.boolean(), z.null()]))
    .refine((properties) => Object.keys(properties).length <= 32, "at most 32 properties")
    .default({}),
  occurredAt: z.iso
    .datetime({ offset: true })
    .refine((at) => Date.parse(at) > Date.now() - 30 * day, "within the last 30 days")
    .refine((at) => Date.parse(at) < Date.now() + 5 * 60_000, "not in the future")
    .optional(),
});

export const eventsInput = z.strictObject({ events: z.array(event).min(1).max(500) });

export const insightsInput = z.strictObject({
  days: z.coerce.number<string>().pipe(z.int().min(1).max(90)).prefault("7"),
  scope: z.literal(["all", "me"]).default("all"),
});

export const idInput = z.uuid().toLowerCase();

export const fileName = text(200)
  .transform((name) => name.replace(/^.*[/\\]/, "").trim())
  .pipe(z.string().min(1));

/** More than a few help nobody. */
const issuesShown = 20;

/**
 * Checks what came from outside.
 * @throws Refusal 400 naming every part that is wrong
 */
export function checked<S extends z.ZodType>(schema: S, input: unknown): z.output<S> {
  const result = schema.safeParse(input);
  if (result.success) return result.data;
  const issues = result.error.issues
    .slice(0, issuesShown)
    .map(({ path, message }) => ({ path: path.join("."), message }));
  throw new Refusal(400, "invalid", "The request is not as it should be.", { details: { issues } });
}
