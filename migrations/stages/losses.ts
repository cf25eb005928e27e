import { type Finding, type PlanOptions, some, when } from "./finding.ts";
import type { Inventory } from "./inventory.ts";

/** What does not survive, and what replaces it. */
export function losses(source: Inventory, target: Inventory, { objects }: PlanOptions): Finding[] {
  const missing = source.extensions
    .map(({ name }) => name)
    .filter((name) => !target.availableExtensions.includes(name));
  const left = source.lists.otherSchemas.filter((name) => name !== "extensions");
  return [
    ...when(
      missing.length > 0,
      "attention",
      `extensions that the target cannot have: ${some(missing)}`,
      "what uses them fails when the schema is copied: take that out first",
    ),
    ...when(
      source.lists.eventTriggers.length > 0,
      "attention",
      `event triggers are left out: ${some(source.lists.eventTriggers)}`,
      "they are a superuser's; make them at the target if they must be",
    ),
    ...when(
      source.counts.foreignTables > 0,
      "attention",
      `${source.counts.foreignTables} foreign tables: their rows lie elsewhere`,
      "see that the target reaches that server",
    ),
    ...when(
      source.lists.extensionTables.length > 0,
      "attention",
      `rows in extensions' tables are left out: ${some(source.lists.extensionTables)}`,
      "make them anew at the target, e.g. cron.schedule(…)",
    ),
    ...when(
      left.length > 0,
      "attention",
      `schemas that are left out: ${some(left)}`,
      "vendors keep them: channels, jobs and functions are the app's to replace; --schema takes one along",
    ),
    ...when(
      left.includes("storage") && !objects,
      "attention",
      "Supabase's objects lie in its storage, and not in the database",
      "name both stores, and they go along: RUNG_PROMOTE_FROM_S3, RUNG_PROMOTE_TO_S3, RUNG_PROMOTE_BUCKETS",
    ),
  ];
}

/** Who signs in: rows like any other, but what reads them stays behind. */
export function users({ users: found }: Inventory, { schemas }: PlanOptions): Finding[] {
  if (!found || found.count === 0) return [];
  const goes = schemas.includes("auth");
  return [
    ...when(
      goes,
      "attention",
      `${found.count} users go along in auth.users, ${found.hashed} of them with their password's hash; Supabase's sign-in service does not`,
      "run its open source (supabase/auth) against the target with the same JWT secret, or have the app check the hashes",
    ),
    ...when(
      !goes,
      "attention",
      `${found.count} users stay behind: the schema auth is left out`,
      "take it along with --schema auth, or have everybody sign up anew",
    ),
    ...when(
      goes && found.foreign > 0,
      "attention",
      `${found.foreign} hashes are neither bcrypt's nor argon2's`,
      "see that what signs users in at the target knows them, or these users need a new password",
    ),
  ];
}
