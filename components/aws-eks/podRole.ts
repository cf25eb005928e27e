import * as pulumi from "@pulumi/pulumi";
import { child, made, policy, type Statement, tagsOf, trust } from "../aws/here.ts";
import { eks, iam } from "../aws/sdk.ts";
import type { Place } from "./eks.ts";

/** A role that pods can take on by EKS Pod Identity. */
export function podRole(
  place: Place,
  part: string,
  rights: readonly Statement[] | { readonly managed: string },
) {
  const name = `${place.prefix}${part}`;
  const role = new iam.Role(
    name,
    {
      tags: tagsOf(place, name),
      assumeRolePolicy: place.account.apply((account) =>
        trust("pods.eks.amazonaws.com", { StringEquals: { "aws:SourceAccount": account } }, [
          "sts:AssumeRole",
          "sts:TagSession",
        ]),
      ),
    },
    child(place),
  );
  const granted =
    "managed" in rights
      ? new iam.RolePolicyAttachment(name, { role: role.name, policyArn: rights.managed }, child(place))
      : new iam.RolePolicy(
          name,
          { role: role.id, policy: pulumi.jsonStringify(policy(rights)) },
          child(place),
        );
  return { arn: role.arn, granted };
}

/** Gives the pods of one service account a role. @returns what those pods must wait for */
export function podIdentity(
  place: Place,
  part: string,
  clusterName: pulumi.Input<string>,
  account: { readonly namespace: string; readonly serviceAccount: string },
  rights: readonly Statement[],
): pulumi.Resource {
  const { arn, granted } = podRole(place, part, rights);
  const name = `${place.prefix}${part}`;
  return new eks.PodIdentityAssociation(
    name,
    { ...made(place, name), clusterName, ...account, roleArn: arn },
    { ...child(place), dependsOn: [granted] },
  );
}
