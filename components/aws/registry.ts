import { type Aws, made, named } from "./here.ts";
import { ecr } from "./sdk.ts";

/** Where the app's images are kept: a tag means one image for good, each is scanned, and the newest thirty stay. */
export function registry(aws: Aws, keyArn: import("@pulumi/pulumi").Input<string>) {
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
    { parent: aws.stage, protect: aws.context.protect },
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
    { parent: aws.stage },
  );
  return it;
}
