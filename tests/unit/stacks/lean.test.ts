import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { root } from "../../support/rung.ts";

/** What a program finds that began as ours does, in a process of its own: the SDK is loaded once a process. */
function found(script: string, env: Readonly<Record<string, string>> = {}): unknown {
  const begin = `import "./stacks/lean.ts"; import { createRequire } from "node:module";
    const require = createRequire(process.cwd() + "/package.json"); await import("@pulumi/pulumi");
    const sdk = createRequire(require.resolve("@pulumi/pulumi"));
    const loaded = () => Object.keys(require.cache).some((file) => file.includes("@npmcli/arborist/lib/arborist"));`;
  const args = ["--input-type=module-typescript", "--eval", `${begin}\n${script}`];
  const options = { cwd: root, encoding: "utf8", env: { ...process.env, ...env } } as const;
  return JSON.parse(execFileSync(process.execPath, args, options));
}

test("npm's resolver is loaded once it is asked for, and not before", () => {
  const script = `
    const before = loaded();
    const resolver = sdk("@npmcli/arborist").Arborist;
    console.log(JSON.stringify([before, typeof resolver, sdk("@npmcli/arborist").Arborist === resolver, loaded()]));`;
  expect(found(script)).toEqual([false, "function", true, true]);
});

test("a promise remembers where it began only when leaks are looked for", () => {
  const script = `
    const kept = sdk("./runtime/debuggable").debuggablePromise;
    const promise = Promise.resolve(1);
    await kept(promise, "context");
    console.log(JSON.stringify([promise._debugStackTrace.split("\\n").length > 1, Error.stackTraceLimit > 1]));`;
  expect(found(script)).toEqual([false, true]);
  expect(found(script, { PULUMI_DEBUG_PROMISE_LEAKS: "true" })).toEqual([true, true]);
});

test("a stack names the line of the source without looking for a source map", () => {
  const script = `
    sdk("source-map-support/register");
    await import("./stacks/lean.ts?again");
    const { parseSettings } = await import("./stacks/settings.ts");
    try {
      parseSettings({}, "Pulumi.test.yaml");
    } catch (error) {
      console.log(JSON.stringify([typeof Error.prepareStackTrace, error.stack]));
    }`;
  const [prepare, stack] = found(script) as [string, string]; // as the script prints them
  const source = readFileSync(join(root, "components", "model", "fromZod.ts"), "utf8").split("\n");
  const line = 1 + source.findIndex((text) => text.includes("throw new DiagnosticsError"));
  expect(prepare).toBe("undefined");
  expect(stack).toContain(`components/model/fromZod.ts:${line}:`);
});
