/** What stands in IAM's policy documents. */

export interface Statement {
  readonly Sid?: string;
  readonly Effect?: string;
  readonly Principal?: unknown;
  readonly NotPrincipal?: unknown;
  readonly Action?: string | readonly string[];
  readonly NotAction?: unknown;
  readonly Resource?: string | readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/** A document's statements; of one that is none, no statements. */
export function statements(document: unknown): readonly Statement[] {
  const found = (document as { Statement?: Statement | readonly Statement[] } | undefined)?.Statement;
  return found === undefined ? [] : Array.isArray(found) ? found : [found as Statement];
}

export const list = (value: string | readonly string[] | undefined): readonly string[] =>
  value === undefined ? [] : typeof value === "string" ? [value] : value;

/** Whether a statement is about anybody at all. */
export function isEveryone({ Principal: who }: Statement): boolean {
  if (who === "*") return true;
  const aws = (who as { AWS?: string | readonly string[] } | undefined)?.AWS;
  return list(aws).includes("*");
}

/** Whether a document denies everyone everything that comes without TLS. */
export const refusesWithoutTls = (document: unknown): boolean =>
  statements(document).some(
    (one) =>
      one.Effect === "Deny" &&
      isEveryone(one) &&
      String(one.Condition?.Bool?.["aws:SecureTransport"]) === "false",
  );
