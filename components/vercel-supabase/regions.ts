import { DiagnosticsError, stackSettings } from "../model/diagnostics.ts";
import { type Region, regions } from "../providers/supabase/provider/regions.ts";

/** One place by its name at each vendor; where a vendor is not there, its nearest. */
interface Place {
  /** Vercel's functions (vercel.com/docs/regions, 2026-11). */
  readonly vercel: string;
  /** Upstash's databases (@upstash/pulumi 0.5.0, redisDatabase). */
  readonly upstash: string;
  readonly jurisdiction: "eu" | "uk" | "us" | "ap" | "other";
  /** Where copies go, the nearest first, in the same jurisdiction. */
  readonly near: readonly Region[];
}

const places: Readonly<Record<Region, Place>> = {
  "us-east-1": { vercel: "iad1", upstash: "us-east-1", jurisdiction: "us", near: ["us-east-2", "us-west-2"] },
  "us-east-2": { vercel: "cle1", upstash: "us-east-1", jurisdiction: "us", near: ["us-east-1", "us-west-2"] },
  "us-west-1": { vercel: "sfo1", upstash: "us-west-1", jurisdiction: "us", near: ["us-west-2", "us-east-1"] },
  "us-west-2": { vercel: "pdx1", upstash: "us-west-2", jurisdiction: "us", near: ["us-west-1", "us-east-1"] },
  "eu-west-1": {
    vercel: "dub1",
    upstash: "eu-west-1",
    jurisdiction: "eu",
    near: ["eu-west-3", "eu-central-1"],
  },
  "eu-west-2": { vercel: "lhr1", upstash: "eu-west-1", jurisdiction: "uk", near: [] },
  "eu-west-3": {
    vercel: "cdg1",
    upstash: "eu-west-1",
    jurisdiction: "eu",
    near: ["eu-west-1", "eu-central-1"],
  },
  "eu-north-1": {
    vercel: "arn1",
    upstash: "eu-central-1",
    jurisdiction: "eu",
    near: ["eu-central-1", "eu-west-1"],
  },
  "eu-central-1": {
    vercel: "fra1",
    upstash: "eu-central-1",
    jurisdiction: "eu",
    near: ["eu-west-1", "eu-west-3"],
  },
  "eu-central-2": { vercel: "fra1", upstash: "eu-central-1", jurisdiction: "other", near: [] },
  "ca-central-1": { vercel: "iad1", upstash: "us-east-1", jurisdiction: "other", near: [] },
  "sa-east-1": { vercel: "gru1", upstash: "sa-east-1", jurisdiction: "other", near: [] },
  "ap-south-1": { vercel: "bom1", upstash: "ap-southeast-1", jurisdiction: "ap", near: ["ap-southeast-1"] },
  "ap-east-1": { vercel: "hkg1", upstash: "ap-southeast-1", jurisdiction: "ap", near: ["ap-southeast-1"] },
  "ap-southeast-1": {
    vercel: "sin1",
    upstash: "ap-southeast-1",
    jurisdiction: "ap",
    near: ["ap-southeast-2"],
  },
  "ap-southeast-2": {
    vercel: "syd1",
    upstash: "ap-southeast-2",
    jurisdiction: "ap",
    near: ["ap-southeast-1"],
  },
  "ap-northeast-1": {
    vercel: "hnd1",
    upstash: "ap-southeast-1",
    jurisdiction: "ap",
    near: ["ap-northeast-2"],
  },
  "ap-northeast-2": {
    vercel: "icn1",
    upstash: "ap-southeast-1",
    jurisdiction: "ap",
    near: ["ap-northeast-1"],
  },
};

/** @throws DiagnosticsError for a place that Supabase is not at */
export function placeOf(region: string | undefined): Place & { readonly region: Region } {
  const name = region ?? "us-east-1";
  const known = regions.find((one) => one === name);
  if (known) return { ...places[known], region: known };
  throw new DiagnosticsError([
    {
      what: "Supabase has no such region",
      where: { file: stackSettings, key: "config.rung:region" },
      found: name,
      allowed: regions.join(", "),
    },
  ]);
}
