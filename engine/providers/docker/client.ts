import type Docker from "dockerode";

export type { Docker };

let opened: Promise<Docker> | undefined;
let address: string | undefined;

/** From the provider's own settings; DOCKER_HOST and the usual socket otherwise. */
export function useHost(host: string | undefined): void {
  address = host;
  opened = undefined;
}

/** The Docker Engine's client. Loaded when it is first needed: it takes longer than all the rest. */
export function docker(): Promise<Docker> {
  opened ??= import("dockerode").then(({ default: Client }) => new Client(optionsFor(address)));
  return opened;
}

function optionsFor(host: string | undefined): Docker.DockerOptions | undefined {
  if (!host) return undefined;
  if (host.startsWith("unix://")) return { socketPath: host.slice("unix://".length) };
  const { hostname, port, protocol } = new URL(host);
  if (protocol === "ssh:") return { host: hostname, port: port || 22, protocol: "ssh" };
  const secure = protocol === "https:";
  return { host: hostname, port: port || (secure ? 2376 : 2375), protocol: secure ? "https" : "http" };
}

/** The daemon's answer to a request that it refused. */
interface Refusal {
  readonly statusCode?: number;
  readonly code?: string;
  readonly reason?: string;
  readonly json?: { readonly message?: string } | Buffer | string | null;
  readonly message?: string;
}

export const statusOf = (error: unknown): number | undefined => (error as Refusal | undefined)?.statusCode;

const unreachable = ["ECONNREFUSED", "ENOENT", "EACCES", "ECONNRESET", "EPIPE", "ENOTFOUND", "ETIMEDOUT"];

/**
 * Waits for the daemon's answer; a refusal becomes an error that says what was asked, and a daemon that cannot be
 * reached one with the mend.
 * @param what e.g. `create the network "private"`
 */
export async function ask<T>(what: string, answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    throw refused(what, error);
  }
}

/** The same, but undefined when the daemon has no such thing. */
export async function find<T>(what: string, answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (statusOf(error) === 404) return undefined;
    throw refused(what, error);
  }
}

/** An error of the client as one that people can use. */
export function refused(what: string, error: unknown): Error {
  if (error instanceof DockerError) return error;
  // whatever the client throws has these, each perhaps
  const refusal = (error ?? {}) as Refusal;
  if (refusal.statusCode === undefined && unreachable.includes(refusal.code ?? "")) {
    const place = address ?? process.env.DOCKER_HOST ?? "/var/run/docker.sock";
    const denied = refusal.code === "EACCES";
    const mend = denied
      ? "add yourself to the group docker and log in again, or run as root"
      : "start Docker (`systemctl start docker`, or Docker Desktop), and run this again";
    return new DockerError(`Docker ${denied ? "may not be used" : "is not running"} at ${place}: ${mend}`);
  }
  return new DockerError(`could not ${what}: ${messageOf(refusal)}`, refusal.statusCode);
}

export class DockerError extends Error {
  readonly statusCode: number | undefined;

  constructor(message: string, statusCode?: number) {
    super(message);
    this.statusCode = statusCode;
  }
}

function messageOf({ json, reason, message, statusCode }: Refusal): string {
  if (json && typeof json === "object" && "message" in json && json.message) return json.message.trim();
  return (message ?? reason ?? `status ${statusCode}`).replace(/^\(HTTP code \d+\) [^-]*- /, "").trim();
}
