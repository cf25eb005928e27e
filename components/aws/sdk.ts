import { createRequire } from "node:module";

const require = createRequire(import.meta.url);

/*
 * The parts of @pulumi/aws that the AWS stages use. Required, not imported: an ES import reads every name of a module,
 * and with that loads each of its resources, where a property that is only looked up when it is used loads one.
 */
export const acm: typeof import("@pulumi/aws/acm/index.js") = require("@pulumi/aws/acm");
export const appautoscaling: typeof import("@pulumi/aws/appautoscaling/index.js") = require("@pulumi/aws/appautoscaling");
export const backup: typeof import("@pulumi/aws/backup/index.js") = require("@pulumi/aws/backup");
export const budgets: typeof import("@pulumi/aws/budgets/index.js") = require("@pulumi/aws/budgets");
export const cloudfront: typeof import("@pulumi/aws/cloudfront/index.js") = require("@pulumi/aws/cloudfront");
export const cloudwatch: typeof import("@pulumi/aws/cloudwatch/index.js") = require("@pulumi/aws/cloudwatch");
export const ec2: typeof import("@pulumi/aws/ec2/index.js") = require("@pulumi/aws/ec2");
export const ecr: typeof import("@pulumi/aws/ecr/index.js") = require("@pulumi/aws/ecr");
export const ecs: typeof import("@pulumi/aws/ecs/index.js") = require("@pulumi/aws/ecs");
export const eks: typeof import("@pulumi/aws/eks/index.js") = require("@pulumi/aws/eks");
export const elasticache: typeof import("@pulumi/aws/elasticache/index.js") = require("@pulumi/aws/elasticache");
export const iam: typeof import("@pulumi/aws/iam/index.js") = require("@pulumi/aws/iam");
export const kms: typeof import("@pulumi/aws/kms/index.js") = require("@pulumi/aws/kms");
export const lambda: typeof import("@pulumi/aws/lambda/index.js") = require("@pulumi/aws/lambda");
export const lb: typeof import("@pulumi/aws/lb/index.js") = require("@pulumi/aws/lb");
export const rds: typeof import("@pulumi/aws/rds/index.js") = require("@pulumi/aws/rds");
export const route53: typeof import("@pulumi/aws/route53/index.js") = require("@pulumi/aws/route53");
export const s3: typeof import("@pulumi/aws/s3/index.js") = require("@pulumi/aws/s3");
export const scheduler: typeof import("@pulumi/aws/scheduler/index.js") = require("@pulumi/aws/scheduler");
export const secretsmanager: typeof import("@pulumi/aws/secretsmanager/index.js") = require("@pulumi/aws/secretsmanager");
export const sns: typeof import("@pulumi/aws/sns/index.js") = require("@pulumi/aws/sns");
export const sqs: typeof import("@pulumi/aws/sqs/index.js") = require("@pulumi/aws/sqs");
export const vpc: typeof import("@pulumi/aws/vpc/index.js") = require("@pulumi/aws/vpc");
export const wafv2: typeof import("@pulumi/aws/wafv2/index.js") = require("@pulumi/aws/wafv2");
