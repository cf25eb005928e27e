import { DiagnosticsError } from "../components/model/diagnostics.ts";
import { type Approval, readApproval } from "../operations/approval.ts";
import { loadTarget } from "../operations/target.ts";
import { bring, type ChangeOptions, overridesOf, titleOf } from "./change.ts";

/** Makes or changes a stack, showing what happens, and ends with the addresses. */
export async function up(
  options: ChangeOptions & { readonly plan?: string; readonly withoutDrill?: string },
): Promise<number> {
  const { plan: file, withoutDrill } = options;
  const approval = file === undefined ? undefined : await readApproval(file);
  if (approval) refuseBesides(approval, options);
  const overrides = overridesOf(approval ? approval.overrides : options);
  const image = approval ? approval.image : options.image;
  const target = await loadTarget(options.stack, overrides);
  const approved = approval && file !== undefined ? { approved: { approval, file } } : {};
  const told = {
    overrides,
    ...(image && { image }),
    ...approved,
    ...(withoutDrill && { noDrill: withoutDrill }),
  };
  return bring(target, told, options, titleOf);
}

/** The plan says what is done; what the command line says besides would be something else. */
function refuseBesides(approval: Approval, options: ChangeOptions): void {
  const besides = (["stage", "size", "image", "primary"] as const).filter(
    (key) => options[key] !== undefined,
  );
  const problems = [
    ...besides.map((key) => ({
      what: `the plan says the ${key} already`,
      where: { file: `--${key}` },
      found: String(options[key]),
      mend: `leave it out, or make another plan: rung preview --${key} ${options[key]} --out plan.json`,
    })),
    ...(approval.stack === options.stack
      ? []
      : [
          {
            what: "the plan is of another stack",
            where: { file: "--stack" },
            found: options.stack,
            allowed: approval.stack,
            mend: `--stack ${approval.stack}`,
          },
        ]),
  ];
  if (problems.length > 0) throw new DiagnosticsError(problems);
}
