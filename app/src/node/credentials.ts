import { readFile } from "node:fs/promises";
import { z } from "zod";

/** Keys to sign requests to the storage with. */
export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

const answer = z.object({
  AccessKeyId: z.string(),
  SecretAccessKey: z.string(),
  Token: z.string(),
  Expiration: z.iso.datetime(),
});

/** Renewed this long before they end. */
const marginMs = 5 * 60_000;

/**
 * The keys of the container's own role, as ECS and EKS give them out: short-lived, asked for again before they end.
 * @param environment AWS_CONTAINER_CREDENTIALS_RELATIVE_URI (ECS) or …_FULL_URI and …TOKEN_FILE (EKS)
 * @throws Error when the container has no role
 */
export function containerCredentials(environment: NodeJS.ProcessEnv): () => Promise<Credentials> {
  let kept: { credentials: Credentials; until: number } | undefined;
  return async () => {
    if (kept && Date.now() < kept.until) return kept.credentials;
    const response = await fetch(endpoint(environment), {
      headers: await headers(environment),
      signal: AbortSignal.timeout(3000),
    });
    if (!response.ok) throw new Error(`the container's role answered ${response.status}`);
    const given = answer.parse(await response.json());
    const credentials = {
      accessKeyId: given.AccessKeyId,
      secretAccessKey: given.SecretAccessKey,
      sessionToken: given.Token,
    };
    kept = { credentials, until: Date.parse(given.Expiration) - marginMs };
    return credentials;
  };
}

/** Fixed by AWS: ECS's agent, from inside a task. */
const ecsAgent = "http://169.254.170.2";

function endpoint(environment: NodeJS.ProcessEnv): string {
  const { AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: relative, AWS_CONTAINER_CREDENTIALS_FULL_URI: full } =
    environment;
  if (relative) return ecsAgent + relative;
  if (full) return full;
  throw new Error("no key for the storage, and no role of the container: set STORAGE_ACCESS_KEY_ID");
}

async function headers(environment: NodeJS.ProcessEnv): Promise<Record<string, string>> {
  const file = environment.AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE;
  return file ? { Authorization: (await readFile(file, "utf8")).trim() } : {};
}
