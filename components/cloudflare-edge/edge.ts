import { transport } from "../cloudflare/zone.ts";
import { type Edge, frontOf } from "./cloudflare.ts";

/** Cloudflare's network is the edge: what is forced between visitors and it. */
export const edge = (here: Edge): void => transport(frontOf(here));
