import type { Living } from "./docker.ts";

/** The stack that the tests look at: one that is up, named by the environment (CONTRIBUTING.md says how). */
export const living: Living = {
  stack: process.env.RUNG_TEST_STACK ?? "dev",
  url: process.env.RUNG_TEST_URL ?? "https://localhost:8443",
};
