import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

/** Anything that Coolify keeps: its fields as its API shows them, and which other things it hangs on. */
export interface Thing {
  readonly uuid: string;
  /** e.g. `project`; the parent's uuid by kind, e.g. `{project: "…"}`. */
  readonly in: Readonly<Record<string, string>>;
  fields: Record<string, unknown>;
  /** Looks until what is under way is done: a start, a deletion, a deployment. */
  pending?: { readonly to: "running" | "gone" | "finished" | "failed" | "success" | "usable"; looks: number };
}

export const kinds = [
  "project",
  "environment",
  "key",
  "server",
  "destination",
  "database",
  "file",
  "backup",
  "execution",
  "s3",
  "application",
  "variable",
  "task",
  "deployment",
] as const;
export type Kind = (typeof kinds)[number];

/** All that a Coolify holds, kept in a file if one is named. */
export class State {
  readonly #file: string | undefined;
  #things: Record<Kind, Record<string, Thing>>;
  #count: number;

  constructor(file?: string) {
    this.#file = file;
    const none = Object.fromEntries(kinds.map((kind) => [kind, {}])) as Record<Kind, Record<string, Thing>>;
    const kept = file && existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as Kept) : undefined;
    this.#things = { ...none, ...kept?.things };
    this.#count = kept?.count ?? 0;
  }

  save(): void {
    if (!this.#file) return;
    mkdirSync(dirname(this.#file), { recursive: true });
    const next = `${this.#file}.next`;
    writeFileSync(next, JSON.stringify({ things: this.#things, count: this.#count }));
    renameSync(next, this.#file);
  }

  add(kind: Kind, fields: Record<string, unknown>, parents: Readonly<Record<string, string>> = {}): Thing {
    this.#count += 1;
    // 24 characters, as Coolify's are.
    const uuid = `${kind.slice(0, 4)}${this.#count.toString(36).padStart(20, "0")}`;
    const thing: Thing = { uuid, in: parents, fields: { id: this.#count, ...fields } };
    this.#things[kind][uuid] = thing;
    return thing;
  }

  get(kind: Kind, uuid: string | undefined): Thing | undefined {
    return uuid === undefined ? undefined : this.#things[kind][uuid];
  }

  all(kind: Kind, within: Readonly<Record<string, string>> = {}): Thing[] {
    return Object.values(this.#things[kind]).filter((thing) =>
      Object.entries(within).every(([parent, uuid]) => thing.in[parent] === uuid),
    );
  }

  /** Removes a thing and all that hangs on it. */
  remove(kind: Kind, uuid: string): void {
    delete this.#things[kind][uuid];
    for (const other of kinds) {
      for (const thing of this.all(other, { [kind]: uuid })) this.remove(other, thing.uuid);
    }
  }
}

interface Kept {
  readonly things: Record<Kind, Record<string, Thing>>;
  readonly count: number;
}
