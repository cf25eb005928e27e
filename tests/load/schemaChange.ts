import { expect } from "vitest";
import { imageFrom, output } from "../hold/images.ts";
import { mustRung, rung } from "../support/rung.ts";
import type { TestStack } from "../support/stack.ts";
import { type Loaded, loseNothing, sqlIn } from "./nothingLost.ts";

/** The app of an image with one migration more, as a release would bring it. */
function withMigration(image: string, name: string, up: string, down: string): Promise<string> {
  const text = Buffer.from(`-- migrate:up\n${up}\n-- migrate:down\n${down}\n`).toString("base64");
  return imageFrom(
    image,
    "USER root",
    `RUN echo ${text} | base64 -d >/app/migrations/${name}.sql`,
    "USER 10001",
  );
}

const columns = (own: TestStack) =>
  sqlIn(
    own,
    "SELECT string_agg(attname, ' ' ORDER BY attnum) FROM pg_attribute WHERE attrelid = 'public.files'::regclass AND attnum > 0 AND NOT attisdropped AND attname IN ('label', 'half')",
  );
const applied = (own: TestStack) =>
  sqlIn(own, "SELECT count(*) FROM public.schema_migrations WHERE version >= '2099'");

/**
 * Expand, the old app on the new schema, forward again and contract: each a real `up` or `rollback` under load.
 * @param settings of the stack, beside its image
 */
export async function expandAndContract(
  own: TestStack,
  settings: Readonly<Record<string, unknown>>,
  loaded: Loaded,
): Promise<void> {
  const old = await output(own, "image");
  const expanded = await withMigration(
    old,
    "20990101000000_label",
    "ALTER TABLE public.files ADD COLUMN label text;",
    "ALTER TABLE public.files DROP COLUMN label;",
  );
  const contracted = await withMigration(
    expanded,
    "20990102000000_no_label",
    "ALTER TABLE public.files DROP COLUMN label;",
    "ALTER TABLE public.files ADD COLUMN label text;",
  );
  // The old replicas serve on the new schema until the new ones are healthy.
  await own.set({ ...settings, image: expanded });
  await loseNothing(loaded, () => mustRung("up", "--stack", own.stack));
  expect(await columns(own)).toBe("label");
  // And for as long as it takes, when the release is taken back.
  await loseNothing(loaded, () => mustRung("rollback", "--stack", own.stack));
  expect(await output(own, "image")).toBe(old);
  expect(await columns(own)).toBe("label");
  await loseNothing(loaded, () => mustRung("up", "--stack", own.stack));
  expect(await output(own, "image")).toBe(expanded);
  await own.set({ ...settings, image: contracted });
  await loseNothing(loaded, () => mustRung("up", "--stack", own.stack));
  expect(await columns(own)).toBe("");
  expect(await applied(own)).toBe("2");
}

/** A migration that fails half way, brought by a real `up` under load: the app serves on, and nothing of it is left. */
export async function failHalfWay(
  own: TestStack,
  settings: Readonly<Record<string, unknown>>,
  loaded: Loaded,
): Promise<void> {
  const before = await output(own, "image");
  const was = [await columns(own), await applied(own)];
  const broken = await withMigration(
    before,
    "20990103000000_half",
    "CREATE TABLE public.half (id int); ALTER TABLE public.files ADD COLUMN half int; SELECT 1 / 0;",
    "DROP TABLE public.half;",
  );
  await own.set({ ...settings, image: broken });
  await loseNothing(loaded, async () => {
    const { code, err } = await rung("up", "--stack", own.stack);
    expect(code).toBe(1);
    expect(err).toContain("division by zero");
  });
  expect([await columns(own), await applied(own)]).toEqual(was);
  expect(await sqlIn(own, "SELECT to_regclass('public.half') IS NULL")).toBe("t");
  expect(await output(own, "image")).toBe(before);
  await own.set({ ...settings, image: before });
  await mustRung("up", "--stack", own.stack);
}
