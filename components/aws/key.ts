import * as pulumi from "@pulumi/pulumi";
import { type Aws, child, kept, made, named, policy } from "./here.ts";
import { kms } from "./sdk.ts";

export interface KeyOptions {
  /** Services that use it on the account's behalf, e.g. `cloudwatch.amazonaws.com`. */
  readonly services?: readonly string[];
  /** What it unlocks must not be lost: it is kept like a store of data. Default: so it is. */
  readonly data?: boolean;
}

/** A customer key for one purpose, rotated every year, with an alias. */
export function key(aws: Aws, purpose: string, account: pulumi.Input<string>, options: KeyOptions = {}) {
  const { services = [], data = true } = options;
  const part = `key-${purpose}`;
  const owner = {
    Effect: "Allow" as const,
    Principal: { AWS: pulumi.interpolate`arn:aws:iam::${account}:root` },
    Action: "kms:*",
    Resource: "*",
  };
  const uses = {
    Effect: "Allow" as const,
    Principal: { Service: services },
    Action: ["kms:Decrypt", "kms:GenerateDataKey*"],
    Resource: "*",
  };
  const it = new kms.Key(
    part,
    {
      ...made(aws, part),
      description: `${aws.context.spec.name} ${aws.context.stack}: ${purpose}`,
      enableKeyRotation: true,
      deletionWindowInDays: data ? 30 : 7,
      policy: pulumi.jsonStringify(policy(services.length > 0 ? [owner, uses] : [owner])),
    },
    data ? kept(aws) : child(aws),
  );
  new kms.Alias(
    part,
    { region: aws.region, name: `alias/${named(aws, purpose, 200)}`, targetKeyId: it.keyId },
    child(aws),
  );
  return it;
}
