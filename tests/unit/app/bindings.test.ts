import { expect, test } from "vitest";
import { BindingsError, readBindings } from "../../../app/src/bindings.ts";
import { bindings } from "../../../components/model/bindings.ts";

const good = {
  PUBLIC_URL: "https://pulse.example.com",
  DATABASE_URL: "postgresql://app:pw@pooler:6432/pulse",
  CACHE_URL: "rediss://:pw@cache:6379",
  REALTIME_URL: "rediss://:pw@cache:6379",
  STORAGE_ENDPOINT: "https://storage:9000",
  STORAGE_ACCESS_KEY_ID: "app",
  STORAGE_SECRET_ACCESS_KEY: "k",
  STORAGE_BUCKET_UPLOADS: "uploads",
  AUTH_SECRET: "x".repeat(32),
  CRON_SECRET: "y".repeat(16),
};

test("every problem is named at once, and no value is repeated", () => {
  const wrong = {
    ...good,
    PORT: "eighty",
    AUTH_SECRET: "hunter2",
    CACHE_URL: "http://:hunter3@cache",
    CRON_SECRET: "",
  };
  try {
    readBindings(wrong);
    expect.unreachable();
  } catch (error) {
    if (!(error instanceof BindingsError)) throw error;
    expect(error.problems.map(({ name }) => name).toSorted()).toEqual([
      "AUTH_SECRET",
      "CACHE_URL",
      "CRON_SECRET",
      "PORT",
    ]);
    expect(error.message).toContain("CRON_SECRET: is missing");
    expect(error.message).not.toMatch(/hunter/);
  }
});

test("the app reads no variable that stages do not bind, its own CA aside", () => {
  const read = Object.keys(
    readBindings({ ...good, METRICS_PORT: "9464", DATABASE_CA: "-----BEGIN CERTIFICATE-----" }),
  );
  expect(read.filter((name) => name !== "DATABASE_CA" && !(name in bindings))).toEqual([]);
});
