import { ensureStack } from "../engine/pulumi.ts";
import { ensureToolchain } from "../engine/toolchain.ts";
import {
  type ApprovedChange,
  type BoundTo,
  boundNow,
  mustStand,
  writeApproval,
} from "../operations/approval.ts";
import type { Progress } from "../operations/progress.ts";
import { loadTarget, type Overrides } from "../operations/target.ts";
import { preview as lookAhead } from "../operations/up.ts";
import { type ChangeOptions, counts, overridesOf, titleOf } from "./change.ts";
import { columns, paint } from "./render/text.ts";
import { watched } from "./watched.ts";

/** What `up` would do, and which inputs make the difference. */
export async function preview(options: ChangeOptions & { readonly out?: string }): Promise<number> {
  const overrides = overridesOf(options);
  const { image } = options;
  const target = await loadTarget(options.stack, overrides);
  const { out } = options;
  const planned: Progress[] = [];
  const ended = await watched(options, titleOf(target.context), async (report, signal) => {
    const bind = () => bound(options.stack, overrides, image);
    const before = out === undefined ? undefined : await bind();
    const changes = await lookAhead(target, { overrides, signal, ...(image && { image }) }, (progress) => {
      if (progress.event === "resource" && progress.state === "planned") planned.push(progress);
      report(progress);
    });
    if (out !== undefined && before) {
      const approval = { version: 1 as const, ...approvalOf(options, planned), bound: before };
      // What was looked at is what is bound, or nothing is.
      mustStand(approval, await bind(), out);
      await writeApproval(out, approval);
    }
    return { changes };
  });
  if ("exitCode" in ended) return ended.exitCode;
  if (options.json) return 0;
  if (planned.length > 0) process.stdout.write(`\n${columns(planned.flatMap(row))}\n`);
  process.stdout.write(`\n  ${paint("dim", `would: ${counts(ended.done.changes)}`)}\n`);
  if (out !== undefined)
    process.stdout.write(
      `  ${paint("dim", `the plan is in ${out}: rung up --stack ${options.stack} --plan ${out}`)}\n`,
    );
  return 0;
}

async function bound(stack: string, overrides: Overrides, image: string | undefined): Promise<BoundTo> {
  const toolchain = await ensureToolchain();
  await ensureStack(toolchain, stack);
  return boundNow(toolchain, stack, overrides, image);
}

function approvalOf({ stack, stage, size, primary, image }: ChangeOptions, planned: readonly Progress[]) {
  return {
    stack,
    made: new Date().toISOString(),
    overrides: { ...(stage && { stage }), ...(size && { size }), ...(primary && { primary }) },
    ...(image && { image }),
    changes: planned.flatMap((one): ApprovedChange[] =>
      one.event === "resource"
        ? [
            {
              operation: one.operation,
              name: one.name,
              type: one.type,
              properties: [...(one.properties ?? [])],
            },
          ]
        : [],
    ),
  };
}

const symbols: Readonly<Record<string, string>> = { create: "+", update: "~", replace: "±", delete: "-" };

const row = (progress: Progress): string[][] =>
  progress.event === "resource"
    ? [
        [
          symbols[progress.operation] ?? " ",
          progress.operation,
          progress.name,
          (progress.operation === "create" ? [] : (progress.properties ?? [])).join(", "),
        ],
      ]
    : [];
