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

/** Where R2 is to keep objects: promised, or only asked for when the bucket is made. */
export interface R2Place {
  readonly jurisdiction?: string | undefined;
  readonly location?: string | undefined;
}

/** A bucket that no key opens. @param part e.g. `backup`: its name in the stack */
export const r2Store = (
  { context, stage, accountId }: R2,
  part: string,
  { jurisdiction, location }: R2Place = {},
): cloudflare.R2Bucket =>
  new cloudflare.R2Bucket(
    part,
    {
      accountId,
      name: nameOf(context, part),
      ...(jurisdiction ? { jurisdiction } : location && { location }),
    },
    // Only asked for, and given back in another spelling: no reason to move what is there.
    { parent: stage, protect: context.protect, ignoreChanges: ["location"] },
  );

/** @param part e.g. `backup`: its name in the stack */
export function r2Bucket(r2: R2, part: string): R2Bucket {
  const { context, stage, accountId } = r2;
  const bucket = r2Store(r2, part);
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
