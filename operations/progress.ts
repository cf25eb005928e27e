import type { Capability } from "../components/model/words.ts";

/** What the engine does to a resource, in Pulumi's words. */
export type Operation =
  | "create"
  | "update"
  | "replace"
  | "delete"
  /** What was replaced, once its successor is there. */
  | "delete-replaced"
  | "read"
  | "refresh";
export type State = "running" | "done" | "failed";

/** What happens while Rung works, as data. `--json` prints these, one a line; people see them drawn. */
export type Progress =
  | {
      /** A stretch of work outside the engine: the toolchain, images, recovery. */
      readonly event: "step";
      readonly step: string;
      readonly state: State;
      readonly detail?: string;
      readonly seconds?: number;
    }
  | {
      readonly event: "resource";
      readonly capability: Capability | "other";
      readonly name: string;
      readonly type: string;
      readonly operation: Operation;
      /** `planned`: in a preview. */
      readonly state: State | "planned";
      /** In a preview: which inputs make the difference. */
      readonly properties?: readonly string[];
      readonly seconds?: number;
    }
  | { readonly event: "message"; readonly severity: "info" | "warning" | "error"; readonly text: string };

export type Report = (progress: Progress) => void;

/** Runs `work` as a named step: reported when it begins, ends and fails, with its seconds. */
export async function step<T>(
  report: Report,
  name: string,
  work: (detail: (text: string) => void) => Promise<T>,
): Promise<T> {
  const began = performance.now();
  const seconds = () => Math.round((performance.now() - began) / 100) / 10;
  let latest: string | undefined;
  report({ event: "step", step: name, state: "running" });
  try {
    const value = await work((text) => {
      latest = text;
      report({ event: "step", step: name, state: "running", detail: text });
    });
    report({
      event: "step",
      step: name,
      state: "done",
      seconds: seconds(),
      ...(latest ? { detail: latest } : {}),
    });
    return value;
  } catch (error) {
    report({ event: "step", step: name, state: "failed", seconds: seconds() });
    throw error;
  }
}
