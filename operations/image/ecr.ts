import { failure } from "../../components/model/diagnostics.ts";
import type { Login } from "./login.ts";

/** `<account>.dkr.ecr.<region>.amazonaws.com`, as AWS's documentation of private registries writes it. */
const pattern = /^\d{12}\.dkr[.-]ecr(?:-fips)?\.([a-z0-9-]+)\.(?:amazonaws\.com(?:\.cn)?|on\.aws)$/;

export const isEcr = (host: string): boolean => pattern.test(host);

/**
 * A token for the registries of an account, good for twelve hours, and the host that takes it.
 * @throws DiagnosticsError when AWS gives none
 */
export async function ecrLogin(host: string): Promise<{ readonly host: string; readonly login: Login }> {
  const { ECRClient, GetAuthorizationTokenCommand } = await import("@aws-sdk/client-ecr");
  const region = pattern.exec(host)?.[1];
  const client = new ECRClient({ ...(region && { region }) });
  try {
    const { authorizationData: [first] = [] } = await client.send(new GetAuthorizationTokenCommand({}));
    const [username, password] = Buffer.from(first?.authorizationToken ?? "", "base64")
      .toString()
      .split(":");
    if (!username || !password) throw new Error("the answer holds no token");
    const takes = first?.proxyEndpoint ? new URL(first.proxyEndpoint).host : host;
    return { host: takes, login: { username, password, serveraddress: takes } };
  } catch (error) {
    throw failure(
      `AWS gives no login for its registry: ${error instanceof Error ? error.message : String(error)}`,
      "give this machine AWS credentials that allow ecr:GetAuthorizationToken, or pass --image",
      host,
    );
  } finally {
    client.destroy();
  }
}
