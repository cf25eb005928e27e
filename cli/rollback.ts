import { mustLive } from "../operations/living.ts";
import { earlierImage } from "../operations/rollback.ts";
import { loadTarget } from "../operations/target.ts";
import { bring, type StackOptions, shortImage, titleOf } from "./change.ts";

/** Puts back an image of the app that served before. */
export async function rollback(options: StackOptions & { to?: string }): Promise<number> {
  const [target, living] = [await loadTarget(options.stack), await mustLive(options.stack)];
  const image = earlierImage(living, options.to);
  return bring(target, { image }, options, (context) => `${titleOf(context)} · back to ${shortImage(image)}`);
}
