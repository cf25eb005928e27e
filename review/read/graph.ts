import type { StateResource } from "../../engine/pulumi.ts";

/** A resource of a state, with what it needs; the state holds more than the rest of Rung reads. */
interface Dependent extends StateResource {
  readonly dependencies?: readonly string[];
  readonly stackTrace?: readonly { readonly sourcePosition?: string }[];
  readonly sourcePosition?: string;
}

/** A place in the program. */
export interface Position {
  /** Relative to the tree. */
  readonly file: string;
  readonly line: number;
}

/** What a state knows of how its resources hang together, and of where in the program each was made. */
export class Graph {
  readonly resources: ReadonlyMap<string, Dependent>;
  readonly #dependents = new Map<string, Set<string>>();

  constructor(resources: readonly StateResource[]) {
    this.resources = new Map(resources.map((one) => [one.urn, one]));
    for (const [urn, one] of this.resources) {
      for (const needed of this.needs(urn)) {
        const set = this.#dependents.get(needed) ?? new Set();
        this.#dependents.set(needed, set.add(one.urn));
      }
    }
  }

  /** What a resource needs, by property or as a whole. */
  needs(urn: string): readonly string[] {
    const { dependencies = [], propertyDependencies = {} } = this.resources.get(urn) ?? {};
    return [
      ...new Set([...dependencies, ...Object.values(propertyDependencies).flatMap((all) => all ?? [])]),
    ];
  }

  /** What one of its inputs is made of. */
  feeds(urn: string, property: string): readonly string[] {
    const key = property.split(/[.[]/)[0] ?? property;
    return this.resources.get(urn)?.propertyDependencies?.[key] ?? [];
  }

  /** All that would notice when it went, nearest first. */
  hangingOn(urn: string): string[] {
    const seen = new Set([urn]);
    const found: string[] = [];
    let near = [urn];
    while (near.length > 0) {
      near = near.flatMap((one) => [...(this.#dependents.get(one) ?? [])].filter((next) => !seen.has(next)));
      near = [...new Set(near)];
      for (const one of near) seen.add(one);
      found.push(...near);
    }
    return found;
  }

  /** Where it was made: the constructor's own line first, then its callers', whichever checkout they were in. */
  positions(urn: string): Position[] {
    const { stackTrace = [], sourcePosition } = this.resources.get(urn) ?? {};
    const frames = [sourcePosition, ...stackTrace.map((frame) => frame.sourcePosition)];
    return frames.flatMap((frame) => {
      const [, file, line] =
        /^(?!.*node_modules).*\/((?:components|stacks|tests)\/[^#]*)#(\d+)/.exec(frame ?? "") ?? [];
      return file && line ? [{ file, line: Number(line) }] : [];
    });
  }
}
