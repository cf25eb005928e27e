/** Services that a network reaches through endpoints of its own, billed by the hour in each zone. */
export const interfaceServices = ["ecr.api", "ecr.dkr", "logs", "secretsmanager", "kms", "sts"] as const;
