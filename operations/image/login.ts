import { readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { failure } from "../../components/model/diagnostics.ts";
import { run } from "../../engine/run.ts";
import { ecrLogin, isEcr } from "./ecr.ts";

/** As the Docker daemon takes it, in a header of its API: on no command line, in no file of ours. */
export interface Login {
  readonly username?: string;
  readonly password?: string;
  /** Instead of both: what some credential helpers hold. */
  readonly identitytoken?: string;
  readonly serveraddress: string;
}

/**
 * Who may push to a registry: RUNG_REGISTRY_USER and RUNG_REGISTRY_PASSWORD if they are set; Amazon's own registries
 * by the AWS credentials of this machine; else whoever `docker login` remembered, credential helpers included.
 * @param host e.g. `ghcr.io`, `localhost:5000`
 * @returns undefined when nobody is known
 * @throws DiagnosticsError when a credential helper or AWS refuses
 */
export async function loginFor(host: string): Promise<Login | undefined> {
  const { RUNG_REGISTRY_USER: username, RUNG_REGISTRY_PASSWORD: password } = process.env;
  if (username && password) return { username, password, serveraddress: host };
  if (isEcr(host)) return (await ecrLogin(host)).login;
  return dockerLogin(host);
}

interface DockerConfig {
  readonly auths?: Readonly<
    Record<string, { readonly auth?: string; readonly identitytoken?: string } | undefined>
  >;
  readonly credHelpers?: Readonly<Record<string, string>>;
  readonly credsStore?: string;
}

/** Docker Hub is kept under the address that it had first. */
const keysOf = (host: string): readonly string[] =>
  host === "docker.io" ? ["https://index.docker.io/v1/", host] : [host, `https://${host}`];

async function dockerLogin(host: string): Promise<Login | undefined> {
  const file = join(process.env.DOCKER_CONFIG || join(homedir(), ".docker"), "config.json");
  const text = await readFile(file, "utf8").catch(() => undefined);
  if (text === undefined) return undefined;
  const config = parsed(text, file);
  for (const key of keysOf(host)) {
    const helper = config.credHelpers?.[key] ?? config.credsStore;
    const found = (helper && (await fromHelper(helper, key))) || fromFile(config, key);
    if (found) return { ...found, serveraddress: key };
  }
  return undefined;
}

function parsed(text: string, file: string): DockerConfig {
  try {
    return JSON.parse(text) as DockerConfig; // Docker's own; what is missing in it is looked after below
  } catch {
    throw failure("Docker's settings are not JSON", "mend or remove them, then docker login", file);
  }
}

function fromFile({ auths = {} }: DockerConfig, key: string): Omit<Login, "serveraddress"> | undefined {
  const { auth, identitytoken } = auths[key] ?? {};
  if (identitytoken) return { identitytoken };
  const [username, ...password] = Buffer.from(auth ?? "", "base64")
    .toString("utf8")
    .split(":");
  return username ? { username, password: password.join(":") } : undefined;
}

/** A helper reads the registry's address and answers with the login; one that has none says so and ends with 1. */
async function fromHelper(name: string, key: string): Promise<Omit<Login, "serveraddress"> | undefined> {
  const program = `docker-credential-${name}`;
  const { code, stdout } = await run(program, ["get"], { input: key });
  if (code === 127)
    throw failure(`${program} is named in Docker's settings and not there`, "install it, or docker login");
  if (code !== 0) return undefined;
  const { Username: username, Secret: secret } = JSON.parse(stdout) as { Username: string; Secret: string };
  return username === "<token>" ? { identitytoken: secret } : { username, password: secret };
}
