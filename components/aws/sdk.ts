import { createRequire } from "node:module";

const load = createRequire(import.meta.url);

/*
 * The parts of @pulumi/aws that the AWS stages use. Required, not imported: an ES import reads every name of a module,
 * and with that loads each of its resources, where a property that is only looked up when it is used loads one.
 */
export const acm: typeof import("@pulumi/aws/acm/index.js") = load("@pulumi/aws/acm");
export const appautoscaling: typeof import("@pulumi/aws/appautoscaling/index.js") = load(
  "@pulumi/aws/appautoscaling",
);
export const backup: typeof import("@pulumi/aws/backup/index.js") = load("@pulumi/aws/backup");
export const budgets: typeof import("@pulumi/aws/budgets/index.js") = load("@pulumi/aws/budgets");
export const cloudfront: typeof import("@pulumi/aws/cloudfront/index.js") = load("@pulumi/aws/cloudfront");
export const cloudwatch: typeof import("@pulumi/aws/cloudwatch/index.js") = load("@pulumi/aws/cloudwatch");
export const ec2: typeof import("@pulumi/aws/ec2/index.js") = load("@pulumi/aws/ec2");
export const ecr: typeof import("@pulumi/aws/ecr/index.js") = load("@pulumi/aws/ecr");
export const ecs: typeof import("@pulumi/aws/ecs/index.js") = load("@pulumi/aws/ecs");
export const eks: typeof import("@pulumi/aws/eks/index.js") = load("@pulumi/aws/eks");
export const elasticache: typeof import("@pulumi/aws/elasticache/index.js") = load("@pulumi/aws/elasticache");
export const iam: typeof import("@pulumi/aws/iam/index.js") = load("@pulumi/aws/iam");
export const kms: typeof import("@pulumi/aws/kms/index.js") = load("@pulumi/aws/kms");
export const lambda: typeof import("@pulumi/aws/lambda/index.js") = load("@pulumi/aws/lambda");
export const lb: typeof import("@pulumi/aws/lb/index.js") = load("@pulumi/aws/lb");
export const rds: typeof import("@pulumi/aws/rds/index.js") = load("@pulumi/aws/rds");
export const route53: typeof import("@pulumi/aws/route53/index.js") = load("@pulumi/aws/route53");
export const s3: typeof import("@pulumi/aws/s3/index.js") = load("@pulumi/aws/s3");
export const scheduler: typeof import("@pulumi/aws/scheduler/index.js") = load("@pulumi/aws/scheduler");
export const secretsmanager: typeof import("@pulumi/aws/secretsmanager/index.js") = load(
  "@pulumi/aws/secretsmanager",
);
export const sns: typeof import("@pulumi/aws/sns/index.js") = load("@pulumi/aws/sns");
export const sqs: typeof import("@pulumi/aws/sqs/index.js") = load("@pulumi/aws/sqs");
export const vpc: typeof import("@pulumi/aws/vpc/index.js") = load("@pulumi/aws/vpc");
export const wafv2: typeof import("@pulumi/aws/wafv2/index.js") = load("@pulumi/aws/wafv2");
