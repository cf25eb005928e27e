import { isKept } from "../components/model/stores.ts";
import { isPassing, type StackRule, type Subject } from "./model.ts";

const store = (protect: boolean): Subject => ({
  type: "aws:rds/instance:Instance",
  name: "database",
  urn: "urn:pulumi:prod::rung::aws:rds/instance:Instance::database",
  props: {},
  protect,
});
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
      .filter(({ type, urn, protect }) => isKept(type) && !protect && !isPassing(urn))
      .map(({ urn }) => ({ urn, what: "holds data and is not protected" })),
  good: [[store(true)], []],
  bad: [[store(false)]],
};
