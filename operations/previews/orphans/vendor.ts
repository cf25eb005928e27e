import { isPreview } from "../../../components/model/stackNames.ts";
import type { Config } from "../template.ts";

/** Something at a vendor's that says of itself, by its labels or its name, which stack of our app it belongs to. */
export interface VendorThing {
  readonly stack: string;
  /** As the vendor calls it: `rds:db`, `server`, `bucket`. */
  readonly kind: string;
  readonly id: string;
  readonly name: string;
  /** Goes by itself with what it belongs to: it is only looked for. */
  readonly goesWith?: string;
}

/** What became of one try to remove something: gone, or why it is still there. */
export type Removal = "gone" | { readonly stays: string };

/** A vendor's API as far as it can tell what belongs to an app, and remove it. */
export interface Vendor {
  readonly name: string;
  /** All of the app's things, of whatever stack; those that are really there. */
  list(): Promise<readonly VendorThing[]>;
  /** One try; what is gone already is gone. */
  remove(thing: VendorThing): Promise<Removal>;
  close?(): void;
}

/** Whose things are looked for, and what the template of previews says of accounts. */
export interface Where {
  /** The app's name, as in the spec. */
  readonly app: string;
  readonly config: Config;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Milliseconds between two looks at what is under way. */
  readonly lookMs: number;
}

/** @returns a vendor that can be asked, or why it cannot be */
export type Reach = (where: Where) => Vendor | { readonly cannot: string };

/** A setting of the template, or an environment variable; one that is encrypted is not read here. */
export function told({ config, env }: Where, variable: string, ...keys: readonly string[]) {
  const values = [env[variable], ...keys.map((key) => config[key])];
  return values.find((value): value is string => typeof value === "string" && value !== "");
}

/** The preview that a name belongs to, as every component names what it makes: `<app>-<stack>-<part>`. */
export function stackInName(app: string, name: string): string | undefined {
  if (!name.startsWith(`${app}-`)) return undefined;
  const stack = /^pr-\d+(?=-|$)/.exec(name.slice(app.length + 1))?.[0];
  return stack !== undefined && isPreview(stack) ? stack : undefined;
}

/** The preview that a name in DNS belongs to: `pr-N.` before the previews' domain, and whatever stands before that. */
export function stackUnder(domain: string, name: string): string | undefined {
  if (!name.endsWith(`.${domain}`)) return undefined;
  return /(?:^|\.)(pr-\d+)$/.exec(name.slice(0, -domain.length - 1))?.[1];
}
