import { inside, type Living, theContainer, variable } from "../local/docker.ts";

/** One signed request to a stack's storage, as one of its accounts, from inside: nothing of it is published. */
export async function signed(
  own: Living,
  account: "app" | "backup",
  method: "GET" | "PUT" | "DELETE",
  path: string,
  body = "x",
): Promise<{ readonly status: number; readonly body: string }> {
  const key = variable(await theContainer(own, "storage"), `STORAGE_SECRET_${account.toUpperCase()}`);
  const { out } = await inside(
    own,
    "storage",
    `printf 'user = "${account}:${key}"\n' | curl -s -w '\n%{http_code}' --cacert /run/storage/ca.crt \
       --resolve storage:9000:127.0.0.1 --aws-sigv4 aws:amz:local:s3 -K - -X ${method} \
       ${method === "PUT" ? `--data '${body}'` : ""} 'https://storage:9000${path}'`,
  );
  const at = out.lastIndexOf("\n");
  return { status: Number(out.slice(at + 1)), body: out.slice(0, Math.max(at, 0)) };
}
