import { capabilities } from "../../components/model/words.ts";
import type { Operation, Progress, State } from "../../operations/progress.ts";

/** One line of the picture: a step of Rung's own, or a capability with what the engine does to it. */
export interface Row {
  readonly label: string;
  readonly state: State;
  readonly detail: string;
  /** When it began, in milliseconds of `performance.now()`. */
  readonly began: number;
  readonly seconds: number | undefined;
}

interface Work {
  began: number;
  ended: number | undefined;
  running: Map<string, Operation>;
  counts: Map<Operation, number>;
  failed: string[];
}

const past: Record<Operation, string> = {
  create: "created",
  update: "updated",
  replace: "replaced",
  delete: "deleted",
  "delete-replaced": "old removed",
  read: "read",
  refresh: "looked at",
};

const present: Record<Operation, string> = {
  create: "creating",
  update: "updating",
  replace: "replacing",
  delete: "deleting",
  "delete-replaced": "removing the old",
  read: "reading",
  refresh: "looking at",
};

/** Gathers progress events into rows, in the order in which data needs the capabilities. */
export class Board {
  readonly #steps = new Map<string, Row>();
  readonly #work = new Map<string, Work>();

  take(progress: Progress, now: number): void {
    if (progress.event === "step") {
      const { step, state, detail, seconds } = progress;
      const began = this.#steps.get(step)?.began ?? now;
      this.#steps.set(step, { label: step, state, detail: detail ?? "", began, seconds });
    } else if (progress.event === "resource" && progress.state !== "planned") {
      const { name, operation, state } = progress;
      const work = this.#workOn(progress.capability, now);
      if (state === "running") {
        work.running.set(name, operation);
        work.ended = undefined;
        return;
      }
      work.running.delete(name);
      if (state === "failed") work.failed.push(name);
      else work.counts.set(operation, (work.counts.get(operation) ?? 0) + 1);
      if (work.running.size === 0) work.ended = now;
    }
  }

  rows(): Row[] {
    const order: readonly string[] = [...capabilities, "other"];
    const worked = [...this.#work].toSorted(([a], [b]) => order.indexOf(a) - order.indexOf(b));
    return [...this.#steps.values(), ...worked.map(([label, work]) => rowOf(label, work))];
  }

  #workOn(label: string, now: number): Work {
    const known = this.#work.get(label);
    if (known) return known;
    const fresh: Work = { began: now, ended: undefined, running: new Map(), counts: new Map(), failed: [] };
    this.#work.set(label, fresh);
    return fresh;
  }
}

function rowOf(label: string, work: Work): Row {
  const state: State = work.failed.length > 0 ? "failed" : work.running.size > 0 ? "running" : "done";
  const doing = [...work.running].map(([name, operation]) => `${present[operation]} ${name}`);
  const done = [...work.counts].map(([operation, count]) => `${count} ${past[operation]}`);
  const failed = work.failed.map((name) => `${name} failed`);
  const detail = [...failed, ...(doing.length > 0 ? doing : done)].join(", ");
  const seconds = work.ended === undefined ? undefined : Math.round((work.ended - work.began) / 100) / 10;
  return { label, state, detail, began: work.began, seconds };
}
