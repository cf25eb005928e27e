import { ofAuth } from "../kit/bindings.ts";
import type { Local } from "./local.ts";

/** Sessions are signed by the app itself; it is told with what, and whom to let in how often. */
export const auth = ({ context, secrets }: Pick<Local, "context" | "secrets">) => ({
  AUTH_SECRET: secrets.password.auth,
  ...ofAuth(context),
});
