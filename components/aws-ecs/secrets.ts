import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import { child, kept, made, named } from "../aws/here.ts";
import { secretsmanager } from "../aws/sdk.ts";
import type { Ecs } from "./ecs.ts";

/** Passwords that are made once. They unlock data: they are kept with it. */
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

/**
 * A secret of several keys that tasks are given by name: its values are never in a task definition.
 * @returns the secret's ARN, once the value is there, and which version it is
 */
export function secret(ecs: Ecs, part: string, values: Readonly<Record<string, pulumi.Input<string>>>) {
  const it = new secretsmanager.Secret(
    part,
    {
      ...made(ecs, part),
      name: named(ecs, part, 200),
      kmsKeyId: ecs.keys.secrets,
      recoveryWindowInDays: ecs.context.protect ? 30 : 0,
    },
    child(ecs),
  );
  const version = new secretsmanager.SecretVersion(
    part,
    { region: ecs.region, secretId: it.id, secretString: pulumi.secret(pulumi.jsonStringify(values)) },
    child(ecs),
  );
  return { arn: version.arn, version: version.versionId };
}
