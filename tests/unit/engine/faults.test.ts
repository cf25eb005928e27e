import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { expect, test } from "vitest";

const faults = join(import.meta.dirname, "..", "..", "..", "engine", "providers", "faults.ts");
const program = `
  import { withFault } from ${JSON.stringify(faults)};
  for (const n of [1, 2, 3]) {
    await withFault("create", () => console.log("create " + n)).catch((error) => console.log(error.message));
    await withFault("read", () => {});
  }
`;
const run = (fault: string) =>
  spawnSync(process.execPath, ["--input-type=module", "--eval", program], {
    encoding: "utf8",
    env: { ...process.env, RUNG_FAULT: fault },
    timeout: 5000,
    killSignal: "SIGTERM",
  });

test("without a fault every call is made", () => {
  expect(run("").stdout).toBe("create 1\ncreate 2\ncreate 3\n");
});
test("the call that was named meets an error, before or after its work", () => {
  expect(run("before:create:2:error").stdout).toBe(
    "create 1\na fault was asked for before this call\ncreate 3\n",
  );
  expect(run("after:create:2:error").stdout).toBe(
    "create 1\ncreate 2\na fault was asked for after this call\ncreate 3\n",
  );
});
test("or the process is killed there", () => {
  const { stdout, signal } = run("after:create:2:kill");
  expect([stdout, signal]).toEqual(["create 1\ncreate 2\n", "SIGKILL"]);
});
test("or it hangs until someone ends it", () => {
  const { stdout, signal } = run("before:create:2:hang");
  expect([stdout, signal]).toEqual(["create 1\n", "SIGTERM"]);
});
test("or the connection is cut, and the call has failed", () => {
  expect(run("after:create:2:tear").stdout).toBe(
    "create 1\ncreate 2\nthe connection was to tear after this call\ncreate 3\n",
  );
});
