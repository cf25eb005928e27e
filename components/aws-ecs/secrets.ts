import * as random from "@pulumi/random";
import { kept } from "../aws/here.ts";
import type { Ecs } from "./ecs.ts";

/**
 * Passwords that are made once. They unlock data: they are kept with it. The owner's of the database is none of them:
 * RDS makes it, keeps it in Secrets Manager and rotates it every seven days.
 */
export function passwords(ecs: Ecs) {
  const password = (name: string) =>
    new random.RandomPassword(`secret-${name}`, { length: 40, special: false }, kept(ecs)).result;
  return {
    app: password("database-app"),
    cache: password("cache"),
    auth: password("auth"),
    cron: password("cron"),
    origin: password("origin"),
  };
}

export type Passwords = ReturnType<typeof passwords>;
