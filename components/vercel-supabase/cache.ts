import * as pulumi from "@pulumi/pulumi";
import * as upstash from "@upstash/pulumi";
import { nameOf } from "../kit/context.ts";
import { child, type Vercel } from "./vercel.ts";

/** Redis at Upstash, near the functions. It is reached over the internet, by TLS and a password. */
export function cache(here: Vercel) {
  const { region, evict, budgetUsd, prodPack, readRegions } = here.plan.cache.detail;
  const it = new upstash.RedisDatabase(
    "cache",
    {
      databaseName: nameOf(here.context, "cache"),
      region: "global",
      primaryRegion: region,
      ...(readRegions > 0 && { readRegions: elsewhere(region).slice(0, readRegions) }),
      tls: true,
      eviction: evict,
      ...(budgetUsd !== undefined && { budget: budgetUsd }),
      ...(prodPack && { prodPack }),
    },
    { ...child(here), additionalSecretOutputs: ["password", "restToken", "readOnlyRestToken"] },
  );
  return {
    resource: it,
    url: pulumi.interpolate`rediss://default:${pulumi.secret(it.password)}@${it.endpoint}:${it.port}`,
  };
}

/** Copies in the same part of the world. */
const elsewhere = (region: string): string[] =>
  (
    [
      ["eu-central-1", "eu-west-1"],
      ["us-east-1", "us-west-2", "us-west-1"],
      ["ap-southeast-1", "ap-southeast-2"],
    ].find((group) => group.includes(region)) ?? []
  ).filter((one) => one !== region);

export type Cache = ReturnType<typeof cache>;
