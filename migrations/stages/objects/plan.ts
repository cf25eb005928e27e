import { megabytes } from "../begin.ts";
import type { Finding } from "../finding.ts";
import { eachBucket } from "./step.ts";
import { list, type Stores } from "./store.ts";

/** What the objects' move meets; changes nothing. @throws DiagnosticsError where a bucket cannot be read */
export async function objectFindings(stores: Stores): Promise<Finding[]> {
  const found: Finding[] = [];
  await eachBucket(stores, async (places, bucket) => {
    const [ours, theirs] = [await list(places.source), await list(places.target)];
    const bytes = [...ours.values()].reduce((sum, one) => sum + one.bytes, 0);
    found.push({
      level: "note",
      what: `bucket ${bucket}: ${ours.size} objects, ${megabytes(bytes)}`,
      mend: "copied by start, brought in step by every later step, compared by their hashes in verify",
    });
    if (theirs.size > 0)
      found.push({
        level: "blocks",
        what: `the target's bucket ${places.target.bucket} is not empty: ${theirs.size} objects`,
        mend: "give an empty one; see that source and target are not the wrong way round",
      });
  });
  return found;
}
