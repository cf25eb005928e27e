import { bindings } from "../components/model/bindings.ts";
import { stackOutputs } from "../engine/pulumi.ts";
import type { Toolchain } from "../engine/toolchain.ts";

/** Shorter ones would black out half of every text. */
const shortest = 6;

/**
 * What takes a stack's secrets out of a text: the values of its secret bindings and what passwords stand in their
 * addresses, its logins' passwords, what its outputs hold for tools outside; and whatever stands where an address has
 * its password.
 */
export async function maskOf(toolchain: Toolchain, stack: string): Promise<(text: string) => string> {
  const outputs = await stackOutputs(toolchain, stack, "show");
  const secrets = secretsIn(outputs ?? {})
    .flatMap(parts)
    .filter((text) => text.length >= shortest)
    .toSorted((a, b) => b.length - a.length);
  return (text) =>
    secrets
      .reduce((left, secret) => left.replaceAll(secret, "[secret]"), text)
      .replaceAll(/(\w+:\/\/[^\s:/@]*:)[^\s@/]+@/g, "$1[secret]@");
}

function secretsIn(outputs: Readonly<Record<string, unknown>>): string[] {
  // as `stacks/program.ts` yields them
  const {
    bindings: told = {},
    logins = {},
    secrets = {},
  } = outputs as {
    bindings?: Record<string, string>;
    logins?: Record<string, { password: string }>;
    secrets?: Record<string, string>;
  };
  const hidden = Object.entries(bindings).flatMap(([name, { secret }]) => (secret ? (told[name] ?? []) : []));
  const all = [
    ...hidden,
    ...Object.values(logins).map(({ password }) => password),
    ...Object.values(secrets),
  ];
  return all.filter((value) => typeof value === "string");
}

/** A password shows itself without its address, and decoded, too. */
function parts(secret: string): string[] {
  if (!URL.canParse(secret)) return [secret];
  const { password } = new URL(secret);
  return [secret, password, decodeURIComponent(password)];
}
