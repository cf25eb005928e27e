import { isPreview } from "../../../components/model/stackNames.ts";
import type { VendorThing } from "./vendor.ts";

export interface Known {
  readonly app: string;
  /** Every stack that a state or a settings file names. */
  readonly stacks: ReadonlySet<string>;
}

/** Why something that says it is an orphan is left alone. */
export interface Doubted {
  readonly thing: VendorThing;
  readonly why: string;
}

/**
 * Of all that an app has at a vendor's, what belongs to a preview that no state knows. What its name says belongs to
 * another stack stays, whatever its labels say: labels are copied by hand, and by vendors' own tools.
 */
export function chooseOrphans(
  things: readonly VendorThing[],
  { app, stacks }: Known,
): { readonly orphans: readonly VendorThing[]; readonly doubted: readonly Doubted[] } {
  const claimed = things.filter(({ stack }) => isPreview(stack) && !stacks.has(stack));
  const named = claimed.map((thing) => ({ thing, other: otherStack(thing, app) }));
  return {
    orphans: named.filter(({ other }) => other === undefined).map(({ thing }) => thing),
    doubted: named.flatMap(({ thing, other }) =>
      other === undefined
        ? []
        : [{ thing, why: `its labels say ${thing.stack}, and its name says ${other}: look, and remove it` }],
    ),
  };
}

/** The stack that a name of ours speaks of, where it is not the one that the labels say. */
function otherStack({ name, stack }: VendorThing, app: string): string | undefined {
  const start = name.indexOf(`${app}-`);
  // Names that the engine made up carry no stack: nothing speaks against the labels.
  if (start < 0 || /[\w-]/.test(name[start - 1] ?? "/")) return undefined;
  const rest = name.slice(start + app.length + 1);
  return rest === stack || rest.startsWith(`${stack}-`)
    ? undefined
    : (/^pr-\d+|^[^/:]+/.exec(rest)?.[0] ?? rest);
}
