import { none } from "../model/none.ts";

export const dns = none("dns", "this machine has no public name: the edge answers on localhost");
