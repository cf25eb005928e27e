import type { Context } from "hono";

/** What middlewares leave for handlers. */
export interface Variables {
  requestId: string;
  /** Who asks, once `session` has seen a valid token. */
  userId: string;
  /** The token's own id, and when it ends (seconds). */
  token: { id: string; expires: number };
}

export type Env = { Variables: Variables };
export type AppContext = Context<Env>;
