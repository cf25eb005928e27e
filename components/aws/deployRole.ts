import * as pulumi from "@pulumi/pulumi";
import { type Aws, child, named, policy, type Statement, tagsOf } from "./here.ts";
import { iam } from "./sdk.ts";

/**
 * What GitHub's runners of one repository may take on to bring out a new image, without a stored key: only from the
 * main branch or the environment named as the stack, and only for what `statements` allow.
 */
export function deployRole(
  aws: Aws,
  repository: string,
  account: pulumi.Input<string>,
  statements: readonly Statement[],
) {
  // One per account, made once by whoever sets up the account: two stacks may not both own it.
  const issuer = "token.actions.githubusercontent.com";
  const role = new iam.Role(
    "deploy",
    {
      tags: tagsOf(aws, "deploy"),
      name: named(aws, "deploy", 64),
      maxSessionDuration: 3600,
      assumeRolePolicy: pulumi.jsonStringify({
        Version: "2012-10-17",
        Statement: [
          {
            Effect: "Allow",
            Principal: { Federated: pulumi.interpolate`arn:aws:iam::${account}:oidc-provider/${issuer}` },
            Action: "sts:AssumeRoleWithWebIdentity",
            Condition: {
              StringEquals: {
                [`${issuer}:aud`]: "sts.amazonaws.com",
                [`${issuer}:sub`]: [
                  `repo:${repository}:ref:refs/heads/main`,
                  `repo:${repository}:environment:${aws.context.stack}`,
                ],
              },
            },
          },
        ],
      }),
    },
    child(aws),
  );
  new iam.RolePolicy(
    "deploy",
    { role: role.id, policy: pulumi.jsonStringify(policy(statements)) },
    child(aws),
  );
  return role;
}
