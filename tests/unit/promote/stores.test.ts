import { expect, test } from "vitest";
import { objectFindings } from "../../../migrations/stages/objects/plan.ts";
import { storesFrom } from "../../../operations/promoteStores.ts";

const stacks = { from: "prod", to: "next" };
const env = {
  RUNG_PROMOTE_FROM_S3: "https://key:se%2Fcret@abc.supabase.co/storage/v1/s3?region=eu-west-1",
  RUNG_PROMOTE_TO_S3: "https://k:s@s3.eu-central-1.amazonaws.com?region=eu-central-1",
  RUNG_PROMOTE_BUCKETS: "uploads, avatars=pictures",
};

test("both stores and their buckets, by environment", () => {
  expect(storesFrom(stacks, env)).toMatchObject({
    source: {
      endpoint: "https://abc.supabase.co/storage/v1/s3",
      region: "eu-west-1",
      secretAccessKey: "se/cret",
    },
    target: { endpoint: "https://s3.eu-central-1.amazonaws.com", region: "eu-central-1" },
    buckets: [
      { source: "uploads", target: "uploads" },
      { source: "avatars", target: "pictures" },
    ],
  });
});

test("none named, no objects move; half of it is refused, without a secret", () => {
  expect(storesFrom(stacks, {})).toBeUndefined();
  expect(() => storesFrom(stacks, { ...env, RUNG_PROMOTE_TO_S3: "" })).toThrow(
    "where next keeps its objects",
  );
  expect(() => storesFrom(stacks, { ...env, RUNG_PROMOTE_BUCKETS: "" })).toThrow("which buckets move");
  const broken = { ...env, RUNG_PROMOTE_FROM_S3: "https://onlykey@host" };
  expect(() => storesFrom(stacks, broken)).toThrow(/^(?!.*onlykey)/s);
});

test("a store that does not answer is said by its bucket, without its key's secret", async () => {
  const stores = storesFrom(stacks, { ...env, RUNG_PROMOTE_FROM_S3: "http://key:verysecret@127.0.0.1:1" });
  if (!stores) throw new Error("no stores");
  const failed = await objectFindings(stores).catch((error: Error) => error);
  expect(String(failed)).toContain("the objects of uploads");
  expect(String(failed)).not.toContain("verysecret");
});
