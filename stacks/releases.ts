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
 * @param before what `earlierReleases` found
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

/** The engine saves a state file in place: who reads at that moment finds half of it. */
const attempts = 20;
const pauseMs = 50;

/** What the stack's outputs said before this update. Call it before any resource is made: each one saves the state. */
export async function earlierReleases(): Promise<readonly Release[]> {
  const name = `${pulumi.getOrganization()}/${pulumi.getProject()}/${pulumi.getStack()}`;
  for (let attempt = 1; ; attempt += 1) {
    try {
      // The engine's own function behind StackReference; a StackReference to itself would drift with every release.
      const read: { outputs?: { releases?: Release[] } } = await pulumi.runtime.invoke(
        "pulumi:pulumi:readStackOutputs",
        { name },
      );
      return read.outputs?.releases ?? [];
    } catch (error) {
      if (attempt === attempts || !/failed to load checkpoint/.test(String(error))) throw error;
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
    }
  }
}
