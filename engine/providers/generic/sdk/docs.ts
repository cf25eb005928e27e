import type { Facts } from "./shape.ts";

const replacement = [
  /\bforces? (?:a |the )?(?:new resource|replacement|re-?creation)/i,
  /\b(?:changing|changes? to|modifying|updating) (?:this|it|the)\b[^.]{0,60}\b(?:forces?|requires?|triggers?|causes?|results? in|recreates?)[^.]{0,30}(?:new |replac|re-?creat)/i,
  /\bchanging it recreates the resource/i,
  /\bresults in deletion and recreation of the resource/i,
  /\bcannot be (?:changed|modified|updated) after (?:creation|the resource)/i,
  /\bonly used during (?:cluster )?creation and cannot be changed/i,
  /\bthis field is immutable/i,
  /\bimmutable after creation/i,
];
/** Sentences about one special value or another argument, which say nothing of every change. */
const conditional =
  /\b(?:if|when|unless|disabling|enabling|removing|adding|decreas\w*|deleting|switching)\b/i;

/** What a property's doc comment says about it. `names` are its siblings, for conflicts. */
export function factsOf(doc: string, names: ReadonlySet<string>): Facts {
  const text = doc.replace(/^\s*\/?\*+\/?/gm, " ").replace(/\s+/g, " ");
  const facts: { -readonly [K in keyof Facts]: Facts[K] } = {};
  if (replaces(text)) facts.replaces = true;
  const values = valuesIn(text);
  if (values) facts.values = values;
  const byDefault = /\b[Dd]efault(?:s to|s| is| value is| value|)?:? ?`"?([^`"]*)"?`/.exec(text)?.[1];
  if (byDefault !== undefined) facts.byDefault = byDefault;
  const conflicts = conflictsIn(text).filter((name) => names.has(name));
  if (conflicts.length > 0) facts.conflictsWith = conflicts;
  const deprecated = /@deprecated ?(.*)$/.exec(text)?.[1];
  if (deprecated !== undefined) facts.deprecated = deprecated.trim();
  return facts;
}

function replaces(text: string): boolean {
  return text
    .split(/(?<=[.)]) /)
    .some(
      (sentence) =>
        replacement.some((phrase) => phrase.test(sentence)) &&
        !conditional.test(sentence.replace(/\b(?:if|when) (?:changed|modified)/i, "")),
    );
}

/** `Valid values: `a`, `b` or `c`.` with nothing else in the sentence is a closed list. */
function valuesIn(text: string): string[] | undefined {
  const list =
    /\b(?:Valid|Allowed|Possible|Supported) values(?: are|:| include)?:? ((?:(?:, |,? or |,? and |,)?`"?[\w.:/-]+"?`)+)(?=\.(?: |$)|$)/.exec(
      text,
    )?.[1];
  const values = list?.match(/`"?[\w.:/-]+"?`/g)?.map((value) => value.replace(/[`"]/g, ""));
  return values && values.length > 1 ? values : undefined;
}

function conflictsIn(text: string): string[] {
  const list = /\bConflicts with ((?:(?:, |,? or |,? and )?`\w+`)+)(?: arguments?)?(?=[.,)]|$)/.exec(
    text,
  )?.[1];
  return list?.match(/\w+(?=`)/g) ?? [];
}
