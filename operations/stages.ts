import type { StageName } from "../components/model/words.ts";
import type { StageOperations } from "./stage.ts";

/** What is done to a living stack of each stage; loaded when it is asked for. */
export async function operationsOf(stage: StageName): Promise<StageOperations> {
  if (stage === "local") return (await import("./local/index.ts")).localOperations;
  return (await import("./hosted/index.ts")).hostedOperations;
}
