import { createHash } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { hashOfTree } from "../components/kit/tree.ts";
import { type Diagnostic, DiagnosticsError, failure } from "../components/model/diagnostics.ts";
import { sizes, stageNames } from "../components/model/words.ts";
import { root } from "../engine/paths.ts";
import { exportState } from "../engine/pulumi.ts";
import { run } from "../engine/run.ts";
import type { Toolchain } from "../engine/toolchain.ts";
import { settingsFile } from "../stacks/settings.ts";
import type { Overrides } from "./target.ts";

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

/** What a plan was made from. `up` goes only by a plan of which none has moved. */
const boundTo = z.strictObject({
  /** The commit that was checked out; "none" outside of git. */
  commit: z.string(),
  /** All that the program is made of, committed or not. */
  sources: sha256,
  /** `Pulumi.<stack>.yaml`, and what the command line said over it. */
  settings: sha256,
  /** The stack's resources as the state holds them. */
  state: sha256,
});

const change = z.strictObject({
  operation: z.string(),
  name: z.string(),
  type: z.string(),
  properties: z.array(z.string()),
});

/** What `rung preview --out` writes, and a person approves: names alone, never a value. */
const approvalSchema = z.strictObject({
  version: z.literal(1),
  stack: z.string(),
  /** ISO 8601. */
  made: z.string(),
  overrides: z.strictObject({
    stage: z.literal(stageNames).optional(),
    size: z.literal(sizes).optional(),
    primary: z.string().optional(),
  }),
  image: z.string().optional(),
  bound: boundTo,
  changes: z.array(change),
});

export type Approval = z.output<typeof approvalSchema>;
export type BoundTo = z.output<typeof boundTo>;
export type ApprovedChange = z.output<typeof change>;

/** All that decides what the program makes: a change of any of it makes another plan. */
const sources = [
  "app",
  "components",
  "stacks",
  "migrations",
  "engine",
  "package.json",
  "package-lock.json",
  "Pulumi.yaml",
];

/** What a plan made now would be bound to. */
export async function boundNow(
  toolchain: Toolchain,
  stack: string,
  overrides: Overrides,
  image: string | undefined,
): Promise<BoundTo> {
  const [commit, tree, settings, state] = await Promise.all([
    run("git", ["rev-parse", "HEAD"], { cwd: root }),
    hashOfTree(root, sources, ""),
    readFile(join(root, settingsFile(stack)), "utf8").catch(() => ""),
    exportState(toolchain, stack),
  ]);
  const { deployment } = state as { deployment?: { resources?: unknown; pending_operations?: unknown } };
  return {
    commit: commit.code === 0 ? commit.stdout.trim() : "none",
    sources: tree,
    // The note of how secrets are encrypted is Pulumi's own to write.
    settings: hashOf([settings.replace(/^encryptionsalt:.*\n?/m, ""), overrides, image ?? ""]),
    // When it was saved says nothing of what is there.
    state: hashOf([deployment?.resources ?? [], deployment?.pending_operations ?? []]),
  };
}

const hashOf = (value: unknown): string => createHash("sha256").update(JSON.stringify(value)).digest("hex");

export const writeApproval = (file: string, approval: Approval): Promise<void> =>
  writeFile(file, `${JSON.stringify(approval, null, 2)}\n`);

/** @throws DiagnosticsError when there is no such file, or it is no plan */
export async function readApproval(file: string): Promise<Approval> {
  const text = await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    throw failure(
      `the plan cannot be read: ${error.code}`,
      "make one: rung preview --out plan.json",
      file,
      64,
    );
  });
  const parsed = approvalSchema.safeParse(jsonOf(text));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw failure(
    `this is no plan: ${issue?.path.join(".") || "the file"}: ${issue?.message}`,
    "make one: rung preview --out plan.json",
    file,
    64,
  );
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const said: Readonly<Record<keyof BoundTo, { what: string; mend: string }>> = {
  commit: { what: "another commit is checked out than", mend: "check out the commit that was approved" },
  sources: { what: "the program is not what it was", mend: "take back what was changed, or plan again" },
  settings: {
    what: "the stack's settings are not what they were",
    mend: "take back what was changed, or plan again",
  },
  state: { what: "the stack is not what it was", mend: "plan again, and have that approved" },
};

/**
 * Approved is applied, and nothing else.
 * @throws DiagnosticsError (exit code 3) naming everything that moved since the plan was made
 */
export function mustStand(approval: Approval, now: BoundTo, file: string): void {
  const moved = (Object.keys(said) as (keyof BoundTo)[]).filter((key) => approval.bound[key] !== now[key]);
  if (moved.length === 0) return;
  throw new DiagnosticsError(
    moved.map(
      (key): Diagnostic => ({
        what: `${said[key].what} when the plan was made, ${approval.made}`,
        where: { file, key: `bound.${key}` },
        found: now[key].slice(0, 12),
        allowed: approval.bound[key].slice(0, 12),
        mend: said[key].mend,
      }),
    ),
    3,
  );
}
