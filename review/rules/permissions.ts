import type { Step } from "../read/steps.ts";
import { exposes, isUnknown, type Judgement, stops } from "./rule.ts";

interface Statement {
  readonly Effect?: string;
  readonly Sid?: string;
  readonly Principal?: unknown;
  readonly Action?: unknown;
  readonly NotAction?: unknown;
  readonly Resource?: unknown;
  readonly Condition?: unknown;
}

/** Properties that hold a policy document. */
const documents = ["policy", "assumeRolePolicy", "inlinePolicies"] as const;

/** One thing that a policy allows or forbids; written so that two can be compared. */
interface Grant {
  readonly effect: string;
  readonly principal: string;
  readonly action: string;
  readonly resource: string;
  readonly condition: string;
}

export const isPolicy = (step: Pick<Step, "type">, path: string): boolean =>
  /^aws:/.test(step.type) && documents.some((name) => path === name || path.startsWith(`${name}.`));

/** Who may do more than before, or is less forbidden; and who may do less. */
export function judgePolicies(step: Step): Judgement[] {
  if (!/^aws:/.test(step.type) || step.operation === "delete") return [];
  return documents.flatMap((name) => {
    const [from, to] = [step.before[name], step.after[name]];
    if (from === to || to === undefined) return [];
    const paths = step.differences.map(({ path }) => path).filter((path) => isPolicy(step, path));
    return compare(step, grantsIn(from), isUnknown(to) ? undefined : grantsIn(to)).map((said) => ({
      ...said,
      paths,
    }));
  });
}

function compare(step: Step, before: readonly Grant[], after: readonly Grant[] | undefined) {
  if (!after) {
    // A new policy of a new thing: what it will name is not there yet, but the program's own resources.
    const isNew = step.operation === "create";
    return [
      (isNew ? exposes.review : exposes.review)([
        "permissions-unknown",
        `what ${step.name} allows is known only once ${isNew ? "what it names is made" : "what it names is changed"}`,
        "read the policy where it is written",
      ]),
    ];
  }
  const old = new Set(before.map(keyOf));
  const now = new Set(after.map(keyOf));
  const allowed = after.filter((grant) => grant.effect === "Allow" && !old.has(keyOf(grant)));
  const notForbidden = before.filter((grant) => grant.effect === "Deny" && !now.has(keyOf(grant)));
  const withdrawn = before.filter((grant) => grant.effect === "Allow" && !now.has(keyOf(grant)));
  const wide = allowed.filter(isWide);
  if (wide.length > 0) {
    return [
      exposes.block([
        "permissions-wide",
        `${step.name} may do ${told(wide)}`,
        "name the actions and the resources that it needs",
      ]),
    ];
  }
  if (notForbidden.length > 0) {
    return [
      exposes.review([
        "no-longer-forbidden",
        `${step.name} no longer forbids ${told(notForbidden)}`,
        "keep the denial, or say what does its work",
      ]),
    ];
  }
  if (allowed.length > 0) {
    return [
      exposes.review([
        "permissions-wider",
        `${step.name} may do more: ${told(allowed)}`,
        "make sure that it needs each of them",
      ]),
    ];
  }
  if (withdrawn.length > 0) {
    return [
      stops.review([
        "permissions-narrower",
        `${step.name} may do less: not ${told(withdrawn)}`,
        "make sure that nothing still does it",
      ]),
    ];
  }
  return [];
}

function grantsIn(document: unknown): Grant[] {
  const parsed = typeof document === "string" ? parse(document) : document;
  const statements = (parsed as { Statement?: Statement | Statement[] } | undefined)?.Statement ?? [];
  return [statements].flat().flatMap((one) =>
    texts(one.Principal ?? "").flatMap((principal) =>
      texts(one.Action ?? (one.NotAction ? `all but ${texts(one.NotAction).join(", ")}` : "")).flatMap(
        (action) =>
          texts(one.Resource ?? "").map((resource) => ({
            effect: one.Effect ?? "Allow",
            principal,
            action,
            resource,
            condition: JSON.stringify(one.Condition ?? {}),
          })),
      ),
    ),
  );
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function texts(value: unknown): string[] {
  if (typeof value === "string") return [value];
  if (Array.isArray(value)) return value.flatMap(texts);
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([kind, inner]) =>
    texts(inner).map((one) => (one === "*" ? one : `${kind} ${one}`)),
  );
}

const keyOf = (grant: Grant): string => JSON.stringify(grant);

/** Everything on everything, or anybody without a condition. A key's policy names `*`: itself. */
const isWide = ({ principal, action, resource, condition }: Grant): boolean =>
  (principal === "*" && condition === "{}") ||
  action === "*" ||
  (/^[a-z0-9-]+:\*$/.test(action) && (resource === "*" || resource === "") && !action.startsWith("kms:"));

const told = (grants: readonly Grant[]): string => {
  const said = grants.map(({ principal, action, resource }) =>
    [action, resource === "" ? "" : `on ${resource}`, principal === "" ? "" : `by ${principal}`]
      .filter((part) => part !== "")
      .join(" "),
  );
  return `${said.slice(0, 2).join("; ")}${said.length > 2 ? ` and ${said.length - 2} more` : ""}`;
};
