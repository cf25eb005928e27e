import { ofAuth } from "../kit/bindings.ts";
import type { Edge } from "./cloudflare.ts";

/** Sessions are the app's own; it is told who may call it, and how often. The secret that signs them is in `secrets`. */
export const auth = ({ context }: Edge) => ofAuth(context);
