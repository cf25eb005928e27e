import { all, is, oneOf, type Rule, some } from "../../model.ts";
import { everyone, nobody, openTo } from "./open.ts";

/** The registry of images. Controls: AWS FSBP (docs.aws.amazon.com/securityhub, 2026). */
export const ecr: readonly Rule[] = [
  {
    id: "ecr-scan",
    types: ["aws:ecr/repository:Repository"],
    must: "images are scanned when they are pushed",
    why: "a hole that everybody knows goes into production unseen",
    mend: "set imageScanningConfiguration.scanOnPush: true",
    severity: "high",
    controls: ["FSBP ECR.1"],
    check: is("imageScanningConfiguration.scanOnPush", true),
    good: [{ imageScanningConfiguration: { scanOnPush: true } }],
    bad: [{}, { imageScanningConfiguration: { scanOnPush: false } }],
  },
  {
    id: "ecr-immutable",
    types: ["aws:ecr/repository:Repository"],
    must: "a tag never changes what it names",
    why: "what was tested is not what runs",
    mend: 'set imageTagMutability: "IMMUTABLE"',
    severity: "medium",
    controls: ["FSBP ECR.2"],
    check: oneOf("imageTagMutability", ["IMMUTABLE", "IMMUTABLE_WITH_EXCLUSION"]),
    good: [{ imageTagMutability: "IMMUTABLE" }],
    bad: [{}, { imageTagMutability: "MUTABLE" }],
  },
  {
    id: "ecr-customer-key",
    types: ["aws:ecr/repository:Repository"],
    must: "images are encrypted with a key of the account's own",
    why: "AWS's default key can be neither revoked nor watched",
    mend: 'set encryptionConfigurations: [{ encryptionType: "KMS", kmsKey }]',
    severity: "low",
    controls: ["Security Hub ECR.5"],
    check: all(some("encryptionConfigurations[].encryptionType", "KMS"), (see) =>
      see.list("encryptionConfigurations[].kmsKey").length > 0 ? undefined : "kmsKey is not set",
    ),
    good: [{ encryptionConfigurations: [{ encryptionType: "KMS", kmsKey: "arn" }] }],
    bad: [
      {},
      { encryptionConfigurations: [{ encryptionType: "AES256" }] },
      { encryptionConfigurations: [{ encryptionType: "KMS" }] },
    ],
  },
  {
    id: "ecr-not-public",
    types: ["aws:ecr/repositoryPolicy:RepositoryPolicy"],
    must: "images are not everyone's",
    why: "they hold the app's code",
    mend: "name the principals",
    severity: "high",
    controls: [],
    check: openTo("policy", "pull the images"),
    good: [{ policy: nobody }],
    bad: [{ policy: everyone }],
  },
];
