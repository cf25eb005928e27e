import * as pulumi from "@pulumi/pulumi";
import { type Aws, child, made, named } from "./here.ts";
import { secretsmanager } from "./sdk.ts";

export interface SecretOptions {
  readonly keyArn: pulumi.Input<string>;
  /** Regions that hold a copy, each with a key of its own. */
  readonly copies?: readonly { readonly region: string; readonly keyArn: pulumi.Input<string> }[];
}

/**
 * A secret of several keys that containers are given by name: its values are never in their definition.
 * @returns the secret's ARN, once the value is there, and which version it is
 */
export function secret(
  aws: Aws,
  part: string,
  values: Readonly<Record<string, pulumi.Input<string>>>,
  { keyArn, copies = [] }: SecretOptions,
) {
  const it = new secretsmanager.Secret(
    part,
    {
      ...made(aws, part),
      name: named(aws, part, 200),
      kmsKeyId: keyArn,
      ...(copies.length > 0
        ? { replicas: copies.map((copy) => ({ region: copy.region, kmsKeyId: copy.keyArn })) }
        : {}),
      // A preview's name must be free again at once.
      recoveryWindowInDays: aws.context.protect ? 30 : 0,
    },
    child(aws),
  );
  const version = new secretsmanager.SecretVersion(
    part,
    { region: aws.region, secretId: it.id, secretString: pulumi.secret(pulumi.jsonStringify(values)) },
    child(aws),
  );
  return { arn: version.arn, version: version.versionId };
}
