import { ofAuth } from "../kit/bindings.ts";
import type { Ecs } from "./ecs.ts";

/** Sessions are the app's own; it is told who may call it, and how often. The secret that signs them is in `secrets`. */
export const auth = ({ context }: Ecs) => ofAuth(context);
