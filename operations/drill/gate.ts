import { DiagnosticsError } from "../../components/model/diagnostics.ts";
import { minutes } from "../../components/model/duration.ts";
import { specFile } from "../../components/model/spec.ts";
import type { Report } from "../progress.ts";
import type { Living } from "../stage.ts";
import { isAhead } from "./checks.ts";
import { canDrill } from "./drill.ts";
import { type Evidence, readEvidence } from "./evidence.ts";

/** The stack whose `up` asks for a drill. */
export const isProduction = (stack: string): boolean => stack === "prod";

/**
 * A change of production stands on a way back that was gone lately.
 * @param although why it is changed all the same, in an emergency
 * @throws DiagnosticsError with exit code 3 when the last good drill is older than the spec allows
 */
export async function mustHaveDrilled(
  { context, outputs }: Living,
  although: string | undefined,
  report: Report,
  now = new Date(),
): Promise<void> {
  const { spec, stack } = context;
  if (!isProduction(stack) || !spec.database || !(await canDrill({ context, outputs }))) return;
  const problem = tooLong(
    await readEvidence(stack),
    outputs.releases ?? [],
    minutes(spec.objectives.drillEvery),
    now,
  );
  if (problem === undefined) return;
  if (although !== undefined) {
    const text = `${problem}; changed all the same: ${although}`;
    return report({ event: "message", severity: "warning", text });
  }
  throw new DiagnosticsError(
    [
      {
        what: problem,
        where: { file: specFile, key: "objectives.drillEvery" },
        allowed: `a good drill within ${spec.objectives.drillEvery}`,
        mend: `rung drill --stack ${stack}; in an emergency: rung up --without-drill "<why>"`,
      },
    ],
    3,
  );
}

/** Why it has been too long, if it has. A stack's first drill is due as long after its first release. */
export function tooLong(
  all: readonly Evidence[],
  releases: readonly { readonly since: string }[],
  everyMinutes: number,
  now: Date,
): string | undefined {
  const good = all.findLast(({ good, ended }) => good && !isAhead(ended, now));
  const since = good?.ended ?? releases.map(({ since: at }) => at).toSorted()[0];
  if (since === undefined || now.getTime() - Date.parse(since) <= everyMinutes * 60_000) return undefined;
  const last = all.at(-1);
  if (last && isAhead(last.ended, now))
    return `the last drill is of ${last.ended}, which is still to come: a clock is wrong`;
  if (last && !last.good) return `the last drill, of ${last.ended}, failed`;
  return good ? `the last good drill is of ${good.ended}` : `no drill was done since ${since}`;
}
