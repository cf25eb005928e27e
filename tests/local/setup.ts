import { mustRung } from "../support/rung.ts";
import { testStack } from "../support/stack.ts";

/**
 * The stack that the tests of this tier look at. RUNG_TEST_STACK and RUNG_TEST_URL name one that is up already and
 * is left as it is; otherwise one is brought up here, and taken away with its data.
 */
export async function setup(): Promise<(() => Promise<void>) | undefined> {
  if (process.env.RUNG_TEST_STACK) return undefined;
  const own = await testStack();
  try {
    await mustRung("up", "--stack", own.stack);
  } catch (error) {
    await own.remove().catch(() => {});
    throw error;
  }
  process.env.RUNG_TEST_STACK = own.stack;
  process.env.RUNG_TEST_URL = own.url;
  return own.remove;
}
