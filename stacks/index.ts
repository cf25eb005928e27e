import "./quiet.ts";
import pulumi from "@pulumi/pulumi";
import spec from "../app/spec.ts";
import { withPlainErrors } from "./plainErrors.ts";
import { program } from "./program.ts";

/** The entry that Pulumi runs; its default export is the stack's outputs. */
export default async function outputs() {
  // `rung rollback` names the image in the environment: it is a step back for now, not a setting.
  const image = process.env.RUNG_APP_IMAGE || undefined;
  return withPlainErrors(() => program(spec, pulumi.getStack(), pulumi.runtime.allConfig(), image));
}
