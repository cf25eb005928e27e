import "../../stacks/quiet.ts";
import { Parameter } from "@pulumi/aws/ssm/parameter.js";
import pulumi from "@pulumi/pulumi";
import type { Shape } from "./shapes.ts";

/** A graph of as many parameters as asked for, in the shape asked for, by the stack's settings. */
export default function graph(): void {
  const config = new pulumi.Config();
  const shape: Shape = config.require("shape");
  const count = config.requireNumber("count");
  const made: Parameter[] = [];
  for (let index = 0; index < count; index += 1) {
    const before = { flat: undefined, chained: made.at(-1), "fan-out": made[0] }[shape];
    made.push(new Parameter(`p${index}`, { type: "String", value: before?.arn ?? "value" }));
  }
}
