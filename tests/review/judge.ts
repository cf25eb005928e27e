import { expect } from "vitest";
import type { Finding, StackReview } from "../../review/model.ts";
import type { Case, Expected, Group } from "./case.ts";
import { awsData } from "./cases/aws-ecs-data.ts";
import { awsServing } from "./cases/aws-ecs-serving.ts";
import { eks } from "./cases/aws-eks.ts";
import { workers } from "./cases/cloudflare-edge.ts";
import { cluster } from "./cases/cluster.ts";
import { edge } from "./cases/edge.ts";
import { hetzner } from "./cases/hetzner-coolify.ts";
import { local } from "./cases/local.ts";
import { vercel } from "./cases/vercel-supabase.ts";

export const groups: Readonly<Record<string, Group>> = {
  awsData,
  awsServing,
  hetzner,
  vercel,
  eks,
  workers,
  local,
  cluster,
  edge,
};

/** A review is what the case asks for: its verdict, and each finding that a reviewer must be told. */
export function expectReview(review: StackReview, { verdict, findings }: Case): void {
  expect(review.verdict, told(review)).toBe(verdict);
  for (const expected of findings)
    expect(
      review.findings.some((one) => isIt(one, expected)),
      `no ${JSON.stringify(expected)} in:\n${told(review)}`,
    ).toBe(true);
  // The worst comes first, whatever else is found.
  const [first] = findings;
  if (first) expect(review.findings[0]?.rank, told(review)).toBe(first.rank);
}

const isIt = (one: Finding, { rank, rule, resource, path, cause }: Expected): boolean =>
  one.rank === rank &&
  one.rule === rule &&
  (resource === undefined || one.resource?.name === resource || one.what.includes(resource)) &&
  (path === undefined || one.properties.some((property) => property.path === path)) &&
  (cause === undefined || one.cause.file === cause);

export const told = ({ verdict, findings }: StackReview): string =>
  [
    verdict,
    ...findings.map(
      ({ severity, rank, rule, what, cause }) => `${severity} ${rank} ${rule}: ${what} (${cause.file})`,
    ),
  ].join("\n");
