/** The type of one value, as an SDK declares it. `ref` names an object type in the SDK's own types file. */
export type Shape =
  | { readonly is: "string" | "number" | "boolean" | "any" | "asset" | "resource" | "undefined" }
  | { readonly is: "literal"; readonly value: string | number | boolean }
  | { readonly is: "enum"; readonly ref: string }
  | { readonly is: "array" | "map"; readonly of: Shape }
  | { readonly is: "object"; readonly ref: string }
  | { readonly is: "union"; readonly of: readonly Shape[] };

/** What the documentation of one property says that a program can check. */
export interface Facts {
  /** A change makes the vendor replace the resource. */
  readonly replaces?: true;
  /** Closed list of values, where the text gives one and nothing but one. */
  readonly values?: readonly string[];
  /** What the vendor takes when nothing is given. */
  readonly byDefault?: string;
  readonly conflictsWith?: readonly string[];
  readonly deprecated?: string;
}

/** One property of a resource, function or nested object. */
export interface Property extends Facts {
  readonly shape: Shape;
  readonly required: boolean;
}

export type Properties = Readonly<Record<string, Property>>;

/** A resource or function, as its installed SDK declares it. */
export interface Schema {
  readonly token: string;
  readonly inputs: Properties;
  /** Inputs included, as the SDK's class or result has them. */
  readonly outputs: Properties;
  /** Top-level outputs that the SDK marks secret. */
  readonly secrets: readonly string[];
  /** Inputs that the SDK sets itself, e.g. a Kubernetes object's kind. */
  readonly constants: Readonly<Record<string, string>>;
}
