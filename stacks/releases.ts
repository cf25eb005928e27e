import * as pulumi from "@pulumi/pulumi";

/** An image of the app that served on this stack, by digest, and since when (ISO 8601). */
export interface Release {
  readonly image: string;
  readonly since: string;
}

/** How many a stack remembers. */
const kept = 10;

/**
 * The images that served on a stack, the one that serves now first. They are kept in the stack's own outputs, so that
 * whoever may change the stack may roll it back, from wherever.
 */
export function releases(serving: pulumi.Output<string>): pulumi.Output<Release[]> {
  const before = pulumi.output(earlier());
  return pulumi.all([serving, before]).apply(([image, known]) => {
    if (known[0]?.image === image) return known;
    const others = known.filter((one) => one.image !== image);
    return [{ image, since: new Date().toISOString() }, ...others].slice(0, kept);
  });
}

/** What the stack's outputs said before this update. */
async function earlier(): Promise<Release[]> {
  const name = `${pulumi.getOrganization()}/${pulumi.getProject()}/${pulumi.getStack()}`;
  // The engine's own function behind StackReference; a StackReference to itself would drift with every release.
  const read: { outputs?: { releases?: Release[] } } = await pulumi.runtime.invoke(
    "pulumi:pulumi:readStackOutputs",
    { name },
  );
  return read.outputs?.releases ?? [];
}
