import { isMadeUp, madeUpKey } from "../autoname.ts";
import { same } from "../generic/values.ts";
import type { CheckCall, Known, Values } from "../provider.ts";

/** Labels as the SDK has them, in a list. */
export type LabelList = readonly { readonly label: string; readonly value: string }[];

/** Labels as Docker has them. */
export const labelMap = (labels: LabelList | undefined): Record<string, string> =>
  Object.fromEntries((labels ?? []).map(({ label, value }) => [label, value]));

export const labelList = (
  labels: Readonly<Record<string, string>> | null | undefined,
): LabelList | undefined => {
  const list = Object.entries(labels ?? {}).map(([label, value]) => ({ label, value }));
  return list.length > 0 ? list.toSorted((a, b) => (a.label < b.label ? -1 : 1)) : undefined;
};

/**
 * Whether something that is there already was made by this program in an update that was cut short: it has all labels
 * that the program gives, and the program gives some. Without any there is no telling whose it is.
 */
export function isOurs(
  there: Readonly<Record<string, string>> | null | undefined,
  given: LabelList | undefined,
): boolean {
  const wanted = Object.entries(labelMap(given));
  return wanted.length > 0 && wanted.every(([label, value]) => there?.[label] === value);
}

/** What to say of something of that name that is another's. */
export const foreign = (kind: string, name: string, importing: string): string =>
  `a ${kind} named "${name}" is there already, and its labels say that it is not of this stack. ` +
  `Rename or remove it (docker ${kind} rm ${name}), or take it over: pulumi import ${importing}`;

/** Inputs with a name, made up if none is given, and marked so. */
export function named(given: Values, before: Values | undefined, call: CheckCall): Values {
  const inputs = Object.fromEntries(Object.entries(given).filter(([key]) => key !== madeUpKey));
  if (inputs.name !== undefined && inputs.name !== null && inputs.name !== "") return inputs;
  return { ...inputs, name: call.autoname(before), [madeUpKey]: ["name"] };
}

/** Two things cannot have one name: where it was given, the old one must go first. */
export const keepsItsName = (before: Known<Values>, now: Values): boolean =>
  !isMadeUp(now, "name") && before.inputs.name === now.name;

/**
 * Inputs as they would have been for what is there now: those that it still agrees with stay as they were written,
 * the others take what was found.
 */
export function drifted<Inputs extends Values>(written: Inputs, normal: Inputs, observed: Inputs): Inputs {
  const result: Values = { ...written };
  for (const key of new Set([...Object.keys(normal), ...Object.keys(observed)])) {
    if (key.startsWith("__") || same(normal[key], observed[key])) continue;
    if (observed[key] === undefined) delete result[key];
    else result[key] = observed[key];
  }
  // the keys are those of Inputs, and so are the values
  return result as Inputs;
}

/** Waits, or fails when the signal is aborted. */
export function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  return new Promise((resolve, reject) => {
    const timer = setTimeout(done, milliseconds);
    signal.addEventListener("abort", stopped, { once: true });
    function done() {
      signal.removeEventListener("abort", stopped);
      resolve();
    }
    function stopped() {
      clearTimeout(timer);
      reject(signal.reason);
    }
  });
}
