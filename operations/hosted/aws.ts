import { DiagnosticsError, failure } from "../../components/model/diagnostics.ts";
import { providerSetting } from "./settings.ts";

/**
 * What a client of AWS's is made with: the credentials that the provider uses too (environment, profile, SSO, OIDC,
 * instance), in the profile that the stack's settings name.
 */
export async function awsClient(region: string, stack: string) {
  const profile = await providerSetting(stack, "aws:profile");
  return { region, ...(profile && { profile }) };
}

/** What the vendor said, as an error that people can mend. */
export function cannotAsk(vendor: string, error: unknown): DiagnosticsError {
  if (error instanceof DiagnosticsError) return error;
  const { name = "", message = String(error) } = error as Error;
  const kind = name && name !== "Error" ? `${name}: ` : "";
  return failure(
    `${vendor} cannot be asked: ${kind}${message}`,
    "see that this machine has credentials that may read what rung up made, then run it again",
    vendor,
  );
}
