import "./quiet.ts";
import pulumi from "@pulumi/pulumi";
import spec from "../app/spec.ts";
import { withPlainErrors } from "./plainErrors.ts";
import { program, registryProgram } from "./program.ts";

/** The entry that Pulumi runs; its default export is the stack's outputs. */
export default async function outputs() {
  // `rung up` and `rung rollback` name the image in the environment: it is of this run, not a setting.
  const image = process.env.RUNG_APP_IMAGE || undefined;
  const leaving = process.env.RUNG_LEAVING === "true";
  const activity = process.env.RUNG_ACTIVITY || undefined;
  const given = [spec, pulumi.getStack(), pulumi.runtime.allConfig()] as const;
  return withPlainErrors<object>(() =>
    process.env.RUNG_ONLY === "registry"
      ? registryProgram(...given)
      : program(...given, { image, leaving, activity }),
  );
}
