import { createHash } from "node:crypto";
import * as cloudflare from "@pulumi/cloudflare";
import * as pulumi from "@pulumi/pulumi";
import { nameOf, type StackContext } from "../kit/context.ts";

export interface R2 {
  readonly context: StackContext;
  readonly stage: pulumi.ComponentResource;
  readonly accountId: string;
}

/** A bucket in R2, and a key that opens it alone. */
export interface R2Bucket {
  readonly name: pulumi.Output<string>;
  readonly endpoint: string;
  readonly accessKeyId: pulumi.Output<string>;
  readonly secretAccessKey: pulumi.Output<string>;
}

/** Cloudflare's permission groups for the objects of one bucket (developers.cloudflare.com/r2/api/tokens, 2025-10). */
const permissions = [
  { id: "6a018a9f2fc74eb6b293b0c548f38b39" }, // Workers R2 Storage Bucket Item Read
  { id: "2efd5506f9c8494dacb1fa10a3e7d5b6" }, // Workers R2 Storage Bucket Item Write
];

/** @param part e.g. `backup`: its name in the stack */
export function r2Bucket({ context, stage, accountId }: R2, part: string): R2Bucket {
  const bucket = new cloudflare.R2Bucket(
    part,
    { accountId, name: nameOf(context, part) },
    { parent: stage, protect: context.protect },
  );
  const token = new cloudflare.AccountToken(
    part,
    {
      accountId,
      name: nameOf(context, part),
      policies: [
        {
          effect: "allow",
          permissionGroups: permissions,
          resources: pulumi.jsonStringify({
            [`com.cloudflare.edge.r2.bucket.${accountId}_default_${nameOf(context, part)}`]: "*",
          }),
        },
      ],
    },
    { parent: stage, dependsOn: [bucket], additionalSecretOutputs: ["value"] },
  );
  return {
    name: bucket.name,
    endpoint: `https://${accountId}.r2.cloudflarestorage.com`,
    accessKeyId: token.id,
    // R2 takes the token's hash for the secret of S3's signature (same page).
    secretAccessKey: pulumi.secret(
      token.value.apply((value) => createHash("sha256").update(value).digest("hex")),
    ),
  };
}
