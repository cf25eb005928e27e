import type pg from "pg";
import type { Spec } from "../../components/model/spec.ts";
import { expectedSchema } from "../database/expected.ts";
import { validate } from "../database/validate.ts";
import type { Check } from "../drill/evidence.ts";
import type { Dump } from "./dumps.ts";

/**
 * A dump without rights leaves the app none: whoever restores one gives them again, as `rung db validate --sql` says.
 * So does this.
 */
export async function rightsGiven(client: pg.Client, _: Dump, spec: Spec): Promise<Check> {
  const query = (text: string, values?: unknown[]) => client.query(text, values);
  const ground = { extensions: spec.database?.extensions ?? [], becomesApp: false };
  const missing = (await validate(query, await expectedSchema(), ground)).filter(({ what }) =>
    what.startsWith("grant "),
  );
  for (const { sql } of missing) await client.query(sql);
  return {
    name: "rights can be given again",
    ok: true,
    found: `the dump carries none; ${missing.length} statements, as the code expects them`,
  };
}
