import { expect, test } from "vitest";
import app from "../../../app/spec.ts";
import { localBlueprint } from "../../../components/local/blueprint.ts";
import { postgresSettings } from "../../../components/local/config/postgres.ts";
import { defineSpec } from "../../../components/model/spec.ts";
import { sizes } from "../../../components/model/words.ts";

const settings = (size: (typeof sizes)[number]) =>
  Object.fromEntries(
    postgresSettings(app, localBlueprint(app, size).capabilities.database.detail)
      .split("\n")
      .map((line) => line.split(" = ") as [string, string]),
  );

test.each(sizes)("at size %s what PostgreSQL may take fits into its container", (size) => {
  const { memoryMb, maxConnections } = localBlueprint(app, size).capabilities.database.detail;
  const set = settings(size);
  const sorting = (Number.parseInt(set.work_mem ?? "", 10) * maxConnections) / 2;
  expect(Number.parseInt(set.shared_buffers ?? "", 10) + sorting).toBeLessThanOrEqual(memoryMb * 0.75);
});

test.each(sizes)("at size %s the pooler never asks for more connections than there are", (size) => {
  const { pooler, maxConnections } = localBlueprint(app, size).capabilities.database.detail;
  // Backup, exporter, migrations and the superuser's reserve are beside it.
  expect(pooler.poolSize + 10).toBeLessThan(maxConnections);
});

test("pg_cron is loaded for the app's database, and only when the spec asks for it", () => {
  const { detail } = localBlueprint(app, "small").capabilities.database;
  expect(postgresSettings(app, detail)).not.toContain("pg_cron");
  const asking = defineSpec({ name: "shop", database: { extensions: ["pg_cron"] } });
  expect(postgresSettings(asking, detail)).toContain("shared_preload_libraries = 'pg_cron'");
  expect(postgresSettings(asking, detail)).toContain("cron.database_name = 'shop'");
});
