import * as pulumi from "@pulumi/pulumi";

/**
 * The image as the one that serves, once all that brings it out has done so: a run that fails before that leaves the
 * stack's outputs saying what they said, and `rung rollback` knows which image was good.
 */
export const servedBy = (
  image: pulumi.Input<string>,
  bringers: readonly pulumi.Resource[],
): pulumi.Output<string> =>
  pulumi.all([pulumi.all(bringers.map(({ urn }) => urn)), image]).apply(([, text]) => text);
