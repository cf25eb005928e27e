/** A rule that is not to hold for one resource, for a time, and why. */
export interface Exception {
  readonly rule: string;
  /** The end of a URN: `aws:s3/bucket:Bucket::logs`; `*` stands for the rest of a name. */
  readonly resource: string;
  readonly reason: string;
  readonly owner: string;
  /** The last day, YYYY-MM-DD. From then on the rule holds again. */
  readonly until: string;
}

/** Those of this repository. */
export const exceptions: readonly Exception[] = [
  {
    rule: "s3-versioning-on",
    resource: "aws:s3/bucketVersioning:BucketVersioning::*logs",
    reason: "a line of a log is written once, and never over",
    owner: "rung",
    until: "2027-11-30",
  },
  {
    rule: "s3-versioning-on",
    resource: "aws:s3/bucketVersioning:BucketVersioning::pages",
    reason: "the page for when the app is away is made from this repository",
    owner: "rung",
    until: "2027-11-30",
  },
];

const endsAs = (urn: string, end: string): boolean => {
  const [first = "", ...rest] = end.split("*").map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`${[first, ...rest].join("[\\w-]*")}$`).test(urn);
};

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
  const exception = all.find((one) => one.rule === rule && endsAs(urn, one.resource));
  if (!exception) return { state: "none" };
  return { state: today <= exception.until ? "excused" : "ended", exception };
}
