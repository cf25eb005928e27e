import type { Loss, RecoveryPromise } from "./blueprint.ts";
import { minutes } from "./duration.ts";
import type { Spec } from "./spec.ts";
import type { StageName } from "./words.ts";

/** Whether the spec asks for less time, or less lost, than a recovery is promised to take. */
export const isBelow = ({ objectives: { rto, rpo } }: Spec, promise: RecoveryPromise): boolean =>
  minutes(rto) < promise.rtoMinutes || minutes(rpo) < promise.rpoMinutes;

/** The objectives that a stage's promise does not reach; none when it does. */
export const ofObjectives = (
  spec: Spec,
  promise: RecoveryPromise,
  loss: Pick<Loss, "capability"> & { readonly by: string; readonly instead?: string },
): Loss[] => {
  if (!isBelow(spec, promise)) return [];
  const { capability, by, instead } = loss;
  const { rto, rpo } = spec.objectives;
  const what = `the spec asks for RTO ${rto}, RPO ${rpo}; ${by} within ${promise.rtoMinutes} min, losing up to ${promise.rpoMinutes} min`;
  return [{ capability, what, ...(instead ? { instead } : {}) }];
};

/** Where nothing of the stage can take old months to the archive, somebody else must: said with who. */
export const ofArchive = ({ database }: Spec, stage: StageName): Loss[] => {
  if (!database?.archive || stage === "local") return [];
  if (stage === "cloudflare-edge")
    return [
      {
        capability: "database",
        what: "no archive: D1 has no partitions, and the cleanup takes what is past retention",
        instead: "vercel-supabase",
      },
    ];
  return [
    {
      capability: "database",
      what: "old months go to the archive by a workflow alone: until it runs, no event leaves the database",
      instead: "ARCHIVE_STACK for .github/workflows/archive.yml, as docs/data.md says",
    },
  ];
};

/** The regions that lie outside of where the spec lets data be kept. */
export const ofResidency = (
  { residency }: Spec,
  regions: readonly { readonly name: string; readonly jurisdiction: string | undefined }[],
  instead: string,
): Loss[] =>
  residency.length === 0
    ? []
    : regions
        .filter(({ jurisdiction }) => !residency.some((one) => one === jurisdiction))
        .map(({ name }) => ({
          capability: "database" as const,
          what: `${name} is not in ${residency.join(" or ")}, where data may be kept`,
          instead,
        }));
