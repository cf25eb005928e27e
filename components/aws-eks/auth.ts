import { ofAuth } from "../kit/bindings.ts";
import type { Eks } from "./eks.ts";

/** Sessions are the app's own, good in every region; it is told who may call it, and how often. */
export const auth = ({ context }: Eks) => ofAuth(context);
