import { expect, test } from "vitest";
import { loadTarget } from "../../../operations/target.ts";

test("the command line's stage, size and primary go over the settings; its other options are none", async () => {
  const options = { stack: "dev", json: true, stage: "aws-eks", size: "medium", primary: "eu-west-1" };
  const { context } = await loadTarget("dev", options);
  expect(context).toMatchObject({
    stage: "aws-eks",
    size: "medium",
    platform: { primary: "eu-west-1" },
  });
  await expect(loadTarget("dev", { size: "huge" })).rejects.toThrow(/rung:size/);
});
