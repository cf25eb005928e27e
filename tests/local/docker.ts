import { execFile } from "node:child_process";
import { request } from "node:https";
import { promisify } from "node:util";

const run = promisify(execFile);

/** A living local stack, as the tests see it. */
export interface Living {
  readonly stack: string;
  /** The edge's address. */
  readonly url: string;
}

/** What `docker inspect` says of a container, as far as the tests look. */
export interface Inspected {
  readonly Id: string;
  readonly Name: string;
  readonly Config: {
    readonly User: string;
    readonly Image: string;
    readonly Env: readonly string[];
    readonly Labels: Readonly<Record<string, string>>;
  };
  readonly State: { readonly Status: string };
  readonly HostConfig: {
    readonly ReadonlyRootfs: boolean;
    readonly CapDrop: readonly string[] | null;
    readonly SecurityOpt: readonly string[] | null;
    readonly Memory: number;
    readonly Ulimits: readonly { readonly Name: string; readonly Hard: number }[] | null;
    readonly LogConfig: { readonly Config: Readonly<Record<string, string>> };
    readonly PortBindings: Readonly<Record<string, readonly { readonly HostIp: string }[]>> | null;
  };
}

export const docker = async (...args: string[]): Promise<string> =>
  (await run("docker", args, { maxBuffer: 64 * 1024 * 1024 })).stdout.trim();

/** Every container of the stack, those that have ended included. */
export async function containers({ stack }: Living, capability?: string): Promise<Inspected[]> {
  const filters = [`label=dev.rung.stack=${stack}`];
  if (capability) filters.push(`label=dev.rung.capability=${capability}`);
  const ids = await docker("ps", "-aq", ...filters.flatMap((filter) => ["--filter", filter]));
  if (ids === "") return [];
  // One may be gone by now; docker tells of the others all the same.
  const told = await run("docker", ["inspect", ...ids.split("\n")], { maxBuffer: 64 * 1024 * 1024 }).catch(
    (error: { stdout: string }) => error,
  );
  return JSON.parse(told.stdout);
}

/** The running container whose name holds `part`, e.g. `database`. */
export async function theContainer(living: Living, part: string): Promise<Inspected> {
  const found = (await containers(living)).filter(
    ({ Name, State }) => State.Status === "running" && new RegExp(`(^|[-/])${part}(-[0-9a-f]+)?$`).test(Name),
  );
  const [one] = found;
  if (!one) throw new Error(`no running container "${part}" in stack ${living.stack}`);
  return one;
}

/** Runs a shell script in a container of the stack, the script on stdin. Never throws: the code says how it went. */
export async function inside(living: Living, part: string, script: string) {
  const { Id } = await theContainer(living, part);
  const running = run("docker", ["exec", "-i", Id, "bash", "-s"], { maxBuffer: 64 * 1024 * 1024 });
  running.child.stdin?.end(script);
  return running.then(
    ({ stdout, stderr }) => ({ code: 0, out: stdout.trim(), err: stderr.trim() }),
    (error: { code: number; stdout: string; stderr: string }) => ({
      code: error.code,
      out: error.stdout.trim(),
      err: error.stderr.trim(),
    }),
  );
}

/** The value of a variable that a container was started with. */
export function variable(container: Inspected, name: string): string {
  const found = container.Config.Env.find((entry) => entry.startsWith(`${name}=`));
  if (found === undefined) throw new Error(`${container.Name} has no ${name}`);
  return found.slice(name.length + 1);
}

/** One request through the edge, verified by the stack's own CA. */
export async function ask(
  living: Living,
  path: string,
  options: { method?: string; headers?: Record<string, string>; body?: string } = {},
): Promise<{ status: number; headers: Record<string, string | string[] | undefined>; body: string }> {
  // any that was given it, whether it runs or not
  const given = (await containers(living)).flatMap(({ Config }) => Config.Env);
  const ca = given.find((one) => one.startsWith("CA_CERT="))?.slice("CA_CERT=".length) ?? "";
  return new Promise((resolve, reject) => {
    const sent = request(new URL(path, living.url), { ...options, ca, agent: false }, (answer) => {
      let body = "";
      answer.setEncoding("utf8").on("data", (part: string) => {
        body += part;
      });
      answer.on("end", () => resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body }));
      answer.on("error", reject);
    });
    sent.on("error", reject);
    sent.end(options.body);
  });
}
