import type * as pulumi from "@pulumi/pulumi";

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
 * @param before those of the last update
 */
export function releases(
  serving: pulumi.Output<string>,
  before: readonly Release[],
): pulumi.Output<readonly Release[]> {
  return serving.apply((image) => {
    if (before[0]?.image === image) return before;
    const others = before.filter((one) => one.image !== image);
    return [{ image, since: new Date().toISOString() }, ...others].slice(0, kept);
  });
}
