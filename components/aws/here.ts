import type * as pulumi from "@pulumi/pulumi";
import { nameOf, type StackContext } from "../kit/context.ts";

/** Where resources are made, and for whom: what every function of the AWS stages is told. */
export interface Aws {
  readonly context: StackContext;
  /** The component that everything is a child of. */
  readonly stage: pulumi.ComponentResource;
  readonly region: string;
}

/** The same stack in another region. */
export const inRegion = (aws: Aws, region: string): Aws => ({ ...aws, region });

/** What nearly every resource is given: its region and its tags, `Name` among them. */
export const made = (aws: Aws, part: string) => ({ region: aws.region, tags: tagsOf(aws, part) });

export const tagsOf = ({ context }: Aws, part: string): Record<string, string> => ({
  ...context.tags,
  Name: nameOf(context, part),
});

export const child = ({ stage }: Aws): pulumi.CustomResourceOptions => ({ parent: stage });

/** Options of what holds data: kept by Pulumi as well as by AWS, until protection is lifted. */
export const kept = ({ stage, context }: Aws): pulumi.CustomResourceOptions => ({
  parent: stage,
  protect: context.protect,
  retainOnDelete: false,
});

/**
 * A name within AWS's limit, of lower-case letters, digits and single hyphens. One that is too long, or of a stack whose
 * name AWS would not take, is cut to fit and gets a hash of the whole, so that two stacks never meet.
 */
export function named({ context }: Aws, part: string, limit = 63): string {
  const whole = nameOf(context, part);
  const plain = whole
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/-+$/, "");
  if (plain === whole && plain.length <= limit) return plain;
  let hash = 0;
  for (const letter of whole) hash = (Math.imul(hash, 31) + letter.charCodeAt(0)) >>> 0;
  return `${plain.slice(0, limit - 8).replace(/-+$/, "")}-${hash.toString(36).padStart(7, "0").slice(0, 7)}`;
}

/** An IAM policy document as JSON. Inputs may be outputs of resources. */
export const policy = (statements: readonly Statement[]): object => ({
  Version: "2012-10-17",
  Statement: statements,
});

/** Who may take on a role, as JSON. @param actions EKS also tags the session that it opens */
export const trust = (
  service: string,
  condition?: unknown,
  actions: string | readonly string[] = "sts:AssumeRole",
): string =>
  JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Principal: { Service: service },
        Action: actions,
        ...(condition ? { Condition: condition } : {}),
      },
    ],
  });

export interface Statement {
  readonly Sid?: string;
  readonly Effect: "Allow" | "Deny";
  readonly Principal?: unknown;
  readonly Action: string | readonly string[];
  readonly Resource?: pulumi.Input<string> | readonly pulumi.Input<string>[];
  readonly Condition?: unknown;
}
