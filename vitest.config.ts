import { defineConfig } from "vitest/config";

/** @param files test files that run at once */
const tier = (name: string, seconds: number, files: number | string = 1, globalSetup: string[] = []) => ({
  test: {
    name,
    include: [`tests/${name}/**/*.test.ts`],
    testTimeout: seconds * 1000,
    hookTimeout: seconds * 1000,
    maxWorkers: files,
    globalSetup,
  },
});

/** Tests come in tiers: `unit` needs nothing but Node; the others say in CONTRIBUTING.md what they need. */
export default defineConfig({
  test: {
    projects: [
      tier("unit", 30, "100%"),
      tier("rehearsal", 300, 2),
      tier("local", 600, 1, ["tests/local/setup.ts"]),
      tier("promote", 300),
      tier("hold", 1200, 2),
      // alone on the machine
      tier("load", 1200),
      tier("slow", 7200),
      tier("workers", 60),
    ],
  },
});
