/** Another region of the same jurisdiction, for copies of backups. */
const copies: Readonly<Record<string, string>> = {
  "us-east-1": "us-west-2",
  "us-east-2": "us-west-2",
  "us-west-2": "us-east-1",
  "us-west-1": "us-east-1",
  "eu-central-1": "eu-west-1",
  "eu-west-1": "eu-central-1",
  "eu-west-3": "eu-central-1",
  "eu-north-1": "eu-central-1",
  "eu-south-1": "eu-central-1",
  "ap-southeast-1": "ap-southeast-2",
  "ap-southeast-2": "ap-southeast-1",
  "ap-northeast-1": "ap-northeast-3",
  "ap-south-1": "ap-south-2",
  // The only one of its jurisdiction: the copy goes to the EU, whose protection the UK recognises.
  "eu-west-2": "eu-west-1",
};

/** Where copies of backups go; a region not named above copies to us-east-1. */
export const copyRegionOf = (region: string): string => copies[region] ?? "us-east-1";
