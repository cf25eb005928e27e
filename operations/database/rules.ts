/** A rule that a migration breaks, and where. */
export interface Found {
  readonly rule: string;
  /** Offset of the statement in the text. */
  readonly at: number;
  readonly what: string;
  readonly mend: string;
}

/** libpg_query's tree, as far as it is read: every node is an object under the name of its kind. */
type Node = { readonly [kind: string]: unknown };
interface Parsed {
  readonly stmts?: readonly { readonly stmt?: unknown; readonly stmt_location?: number }[];
}

/** What one statement is, with the table that it is about. */
interface Statement {
  readonly kind: string;
  readonly node: Node;
  readonly at: number;
}

const inTwoReleases = "take it in two releases: stop using it, then drop it in a later one";

/**
 * Our own rules, for what squawk does not know: data that goes, and rows that others must not see.
 * @param parsed the half that goes up
 * @param text the whole file
 */
export function ownRules(parsed: Parsed, text: string): Found[] {
  const statements = (parsed.stmts ?? []).map(({ stmt, stmt_location = 0 }): Statement => {
    const [kind = "", node] = Object.entries((stmt ?? {}) as Node)[0] ?? [];
    return { kind, node: (node ?? {}) as Node, at: firstWord(text, stmt_location) };
  });
  const made = new Set(
    statements.filter(({ kind }) => kind === "CreateStmt").map(({ node }) => tableOf(node)),
  );
  return [
    ...statements.flatMap((one) => [
      ...dropsData(one, made),
      ...rewritesRows(one, made),
      ...unsafeDefiner(one),
    ]),
    ...openTables(statements),
    ...notAtomic(statements, text),
    ...noWayBack(text),
  ];
}

/** Statements begin with the blanks and comments before them. */
function firstWord(text: string, bytes: number): number {
  const at = Buffer.from(text).subarray(0, bytes).toString().length;
  const [before = ""] = /^(?:\s|--[^\n]*(?:\n|$))*/.exec(text.slice(at)) ?? [];
  return at + before.length;
}

const holders = ["OBJECT_TABLE", "OBJECT_SCHEMA", "OBJECT_MATVIEW", "OBJECT_FOREIGN_TABLE", "OBJECT_TYPE"];

function dropsData({ kind, node, at }: Statement, made: ReadonlySet<string>): Found[] {
  const found = (what: string) => [{ rule: "drops-data", at, what, mend: inTwoReleases }];
  if (kind === "DropStmt" && holders.includes(String(node.removeType)))
    return found("what it drops may hold data, and a rollback does not bring it back");
  if (kind === "TruncateStmt") return found("empties a table");
  if (kind === "DeleteStmt" && !made.has(tableOf(node))) return found("deletes rows");
  if (kind === "DropdbStmt" || kind === "DropOwnedStmt") return found("drops everything");
  const columns = alterations(kind, node).filter(({ subtype }) => subtype === "AT_DropColumn");
  return columns.length > 0 ? found(`drops the column ${columns.map(({ name }) => name).join(", ")}`) : [];
}

/** A backfill belongs into batches: in a migration it locks each row until the end, and doubles the table. */
function rewritesRows({ kind, node, at }: Statement, made: ReadonlySet<string>): Found[] {
  const logged = alterations(kind, node).some(({ subtype }) =>
    ["AT_SetLogged", "AT_SetUnLogged", "AT_SetTableSpace", "AT_SetAccessMethod"].includes(String(subtype)),
  );
  if (!(kind === "UpdateStmt" && !made.has(tableOf(node))) && !logged) return [];
  const mend = "fill it in batches by a job of the app, and constrain it in a later migration";
  return [{ rule: "rewrites-rows", at, what: "rewrites rows of a table that is in use", mend }];
}

/** As its owner it may everything; with a search path of the caller's, it does what the caller planted there. */
function unsafeDefiner({ kind, node, at }: Statement): Found[] {
  if (kind !== "CreateFunctionStmt") return [];
  const options = list(node.options).map((one) => inner(one, "DefElem"));
  const definer = options.some(({ defname, arg }) => defname === "security" && booleanOf(arg));
  const fixed = options.some(
    ({ defname, arg }) => defname === "set" && inner(arg, "VariableSetStmt").name === "search_path",
  );
  if (!definer || fixed) return [];
  const what = "SECURITY DEFINER without a search path of its own";
  return [{ rule: "unsafe-definer", at, what, mend: "add SET search_path = ''" }];
}

/** A table in `public` is the app's by default: either its rows are guarded, or the app is kept out. */
function openTables(statements: readonly Statement[]): Found[] {
  const guarded = (table: string) => {
    const altered = statements
      .filter(({ kind, node }) => kind === "AlterTableStmt" && tableOf(node) === table)
      .flatMap(({ kind, node }) => alterations(kind, node).map(({ subtype }) => subtype));
    const policies = statements.some(
      ({ kind, node }) => kind === "CreatePolicyStmt" && rangeName(node.table) === table,
    );
    return policies && altered.includes("AT_EnableRowSecurity") && altered.includes("AT_ForceRowSecurity");
  };
  const revoked = new Set(
    statements
      .filter(({ kind, node }) => kind === "GrantStmt" && node.is_grant !== true && takenFromApp(node))
      .flatMap(({ node }) => list(node.objects).map((one) => rangeName(inner(one, "RangeVar")))),
  );
  return statements
    .filter(({ kind, node }) => kind === "CreateStmt" && tableOf(node).startsWith("public."))
    .filter(({ node }) => node.partbound === undefined || node.partbound === null)
    .filter(({ node }) => !guarded(tableOf(node)) && !revoked.has(tableOf(node)))
    .map(({ node, at }) => ({
      rule: "open-table",
      at,
      what: `${tableOf(node)} shows every user's rows to every user`,
      mend: "ENABLE and FORCE ROW LEVEL SECURITY with a policy, or REVOKE ALL … FROM app",
    }));
}

const takenFromApp = (node: Node): boolean =>
  list(node.grantees).some((one) => inner(one, "RoleSpec").rolename === "app") &&
  list(node.privileges).length === 0;

function notAtomic(statements: readonly Statement[], text: string): Found[] {
  const outside = /^-- migrate:up.*transaction:false/m.test(text);
  const [first] = statements;
  if (!outside || !first || (statements.length === 1 && /\bconcurrently\b/i.test(text))) return [];
  const what = "outside a transaction it may be left half done";
  const mend = "keep transaction:false for one statement with CONCURRENTLY";
  return [{ rule: "not-atomic", at: first.at, what, mend }];
}

function noWayBack(text: string): Found[] {
  const down = text.split(/^-- migrate:down.*$/m)[1] ?? "";
  if (down.replace(/--[^\n]*/g, "").trim() !== "") return [];
  return [
    { rule: "no-way-back", at: 0, what: "has no way back", mend: "write what is under -- migrate:down" },
  ];
}

const alterations = (kind: string, node: Node): Node[] =>
  kind === "AlterTableStmt" ? list(node.cmds).map((one) => inner(one, "AlterTableCmd")) : [];

const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/** The node of that kind, or an empty one. */
function inner(value: unknown, kind: string): Node {
  return (((value ?? {}) as Node)[kind] ?? {}) as Node;
}

function booleanOf(value: unknown): boolean {
  return inner(value, "Boolean").boolval === true;
}

const tableOf = (node: Node): string => rangeName(node.relation);

function rangeName(range: unknown): string {
  const { schemaname = "public", relname = "" } = (range ?? {}) as { schemaname?: string; relname?: string };
  return `${schemaname}.${relname}`;
}
