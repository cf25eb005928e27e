import { bodyLimit } from "hono/body-limit";
import type { AppContext } from "../hono.ts";
import { Refusal } from "../refusal.ts";

/**
 * Refuses bodies that are larger, before they are read.
 * @param around what a form may add around the content
 */
export const limited = (maxSize: number, around = 0) =>
  bodyLimit({
    maxSize: maxSize + around,
    onError: () => {
      throw new Refusal(413, "too_large", `At most ${Math.floor(maxSize / 1024)} KiB are taken.`);
    },
  });

/**
 * The body as JSON.
 * @throws Refusal 415 when it says it is something else, 400 when it is not JSON
 */
export async function json(c: AppContext): Promise<unknown> {
  if (!/^application\/json\b/i.test(c.req.header("content-type") ?? "")) {
    throw new Refusal(415, "not_json", "Send application/json.");
  }
  return c.req.json().catch((error: unknown) => {
    if (error instanceof Refusal) throw error;
    throw new Refusal(400, "bad_json", "The body is not JSON.");
  });
}
