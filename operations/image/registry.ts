import type Docker from "dockerode";
import { type Diagnostic, DiagnosticsError } from "../../components/model/diagnostics.ts";
import { answeringDocker } from "../../engine/docker.ts";
import type { Login } from "./login.ts";

/** One repository of a registry, and who speaks to it. All of it goes through the Docker daemon. */
export interface Repository {
  /** Host and path, e.g. `ghcr.io/acme/pulse`. */
  readonly name: string;
  readonly login: Login | undefined;
}

/**
 * The digest that a tag stands for.
 * @returns `sha256:…`, or undefined when there is no such tag
 * @throws DiagnosticsError when the registry does not answer or refuses the login
 */
export async function digestOf({ name, login }: Repository, tag: string): Promise<string | undefined> {
  const docker = await answeringDocker();
  const options = login ? { authconfig: login } : {};
  try {
    // dockerode's types know neither of this call's login nor of its answer
    const ask = docker.getImage(`${name}:${tag}`).distribution as (
      options: object,
    ) => Promise<{ Descriptor: { digest: string } }>;
    return (await ask.call(docker.getImage(`${name}:${tag}`), options)).Descriptor.digest;
  } catch (error) {
    const { statusCode } = error as { statusCode?: number };
    const said = saidBy(error);
    if (statusCode === 404 || /manifest unknown|name unknown|not found/i.test(said)) return undefined;
    throw refused({ name, login }, "asked", said);
  }
}

/**
 * Pushes an image of the daemon's.
 * @returns its digest in the registry, `sha256:…`
 * @throws DiagnosticsError when the registry refuses
 */
export async function push(
  image: string,
  repository: Repository,
  tag: string,
  say: (text: string) => void,
  signal?: AbortSignal,
): Promise<string> {
  const docker = await answeringDocker();
  const { name, login } = repository;
  await docker.getImage(image).tag({ repo: name, tag });
  const named = docker.getImage(`${name}:${tag}`);
  try {
    const stream = await named.push({ authconfig: login ?? {}, ...(signal && { abortSignal: signal }) });
    return await pushed(docker, stream, say);
  } catch (error) {
    throw refused(repository, "pushed to", saidBy(error));
  } finally {
    // The name was for the push alone; the image stays under its own.
    await named.remove({ noprune: true }).catch(() => {});
  }
}

interface Item {
  readonly status?: string;
  readonly aux?: { readonly Digest?: string };
  readonly error?: string;
}

async function pushed(
  docker: Docker,
  stream: NodeJS.ReadableStream,
  say: (text: string) => void,
): Promise<string> {
  let digest: string | undefined;
  await new Promise<void>((resolve, reject) => {
    docker.modem.followProgress(
      stream,
      (error) => (error ? reject(error) : resolve()),
      ({ status, aux, error }: Item) => {
        if (error) reject(new Error(error));
        if (status === "Pushing") say("pushing");
        digest = aux?.Digest ?? digest;
      },
    );
  });
  if (digest) return digest;
  throw new Error("the registry took it and named no digest");
}

const saidBy = (error: unknown): string => {
  const { json, message } = error as { json?: { message?: string }; message?: string };
  return (json?.message ?? message ?? String(error)).trim();
};

/** What the daemon says names no password: it has it in a header only. */
function refused({ name, login }: Repository, done: string, said: string): DiagnosticsError {
  const host = name.split("/")[0] ?? name;
  const shut = /unauthorized|denied|no basic auth|authentication required|forbidden/i.test(said);
  const who = login?.username ?? (login ? "the token that Docker keeps" : undefined);
  const problem: Diagnostic = shut
    ? {
        what: who
          ? `the registry refuses the login of ${who}`
          : "the registry wants a login, and none is known",
        where: { file: name },
        found: said,
        mend: `docker login ${host}, or set RUNG_REGISTRY_USER and RUNG_REGISTRY_PASSWORD`,
      }
    : {
        what: `the registry cannot be ${done}`,
        where: { file: name },
        found: said,
        mend: `see that this machine reaches ${host}; or push elsewhere and pass --image`,
      };
  return new DiagnosticsError([problem], 1);
}
