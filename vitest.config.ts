import { defineConfig } from "vitest/config";

const tier = (name: string, seconds: number, parallel: boolean, globalSetup: string[] = []) => ({
  test: {
    name,
    include: [`tests/${name}/**/*.test.ts`],
    testTimeout: seconds * 1000,
    hookTimeout: seconds * 1000,
    fileParallelism: parallel,
    globalSetup,
  },
});

/** Tests come in tiers: `unit` needs nothing but Node; the others say in CONTRIBUTING.md what they need. */
export default defineConfig({
  test: {
    projects: [
      tier("unit", 30, true),
      tier("rehearsal", 300, false),
      tier("local", 600, false, ["tests/local/setup.ts"]),
      tier("promote", 300, false),
      tier("hold", 1200, false),
      tier("slow", 7200, false),
      tier("workers", 60, false),
    ],
  },
});
