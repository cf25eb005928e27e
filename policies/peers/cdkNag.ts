import type { Answer } from "./checkov.ts";

const found = (...rules: readonly string[]): Answer => ({ rules });
const stands = (because: string): Answer => ({ because });

/**
 * cdk-nag's AwsSolutions rules on the services that the stages at AWS use (cdk-nag 3.0.2, its pack of 131 rules, read 2026-11). It
 * judges CDK's own constructs, so it cannot be run over what Pulumi plans: these are held beside each other by what they
 * ask.
 */
export const cdkNag: Readonly<Record<string, Answer>> = {
  "AwsSolutions-AEC1": found("elasticache-own-subnets"),
  "AwsSolutions-AEC3": found("elasticache-encrypted", "elasticache-tls"),
  "AwsSolutions-AEC4": found("elasticache-multi-az"),
  "AwsSolutions-AEC5": stands(
    "the port is reached from the app's group alone: another number would hide nothing",
  ),
  "AwsSolutions-AEC6": found("elasticache-password"),
  "AwsSolutions-CFR1": stands("who may come in is the app's to decide"),
  "AwsSolutions-CFR2": found("cloudfront-firewall"),
  "AwsSolutions-CFR3": found("cloudfront-logs"),
  "AwsSolutions-CFR4": found("cloudfront-tls-version"),
  "AwsSolutions-CFR5": found("cloudfront-origin-tls"),
  "AwsSolutions-CFR6": found("cloudfront-bucket-origin-signed"),
  "AwsSolutions-CFR7": found("cloudfront-bucket-origin-signed"),
  "AwsSolutions-EC23": found("ec2-no-open-ports", "ec2-no-open-ports-classic", "ec2-no-open-ports-inline"),
  "AwsSolutions-EC26": found("ec2-volume-encrypted"),
  "AwsSolutions-EC27": found("ec2-group-described", "ec2-rule-described"),
  "AwsSolutions-EC28": stands("EKS makes the machines of its nodes itself; Container Insights tells of them"),
  "AwsSolutions-EC29": stands("no machine is made by itself"),
  "AwsSolutions-ECR1": found("ecr-not-public"),
  "AwsSolutions-ECS2": found("ecs-no-secrets-in-environment"),
  "AwsSolutions-ECS4": found("ecs-container-insights"),
  "AwsSolutions-ECS7": found("ecs-logs"),
  "AwsSolutions-EKS1": found("eks-private-endpoint"),
  "AwsSolutions-EKS2": found("eks-audit-logs"),
  "AwsSolutions-ELB1": found("lb-classic-none"),
  "AwsSolutions-ELB2": found("lb-access-logs"),
  "AwsSolutions-ELB3": found("lb-classic-none"),
  "AwsSolutions-ELB4": found("lb-classic-none"),
  "AwsSolutions-ELB5": found("lb-classic-none"),
  "AwsSolutions-IAM4": stands(
    "a service's own role (RDS monitoring, task execution, backup) is AWS's to keep up to date",
  ),
  "AwsSolutions-IAM5": found("iam-no-full-rights", "iam-no-whole-services"),
  "AwsSolutions-KMS5": found("kms-rotation"),
  "AwsSolutions-L1": found("lambda-runtime-supported"),
  "AwsSolutions-RDS2": found("rds-encrypted"),
  "AwsSolutions-RDS3": found("rds-multi-az"),
  "AwsSolutions-RDS6": found("rds-iam-login"),
  "AwsSolutions-RDS8": stands("security groups of EC2-Classic are no more"),
  "AwsSolutions-RDS10": found("rds-deletion-protection"),
  "AwsSolutions-RDS11": stands(
    "the port is reached from the app's group alone: another number would hide nothing",
  ),
  "AwsSolutions-RDS13": found("rds-backups"),
  "AwsSolutions-RDS14": stands("the databases are PostgreSQL"),
  "AwsSolutions-RDS16": stands("the databases are PostgreSQL"),
  "AwsSolutions-S1": found("s3-access-logs"),
  "AwsSolutions-S2": found("s3-public-access-shut"),
  "AwsSolutions-S10": found("s3-tls-only"),
  "AwsSolutions-S5": found("cloudfront-bucket-origin-signed", "s3-policy-not-public"),
  "AwsSolutions-SMG4": found("secrets-rotate"),
  "AwsSolutions-SNS3": stands("mended: the topics' policies refuse what comes without TLS"),
  "AwsSolutions-SQS2": found("sqs-encrypted"),
  "AwsSolutions-SQS3": stands("the one queue that there is is a dead-letter queue"),
  "AwsSolutions-SQS4": stands("EventBridge Scheduler alone sends to it, by TLS"),
  "AwsSolutions-VPC3": found("ec2-acl-no-admin-ports"),
  "AwsSolutions-VPC7": found("vpc-flow-logs"),
};
