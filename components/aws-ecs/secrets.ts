import { passwordsFor } from "../aws/passwords.ts";
import type { Ecs } from "./ecs.ts";

/** The owner's of the database is none of them: RDS makes it, keeps it in Secrets Manager and rotates it every seven days. */
export const passwords = (ecs: Ecs) =>
  passwordsFor(ecs, {
    app: "database-app",
    cache: "cache",
    auth: "auth",
    cron: "cron",
    origin: "origin",
  });

export type Passwords = ReturnType<typeof passwords>;
