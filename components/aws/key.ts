import * as pulumi from "@pulumi/pulumi";
import { type Aws, kept, made, named, policy } from "./here.ts";
import { kms } from "./sdk.ts";

/**
 * A customer key for one purpose, rotated every year. What it unlocks is worth nothing without it: it is kept like a
 * store of data.
 * @param services that use it on the account's behalf, e.g. `logs.eu-central-1.amazonaws.com`
 */
export function key(
  aws: Aws,
  purpose: string,
  account: pulumi.Input<string>,
  services: readonly string[] = [],
) {
  const everyone = {
    Effect: "Allow",
    Principal: { AWS: pulumi.interpolate`arn:aws:iam::${account}:root` },
  } as const;
  const uses = services.map((service) => ({
    Effect: "Allow" as const,
    Principal: { Service: service },
    Action: ["kms:Encrypt*", "kms:Decrypt*", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:Describe*"],
    Resource: "*",
  }));
  const made_ = new kms.Key(
    `key-${purpose}`,
    {
      ...made(aws, `key-${purpose}`),
      description: `${aws.context.spec.name} ${aws.context.stack}: ${purpose}`,
      enableKeyRotation: true,
      deletionWindowInDays: 30,
      policy: pulumi.jsonStringify(policy([{ ...everyone, Action: "kms:*", Resource: "*" }, ...uses])),
    },
    kept(aws),
  );
  new kms.Alias(
    `key-${purpose}`,
    { region: aws.region, name: `alias/${named(aws, purpose, 200)}`, targetKeyId: made_.keyId },
    { parent: aws.stage },
  );
  return made_;
}
