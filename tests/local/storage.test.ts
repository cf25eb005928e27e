import { describe, expect, test } from "vitest";
import { inside, theContainer, variable } from "./docker.ts";
import { living } from "./living.ts";

/** The status of one signed request to the storage, as one of its accounts. */
async function status(account: "app" | "backup", method: string, path: string): Promise<number> {
  const key = variable(await theContainer(living, "storage"), `STORAGE_SECRET_${account.toUpperCase()}`);
  const { out } = await inside(
    living,
    "storage",
    `printf 'user = "${account}:${key}"\n' | curl -s -o /dev/null -w '%{http_code}' --cacert /run/storage/ca.crt \
       --resolve storage:9000:127.0.0.1 --aws-sigv4 aws:amz:local:s3 -K - -X ${method} \
       ${method === "PUT" ? "--data x" : ""} 'https://storage:9000${path}'`,
  );
  return Number(out);
}

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
