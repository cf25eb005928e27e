import * as pulumi from "@pulumi/pulumi";
import type { Release } from "./releases.ts";

/** What a stack's outputs said before this update; empty before the first. */
export interface Earlier {
  readonly stage?: string;
  readonly image?: string;
  readonly releases?: readonly Release[];
  readonly activity?: string;
}

/** The engine saves a state file in place: who reads at that moment finds half of it. */
const attempts = 20;
const pauseMs = 50;

/** Reads them. Call it before any resource is made: each one saves the state. */
export async function earlierOutputs(): Promise<Earlier> {
  const name = `${pulumi.getOrganization()}/${pulumi.getProject()}/${pulumi.getStack()}`;
  for (let attempt = 1; ; attempt += 1) {
    try {
      // The engine's own function behind StackReference; a StackReference to itself would drift with every release.
      const read: { outputs?: Earlier } = await pulumi.runtime.invoke("pulumi:pulumi:readStackOutputs", {
        name,
      });
      return read.outputs ?? {};
    } catch (error) {
      if (attempt === attempts || !/failed to load checkpoint/.test(String(error))) throw error;
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
    }
  }
}
