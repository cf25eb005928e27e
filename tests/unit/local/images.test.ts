import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";

const folder = join(import.meta.dirname, "../../../components/local/images");
const names = readdirSync(folder);
const dockerfile = (name: string) => readFileSync(join(folder, name, "Dockerfile"), "utf8");

describe.each(names)("image %s", (name) => {
  test("builds on an engine without BuildKit", () => {
    expect(dockerfile(name)).not.toMatch(/<<|--mount|--chmod|--start-interval/);
  });

  test("takes what it stands on as an argument", () => {
    expect(dockerfile(name)).toMatch(/^ARG BASE=\S+\nFROM \$\{BASE\}$/m);
  });

  test.skipIf(name === "base")("does not run as root", () => {
    expect(dockerfile(name)).toMatch(/^USER (?!root|0)\w+$/m);
  });

  test("its scripts can be run", () => {
    const scripts = readdirSync(join(folder, name)).filter((file) =>
      readFileSync(join(folder, name, file), "utf8").startsWith("#!"),
    );
    for (const script of scripts) expect(statSync(join(folder, name, script)).mode & 0o111).not.toBe(0);
  });

  test("no script gives a secret to a program as an argument", () => {
    for (const file of readdirSync(join(folder, name))) {
      const text = readFileSync(join(folder, name, file), "utf8");
      expect(text).not.toMatch(/--(pass|password|secret|token)[= ]"?\$/);
    }
  });
});
