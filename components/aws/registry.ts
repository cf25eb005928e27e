import type * as pulumi from "@pulumi/pulumi";
import { type Aws, child, kept, made, named, type Statement } from "./here.ts";
import { ecr } from "./sdk.ts";

/** Where the app's images are kept: a tag means one image for good, each is scanned, and the newest thirty stay. */
export function registry(aws: Aws, keyArn: pulumi.Input<string>) {
  const it = new ecr.Repository(
    "registry",
    {
      ...made(aws, "registry"),
      name: named(aws, "app", 200),
      imageTagMutability: "IMMUTABLE",
      imageScanningConfiguration: { scanOnPush: true },
      encryptionConfigurations: [{ encryptionType: "KMS", kmsKey: keyArn }],
      forceDelete: !aws.context.protect,
    },
    kept(aws),
  );
  const rule = {
    rulePriority: 1,
    description: "the newest thirty",
    selection: { tagStatus: "any", countType: "imageCountMoreThan", countNumber: 30 },
    action: { type: "expire" },
  };
  new ecr.LifecyclePolicy(
    "registry",
    { region: aws.region, repository: it.name, policy: JSON.stringify({ rules: [rule] }) },
    child(aws),
  );
  return it;
}

/** Bringing an image into these. */
export const pushInto = (registries: readonly pulumi.Input<string>[]): Statement[] => [
  { Effect: "Allow", Action: "ecr:GetAuthorizationToken", Resource: "*" },
  {
    Effect: "Allow",
    Action: [
      "ecr:BatchCheckLayerAvailability",
      "ecr:BatchGetImage",
      "ecr:CompleteLayerUpload",
      "ecr:InitiateLayerUpload",
      "ecr:PutImage",
      "ecr:UploadLayerPart",
    ],
    Resource: registries,
  },
];
