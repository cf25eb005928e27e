/** A rule that is not to hold for one resource, for a time, and why. */
export interface Exception {
  readonly rule: string;
  /** The end of a URN: `aws:s3/bucket:Bucket::logs`. */
  readonly resource: string;
  readonly reason: string;
  readonly owner: string;
  /** The last day, YYYY-MM-DD. From then on the rule holds again. */
  readonly until: string;
}

/** Those of this repository. */
export const exceptions: readonly Exception[] = [];

/**
 * What an exception changes: nothing once it has ended, and then it says so.
 * @param today YYYY-MM-DD
 */
export function excused(
  all: readonly Exception[],
  rule: string,
  urn: string,
  today: string,
): { readonly state: "none" } | { readonly state: "excused" | "ended"; readonly exception: Exception } {
  const exception = all.find((one) => one.rule === rule && urn.endsWith(one.resource));
  if (!exception) return { state: "none" };
  return { state: today <= exception.until ? "excused" : "ended", exception };
}
