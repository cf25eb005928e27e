import { writeFileSync } from "node:fs";
import { join } from "node:path";

/** How the resources of a graph hang together: not at all, each on the one before, all on the first. */
export const shapes = ["flat", "chained", "fan-out"] as const;
export type Shape = (typeof shapes)[number];

const before = (shape: Shape, index: number): number | undefined =>
  index === 0 || shape === "flat" ? undefined : shape === "chained" ? index - 1 : 0;

const indices = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

/** The graph for OpenTofu: its built-in resource, which needs no provider. */
export function writeTofu(folder: string, shape: Shape, count: number): void {
  const blocks = indices(count).map((index) => {
    const from = before(shape, index);
    const input = from === undefined ? '"value"' : `terraform_data.p${from}.output`;
    return `resource "terraform_data" "p${index}" {\n  input = ${input}\n}\n`;
  });
  writeFileSync(join(folder, "main.tf"), blocks.join("\n"));
}

/** The graph for the CDK: the same parameters as ours, in one stack. */
export function writeCdk(folder: string, shape: Shape, count: number): void {
  const from = { flat: "undefined", chained: "made.at(-1)", "fan-out": "made[0]" }[shape];
  const program = `
    const { App, Stack } = require("aws-cdk-lib");
    const { CfnParameter } = require("aws-cdk-lib/aws-ssm");
    const app = new App({ outdir: "out", context: { "@aws-cdk/core:stackResourceLimit": 0 } });
    const stack = new Stack(app, "bench");
    const made = [];
    for (let index = 0; index < ${count}; index += 1) {
      const before = ${from};
      made.push(new CfnParameter(stack, "p" + index, { type: "String", value: before?.ref ?? "value" }));
    }
    app.synth();
  `;
  writeFileSync(join(folder, "app.cjs"), program);
}
