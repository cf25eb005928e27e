import type { StackRule, Subject } from "./model.ts";

/**
 * That each resource of one type has one of another beside it.
 * @param property of the other, which names the first
 */
export const linked =
  (type: string, other: string, property: string, must: string): StackRule["checkAll"] =>
  (all) => {
    const others = all.filter((one) => one.type === other);
    return all
      .filter((one) => one.type === type && !others.some((each) => names(each, property, one)))
      .map(({ urn }) => ({ urn, what: `has none beside it: ${must}` }));
  };

/** Whether a resource's property came from another, or reads as its name does. */
export function names(from: Subject, property: string, to: Subject): boolean {
  if (from.from?.[property]?.includes(to.urn)) return true;
  const said = from.props[property];
  const known = [to.props[property], to.props.name, to.props.id, to.props.arn];
  return typeof said === "string" && known.includes(said);
}
