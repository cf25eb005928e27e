import { isKept } from "../../components/model/stores.ts";
import type { ResourceChange } from "./result.ts";

/** A size is what one product of Coolify's or another carries: its cache, which nobody promised to keep, may change. */
const mayChange: ReadonlySet<string> = new Set(["coolify:index:Redis", "coolify:index:Dragonfly"]);

/** The changes that would lose data: a change of size or of region may change what holds it, never replace it. */
export const lost = (changes: readonly ResourceChange[]): ResourceChange[] =>
  changes.filter(
    ({ operation, type }) =>
      (operation === "replace" || operation === "delete") && isKept(type) && !mayChange.has(type),
  );
