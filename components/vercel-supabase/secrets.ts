import * as random from "@pulumi/random";
import { kept, type Vercel } from "./vercel.ts";

/** Passwords that are made once and kept in the stack's state. */
export function secrets(here: Vercel) {
  const options = kept(here);
  const password = (name: string, length = 40) =>
    new random.RandomPassword(`secret-${name}`, { length, special: false }, options).result;
  return {
    database: password("database"),
    app: password("database-app"),
    auth: password("auth", 64),
    cron: password("cron", 48),
    /** Dumps are encrypted with it. */
    dumps: password("dumps", 48),
  };
}

export type Secrets = ReturnType<typeof secrets>;
