import { describe, expect, test } from "vitest";
import { signed } from "../support/signed.ts";
import { inside } from "./docker.ts";
import { living } from "./living.ts";

const status = async (account: "app" | "backup", method: "GET" | "PUT" | "DELETE", path: string) =>
  (await signed(living, account, method, path)).status;

describe("the app's key", () => {
  test("reads and writes its own bucket", async () => {
    expect(await status("app", "PUT", "/uploads/tests/probe")).toBe(200);
    expect(await status("app", "GET", "/uploads/tests/probe")).toBe(200);
    expect(await status("app", "DELETE", "/uploads/tests/probe")).toBe(204);
  });

  test("cannot reach the backups, nor make buckets", async () => {
    expect(await status("app", "GET", "/rung-backups/?list-type=2")).toBe(403);
    expect(await status("app", "PUT", "/rung-backups/probe")).toBe(403);
    expect(await status("app", "PUT", "/another-bucket")).toBe(403);
  });
});

test("the backup's key reaches only the backups", async () => {
  expect(await status("backup", "GET", "/rung-backups/?list-type=2")).toBe(200);
  expect(await status("backup", "GET", "/uploads/?list-type=2")).toBe(403);
  expect(await status("backup", "PUT", "/uploads/probe")).toBe(403);
});

test("a wrong key is refused", async () => {
  const { out } = await inside(
    living,
    "storage",
    "curl -s -o /dev/null -w '%{http_code}' --cacert /run/storage/ca.crt --resolve storage:9000:127.0.0.1 https://storage:9000/uploads/",
  );
  expect(out).toBe("403");
});
