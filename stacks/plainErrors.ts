import pulumi from "@pulumi/pulumi";
import { DiagnosticsError } from "../components/model/diagnostics.ts";

/** What the user can mend, Pulumi and SST print as it is: without a stack trace. */
export async function withPlainErrors<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof DiagnosticsError ? new pulumi.RunError(`\n${error.message}`) : error;
  }
}
