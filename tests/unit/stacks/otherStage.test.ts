import { expect, test } from "vitest";
import { DiagnosticsError } from "../../../components/model/diagnostics.ts";
import { refuseOtherStage } from "../../../stacks/otherStage.ts";

test("a stack that lives elsewhere is refused: file, key, both stages and the mend", () => {
  const refused = () => refuseOtherStage("prod", "aws-ecs", "aws-eks");
  expect(refused).toThrow(DiagnosticsError);
  expect(refused).toThrow(/^Pulumi\.prod\.yaml: config\.rung:stage: this stack lives on aws-ecs/);
  expect(refused).toThrow(/found\s+aws-eks\n\s+allowed\s+aws-ecs\n\s+mend\s+make another stack/);
  try {
    refused();
  } catch (error) {
    expect(error).toMatchObject({ exitCode: 3 });
  }
});

test("a new stack, and one that stays where it is, are not", () => {
  expect(() => refuseOtherStage("dev", undefined, "local")).not.toThrow();
  expect(() => refuseOtherStage("dev", "local", "local")).not.toThrow();
});
