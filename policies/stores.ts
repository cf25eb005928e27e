import { holdsOf, isKept } from "../components/model/stores.ts";
import { isPassing, type StackRule, type Subject } from "./model.ts";

const store = (protect: boolean): Subject => ({
  type: "aws:rds/instance:Instance",
  name: "database",
  urn: "urn:pulumi:prod::rung::aws:rds/instance:Instance::database",
  props: {},
  protect,
});
/** What may go with its stack although its type holds data, as the stages make it. */
function isDisposable({ type, name, props }: Subject): boolean {
  // a cache that evicts: the app lives without it
  if (holdsOf(type) === "cache") return true;
  if (type.startsWith("cloudflare:index/workersKvNamespace:")) return name === "cache";
  // written by AWS, or made from the repository
  if (type.startsWith("aws:s3/")) return /(^|-)(logs?|pages)$/.test(name);
  // the data is the primary's
  if (type === "aws:rds/instance:Instance") return props.replicateSourceDb !== undefined;
  // of messages on their way, which nobody keeps
  return type.startsWith("aws:kms/") && /(^|-)alerts$/.test(name);
}

/** That no store of a lasting stack can be deleted by a wrong line of code. */
export const stores: StackRule = {
  id: "stores-protected",
  must: "what holds data is protected in every stack that lasts",
  why: "a renamed resource is a new one, and the old one is deleted with all that is in it",
  mend: "leave rung:protect at true, or name the resource in protect",
  severity: "critical",
  controls: [],
  checkAll: (all) =>
    all
      .filter((one) => isKept(one.type) && !one.protect && !isPassing(one.urn) && !isDisposable(one))
      .map(({ urn }) => ({ urn, what: "holds data and is not protected" })),
  good: [
    [store(true)],
    [],
    [{ ...store(false), type: "aws:s3/bucket:Bucket", name: "eu-west-1-logs" }],
    [{ ...store(false), props: { replicateSourceDb: "database" } }],
  ],
  bad: [[store(false)]],
};
