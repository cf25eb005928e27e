import { type Diagnostic, DiagnosticsError, stackSettings } from "../model/diagnostics.ts";
import type { Platform } from "../model/platform.ts";

/**
 * The second number of each region's network, 10.N.0.0/16. Networks of several regions are joined, so none may overlap;
 * and a number goes with its region, not with its place in a list, so that a list may grow.
 */
const networks: Readonly<Record<string, number>> = {
  "us-east-1": 32,
  "us-east-2": 33,
  "us-west-2": 34,
  "ca-central-1": 35,
  "eu-central-1": 48,
  "eu-west-1": 49,
  "eu-west-2": 50,
  "eu-west-3": 51,
  "eu-north-1": 52,
  "eu-south-1": 53,
  "ap-southeast-1": 64,
  "ap-southeast-2": 65,
  "ap-northeast-1": 66,
  "ap-northeast-3": 67,
  "ap-south-1": 68,
};

/** The block of a region's network, e.g. `10.48.0.0/16`. */
export const cidrOf = (region: string): string => `10.${networks[region]}.0.0/16`;

/** Where the load balancers of a region have their addresses: its public subnets (see components/aws/network.ts). */
export const publicCidrOf = (region: string): string => `10.${networks[region]}.0.0/18`;

/** Where the app of a region has its addresses: its private subnets. */
export const privateCidrOf = (region: string): string => `10.${networks[region]}.64.0/18`;

/** Where the stores of a region have their addresses: its data subnets. */
export const dataCidrOf = (region: string): string => `10.${networks[region]}.128.0/18`;

/** Addresses of services inside each cluster, apart from all networks; the tenth is where names are asked for. */
export const serviceCidr = "172.20.0.0/16";
export const nameServer = "172.20.0.10";

/** ElastiCache User Guide, "Global datastores, prerequisites and limitations": a primary and up to two others (2026-11). */
const mostRegions = 3;

/** Everything that is wrong with the regions that a stack names; none named is not wrong yet. */
export function wrongRegions({ regions, primary, allowDataLoss }: Platform): Diagnostic[] {
  if (regions === undefined) return [];
  const where = { file: stackSettings, key: "config.rung:regions" };
  const found = regions.join(", ");
  const wrong: Diagnostic[] = [];
  if (regions.length < 2 || regions.length > mostRegions || new Set(regions).size < regions.length)
    wrong.push({
      what: `aws-eks spans two or three regions, each named once`,
      where,
      found,
      mend: "name two or three; for one region choose aws-ecs",
    });
  for (const region of regions.filter((one) => !(one in networks)))
    wrong.push({
      what: `${region} is no region that aws-eks knows`,
      where,
      found,
      allowed: Object.keys(networks).join(", "),
    });
  if (primary !== undefined && !regions.includes(primary))
    wrong.push({
      what: "the primary must be one of the regions",
      where: { file: stackSettings, key: "config.rung:primary" },
      found: primary,
      allowed: found,
    });
  // A leave that was taken is no leave for the next time.
  if (allowDataLoss !== undefined && allowDataLoss !== (primary ?? regions[0]))
    wrong.push({
      what: "data may be lost for the sake of the primary alone",
      where: { file: stackSettings, key: "config.rung:allowDataLoss" },
      found: allowDataLoss,
      mend: "remove rung:allowDataLoss, or name the primary",
    });
  return wrong;
}

/** The stack's regions and what each is to it. */
export interface Regions {
  readonly all: readonly string[];
  /** The first of the list, for good: what the stores were made from, and where what spans all regions is kept. */
  readonly founder: string;
  /** Where data is written now. */
  readonly primary: string;
}

/** @throws DiagnosticsError when the list names none */
export function regionsOf({ regions = [], primary }: Platform): Regions {
  const [founder] = regions;
  if (founder) return { all: regions, founder, primary: primary ?? founder };
  throw new DiagnosticsError([
    {
      what: "aws-eks must be told its regions",
      where: { file: stackSettings, key: "config.rung:regions" },
      mend: "set rung:regions to two or three, the primary first",
    },
  ]);
}
