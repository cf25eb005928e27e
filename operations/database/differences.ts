import { kinds, type SchemaObject } from "./snapshot.ts";

/** One thing that is not as the code expects, in words and as the SQL that mends it. */
export interface Difference {
  /** What it is about: `index public.events_by_time`. */
  readonly what: string;
  readonly words: string;
  /** What mends it; a comment where a person must decide. */
  readonly sql: string;
}

/** What `found` must become to be as `expected`; in the order in which the SQL can be run. */
export function differences(expected: readonly SchemaObject[], found: readonly SchemaObject[]): Difference[] {
  const key = ({ kind, name }: SchemaObject) => `${kind} ${name}`;
  const there = new Map(found.map((one) => [key(one), one]));
  const wanted = new Map(expected.map((one) => [key(one), one]));
  // What nobody asked for goes first, and what stands on other things before those.
  const tooMuch = kinds
    .toReversed()
    .flatMap((kind) =>
      found
        .filter((one) => one.kind === kind && !wanted.has(key(one)))
        .map((one) => ({ what: key(one), words: "is there, and nothing asks for it", sql: `${one.drop};` })),
    );
  const other = expected.flatMap((one): Difference[] => {
    const living = there.get(key(one));
    if (living === undefined) return [{ what: key(one), words: "is missing", sql: `${one.make};` }];
    return living.definition === one.definition ? [] : [differs(one, living)];
  });
  return [...tooMuch, ...other];
}

function differs(expected: SchemaObject, found: SchemaObject): Difference {
  const { kind, name } = expected;
  const words = `is "${oneLine(found.definition)}" and must be "${oneLine(expected.definition)}"`;
  return { what: `${kind} ${name}`, words, sql: `${mend(expected, found)};` };
}

function mend(expected: SchemaObject, found: SchemaObject): string {
  const { kind, name, make } = expected;
  if (kind === "column") return mendColumn(name, expected.definition, found.definition);
  if (kind === "function" || kind === "row security") return make;
  if (kind === "table" || kind === "schema")
    return `-- ${name} is of another kind: copy its rows, then\n-- ${make}`;
  if (kind === "sequence") return `ALTER SEQUENCE ${name} AS ${expected.definition.split(" ")[0]}`;
  return `${found.drop};\n${make}`;
}

function mendColumn(name: string, expected: string, found: string): string {
  const at = name.lastIndexOf(".");
  const alter = `ALTER TABLE ${name.slice(0, at)} ALTER COLUMN ${name.slice(at + 1)}`;
  const [want, have] = [partsOf(expected), partsOf(found)];
  const steps = [
    want.type === have.type ? "" : `${alter} TYPE ${want.type}`,
    want.value === have.value
      ? ""
      : want.value === ""
        ? `${alter} DROP DEFAULT`
        : `${alter} SET DEFAULT ${want.value}`,
    want.required === have.required ? "" : `${alter} ${want.required ? "SET" : "DROP"} NOT NULL`,
  ];
  return steps.filter((step) => step !== "").join(";\n") || `-- ${name}: ${expected}`;
}

function partsOf(definition: string) {
  const [before = "", value = ""] = definition.split(/ ?DEFAULT (?=\S)(?!AS IDENTITY)/);
  return { type: before.replace(/ (NOT NULL|GENERATED).*$/, ""), required: / NOT NULL/.test(before), value };
}

const oneLine = (text: string): string => {
  const line = text.replace(/\s+/g, " ").trim();
  return line.length > 120 ? `${line.slice(0, 117)}…` : line;
};
