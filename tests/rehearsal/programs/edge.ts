import pulumi from "@pulumi/pulumi";
import spec from "../../../app/spec.ts";
import { program } from "../../../stacks/program.ts";

/** The stacks' program for an app that keeps its data in the EU, has someone to tell, and files that expire. */
export default () =>
  program(
    {
      ...spec,
      residency: ["eu"],
      alerts: { ...spec.alerts, notify: ["ops@example.com", "https://hooks.example.com/rung"] },
      storage: { buckets: { uploads: { versioned: false, expireDays: 30 } } },
    },
    pulumi.getStack(),
    pulumi.runtime.allConfig(),
  );
