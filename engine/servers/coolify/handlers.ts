import type { Handler } from "../vendor.ts";
import { applicationHandlers } from "./applications.ts";
import { databaseHandlers } from "./databases.ts";
import { platformHandlers } from "./platform.ts";
import type { State } from "./state.ts";

/** What makes this Coolify behave as a test wants. */
export interface Behaviour {
  /** How often something under way is looked at before it is done. */
  looks: number;
  /** Images whose containers never get healthy. */
  readonly sickImages: Set<string>;
  /** Containers get healthy, and are gone soon after. */
  dies: boolean;
  /** What the containers of healthy images said, line by line. */
  readonly said: string[];
  /** Addresses of servers that nobody can log in to. */
  readonly unreachable: Set<string>;
  /** Makes a database's dump, and sends it where its schedule says; left out: none is made when one is asked for. */
  dump?: (database: string) => Promise<void>;
  /** The token may read secrets. */
  readsSecrets: boolean;
}

export const handlersOf = (state: State, behaviour: Behaviour): Readonly<Record<string, Handler>> => ({
  ...platformHandlers(state, behaviour),
  ...databaseHandlers(state, behaviour),
  ...applicationHandlers(state, behaviour),
});
