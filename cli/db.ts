import { failure } from "../components/model/diagnostics.ts";
import type { Query } from "../migrations/runner.ts";
import { anonymize } from "../operations/database/anonymize.ts";
import { expectedSchema } from "../operations/database/expected.ts";
import { mayBecomeApp } from "../operations/database/isolation.ts";
import { changeSchema, statusOfMigrations } from "../operations/database/migrate.ts";
import { withDatabase } from "../operations/database/reach.ts";
import { holdsOthers, type SeedOptions, seed } from "../operations/database/seed.ts";
import { validate } from "../operations/database/validate.ts";
import { mustLive } from "../operations/living.ts";
import type { StackOptions } from "./change.ts";
import { columns, paint } from "./render/text.ts";
import { watched } from "./watched.ts";

/** Applies the migrations that are pending, or takes the last one back; `up` does the first by itself. */
export async function dbChange(what: "migrate" | "rollback", options: StackOptions): Promise<number> {
  const living = await mustLive(options.stack);
  const ended = await watched(options, `db ${what} · ${options.stack}`, async (report) => ({
    changed: await changeSchema(living, what, report),
  }));
  if ("exitCode" in ended) return ended.exitCode;
  if (options.json) return 0;
  const { changed } = ended.done;
  const told = changed.map(({ name, state }) => [state, name]);
  process.stdout.write(`${told.length > 0 ? columns(told) : "  nothing to do"}\n`);
  return 0;
}

/** @returns 2 when a migration is pending, has changed or is lost */
export async function dbStatus(options: StackOptions): Promise<number> {
  const states = await statusOfMigrations(await mustLive(options.stack));
  if (options.json) process.stdout.write(`${JSON.stringify(states, null, 2)}\n`);
  else
    process.stdout.write(
      `${columns([["STATE", "APPLIED (UTC)", "MIGRATION"], ...states.map(({ state, appliedAt, name }) => [state, appliedAt?.slice(0, 16).replace("T", " ") ?? "-", name])])}\n`,
    );
  return states.every(({ state }) => state === "applied") ? 0 : 2;
}

/** @returns 2 when the living schema is not as the code expects */
export async function dbValidate(options: StackOptions & { sql?: boolean }): Promise<number> {
  const living = await mustLive(options.stack);
  const { spec, stage } = living.context;
  const found = await withDatabase(living, async (client) =>
    validate(queryOf(client), await expectedSchema(), {
      extensions: spec.database?.extensions ?? [],
      becomesApp: stage === "local" || (await mayBecomeApp(queryOf(client))),
    }),
  );
  if (options.json) process.stdout.write(`${JSON.stringify(found, null, 2)}\n`);
  else if (options.sql) process.stdout.write(found.map(({ what, sql }) => `-- ${what}\n${sql}\n`).join("\n"));
  else if (found.length === 0)
    process.stdout.write("  the schema is as the code expects; users are kept apart\n");
  else {
    for (const { what, words, sql } of found)
      process.stdout.write(`${paint("bold", what)}\n  ${words}\n${sql.replace(/^/gm, "    ")}\n`);
    process.stdout.write(`\n  ${found.length} differences; --sql prints only what mends them\n`);
  }
  return found.length === 0 ? 0 : 2;
}

/** Adds made-up users and events; the same options make the same rows. */
export async function dbSeed(
  options: StackOptions & Partial<SeedOptions> & { yes?: boolean },
): Promise<number> {
  const living = await mustLive(options.stack);
  const made = await withDatabase(living, async (client) => {
    if (!options.yes && (await holdsOthers(queryOf(client)))) {
      throw failure(
        `${options.stack} holds users that are nobody's invention`,
        "seed another stack, or say --yes",
        "rung db seed",
        3,
      );
    }
    return seed(queryOf(client), {
      users: options.users ?? 100,
      eventsPerUser: options.eventsPerUser ?? 50,
      days: options.days ?? 30,
      until: options.until ?? new Date().toISOString().slice(0, 10),
      seed: options.seed ?? 1,
    });
  });
  if (options.json) process.stdout.write(`${JSON.stringify(made)}\n`);
  else process.stdout.write(`  ${made.users} users and ${made.events} events added\n`);
  return 0;
}

/** Masks a copy of production in place, and proves that no original value is left. */
export async function dbAnonymize(options: StackOptions & { yes?: boolean }): Promise<number> {
  const { stack } = options;
  if (stack === "prod" || !options.yes) {
    const mend = `restore a copy ("rung backup restore --into copy"), then: rung db anonymize --stack copy --yes`;
    throw failure(`anonymize overwrites the data of ${stack}`, mend, "rung db anonymize", 3);
  }
  const done = await withDatabase(await mustLive(stack), (client) => anonymize(queryOf(client)));
  if (options.json) process.stdout.write(`${JSON.stringify(done)}\n`);
  else {
    const rows = Object.entries(done.rows).map(([table, count]) => [table, `${count} rows masked`]);
    process.stdout.write(`${columns(rows)}\n  none of ${done.originals} original values is left\n`);
  }
  return 0;
}

const queryOf =
  (client: { query: Query }): Query =>
  (text, values) =>
    client.query(text, values);
