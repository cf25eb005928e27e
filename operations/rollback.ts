import { failure } from "../components/model/diagnostics.ts";
import type { Living } from "./stage.ts";

/**
 * The image to go back to: the one that served before the one that serves now, or the one that is named.
 * @param to the beginning of a digest that served on this stack, with or without `sha256:`
 * @throws DiagnosticsError when there is none
 */
export function earlierImage({ context, outputs }: Living, to?: string): string {
  const earlier = (outputs.releases ?? []).map(({ image }) => image).filter((one) => one !== outputs.image);
  if (to === undefined) {
    const [previous] = earlier;
    if (previous !== undefined) return previous;
    throw failure(
      `no other image has served on ${context.stack}`,
      "there is nothing to go back to",
      "rung rollback",
    );
  }
  const found = earlier.find(
    (one) => one === to || (one.split("sha256:")[1] ?? "").startsWith(to.replace(/^sha256:/, "")),
  );
  if (found !== undefined) return found;
  throw failure(
    `${to} is not an image that has served on ${context.stack} before`,
    earlier.length > 0 ? `choose one of: ${earlier.join(", ")}` : "there is none to go back to",
    "rung rollback",
  );
}
