import { none } from "../model/none.ts";

/** What a Worker stands on has no address at all: it is reached by its bindings, and by nothing else. */
export const network = none("network", "Workers reach data by bindings; there is no private network to make");
