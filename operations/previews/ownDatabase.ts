import { failure } from "../../components/model/diagnostics.ts";
import { stateOf } from "../../engine/pulumi.ts";
import { ensureToolchain } from "../../engine/toolchain.ts";
import { reachVariable } from "../database/reach.ts";
import type { Living } from "../stage.ts";

/**
 * Whether the preview's database can be written to. Where an address in the environment leads there, it must be one
 * that the preview's own stack made: what stands in CI's environment may be production's.
 * @returns false where no address is given
 * @throws DiagnosticsError (exit code 3) when the address is nowhere in the preview's state
 */
export async function mustBeOwn({ context }: Living): Promise<boolean> {
  if (context.stage === "local") return true; // by the container's own name, made of the stack's
  const address = process.env[reachVariable];
  if (!address) return false;
  const host = URL.canParse(address) ? new URL(address).hostname : "";
  const state = await stateOf(await ensureToolchain(), context.stack);
  const made = state.flatMap(({ id = "", outputs = {} }) => [
    id,
    ...Object.values(outputs).filter((one) => typeof one === "string"),
  ]);
  if (host !== "" && made.some((one) => one === host || one.split(":")[0] === host)) return true;
  throw failure(
    `${reachVariable} leads to a database that ${context.stack} did not make`,
    `take it out of the environment, or set it to the preview's own`,
    reachVariable,
    3,
  );
}
