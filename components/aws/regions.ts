import { DiagnosticsError, stackSettings } from "../model/diagnostics.ts";

/** What must be known of an AWS region before anything is made in it. */

/** Another region of the same jurisdiction, for copies of backups. */
const copies: Readonly<Record<string, string>> = {
  "us-east-1": "us-west-2",
  "us-east-2": "us-west-2",
  "us-west-2": "us-east-1",
  "eu-central-1": "eu-west-1",
  "eu-west-1": "eu-central-1",
  "eu-west-3": "eu-central-1",
  "eu-north-1": "eu-central-1",
  "eu-south-1": "eu-central-1",
  "ap-southeast-1": "ap-southeast-2",
  "ap-southeast-2": "ap-southeast-1",
  "ap-northeast-1": "ap-northeast-3",
  "ap-northeast-3": "ap-northeast-1",
  "ap-south-1": "ap-south-2",
  // The only one of its jurisdiction: the copy goes to the EU, whose protection the UK recognises.
  "eu-west-2": "eu-west-1",
};

/** Where copies of backups go; a region not named above copies to us-east-1. */
export const copyRegionOf = (region: string): string => copies[region] ?? "us-east-1";

/** The letters of the zones that new accounts can use, where they are not a, b and c. */
const odd: Readonly<Record<string, readonly string[]>> = {
  "ap-northeast-1": ["a", "c", "d"],
  "ca-central-1": ["a", "b", "d"],
  "us-west-1": ["a", "c"],
};

/**
 * Three zones of a region, e.g. `eu-central-1a`: a fixed list, so that a zone that AWS adds moves no subnet.
 * Fewer than three where the region has no more.
 */
export const zonesOf = (region: string): string[] =>
  (odd[region] ?? ["a", "b", "c"]).map((letter) => region + letter);

/**
 * That a stage over three zones can be made there.
 * @throws DiagnosticsError where it has fewer, or is no region's name
 */
export function mustHaveThreeZones(region: string, key: string): void {
  if (/^[a-z]{2}(-[a-z]+)+-\d$/.test(region) && zonesOf(region).length === 3) return;
  throw new DiagnosticsError([
    {
      what: `${region} has no three zones that we know of`,
      where: { file: stackSettings, key },
      found: region,
      mend: "choose another region, e.g. eu-central-1",
    },
  ]);
}
