import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

export type Values = Record<string, unknown>;

/** What the vendor would hold of one resource. */
export interface Held {
  readonly type: string;
  readonly id: string;
  readonly urn: string;
  /** What all that was made up for it follows from. */
  readonly seed: string;
  /** The account, region or cluster it is in: two of them may hold the same id. */
  readonly scope: string;
  readonly inputs: Values;
  readonly outputs: Values;
  /** Identifiers that were made up for it, found in its outputs and not in its inputs. */
  readonly minted: readonly string[];
  /** It was let go of, and stays until its owner is deleted: no stack's any more. */
  readonly released?: true;
}

/**
 * The vendors' side of a rehearsal: a folder with one file a resource, shared by every stand-in
 * of the rehearsal and kept between runs. A test makes drift by editing or removing a file.
 */
export class Store {
  readonly folder: string;
  readonly #held = new Map<string, Held>();
  /** How many held resources bear each made-up identifier or name. */
  readonly #minted = new Map<string, number>();
  readonly #names = new Map<string, number>();
  readonly #urns = new Map<string, Set<string>>();
  #scanned = false;

  constructor(folder: string) {
    this.folder = folder;
  }

  get(type: string, scope: string, id: string): Held | undefined {
    const name = fileOf(type, scope, id);
    this.#keep(name, this.#read(name));
    return this.#held.get(name);
  }

  /** Found by type and id wherever it is: an import may not say the region. */
  find(type: string, id: string): Held | undefined {
    return this.all().find((held) => held.type === type && held.id === id);
  }

  put(held: Held): void {
    const name = fileOf(held.type, held.scope, held.id);
    mkdirSync(this.folder, { recursive: true, mode: 0o700 });
    const draft = join(this.folder, `.${name}.${process.pid}`);
    writeFileSync(draft, JSON.stringify(held, null, 1), { mode: 0o600 });
    renameSync(draft, join(this.folder, name));
    this.#keep(name, held);
  }

  remove(held: Held): void {
    const name = fileOf(held.type, held.scope, held.id);
    rmSync(join(this.folder, name), { force: true });
    this.#keep(name, undefined);
  }

  /** All that was made under one URN; more than one while a replacement is under way. */
  ofUrn(urn: string): Held[] {
    if (!this.#scanned) this.all();
    return [...(this.#urns.get(urn) ?? [])].flatMap((name) => this.#held.get(name) ?? []);
  }

  /** Whether a made-up identifier is some held resource's. */
  hasMinted(identifier: string): boolean {
    if (!this.#minted.has(identifier)) this.all();
    return this.#minted.has(identifier);
  }

  /** Whether a whole name, such as an ARN, is some held resource's. */
  hasName(name: string): boolean {
    if (!this.#names.has(name)) this.all();
    return this.#names.has(name);
  }

  /** Everything held now, other processes' included. */
  all(): Held[] {
    this.#scanned = true;
    if (!existsSync(this.folder)) return [];
    const names = readdirSync(this.folder).filter((name) => !name.startsWith("."));
    const present = new Set(names);
    for (const name of this.#held.keys()) if (!present.has(name)) this.#keep(name, undefined);
    for (const name of names) if (!this.#held.has(name)) this.#keep(name, this.#read(name));
    return [...this.#held.values()];
  }

  #keep(name: string, held: Held | undefined): void {
    const before = this.#held.get(name);
    if (before) {
      for (const identifier of before.minted) count(this.#minted, identifier, -1);
      for (const text of namesOf(before)) count(this.#names, text, -1);
      this.#urns.get(before.urn)?.delete(name);
    }
    if (!held) {
      this.#held.delete(name);
      return;
    }
    this.#held.set(name, held);
    for (const identifier of held.minted) count(this.#minted, identifier, 1);
    for (const text of namesOf(held)) count(this.#names, text, 1);
    const siblings = this.#urns.get(held.urn) ?? new Set();
    this.#urns.set(held.urn, siblings.add(name));
  }

  #read(name: string): Held | undefined {
    try {
      return JSON.parse(readFileSync(join(this.folder, name), "utf8")) as Held;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
      throw error;
    }
  }
}

function count(counts: Map<string, number>, key: string, by: number): void {
  const now = (counts.get(key) ?? 0) + by;
  if (now > 0) counts.set(key, now);
  else counts.delete(key);
}

/** The id, and every ARN among the outputs, however deep. */
function namesOf(held: Held): string[] {
  const names = new Set([held.id]);
  const walk = (value: unknown): void => {
    if (typeof value === "string" && value.startsWith("arn:")) names.add(value);
    else if (typeof value === "object" && value !== null) Object.values(value).forEach(walk);
  };
  for (const [name, value] of Object.entries(held.outputs)) if (!(name in held.inputs)) walk(value);
  return [...names];
}

/** Readable, and different for every resource: `aws-rds-instance-1f0c….json`. */
function fileOf(type: string, scope: string, id: string): string {
  const hash = createHash("sha256").update(`${type}\n${scope}\n${id}`).digest("hex").slice(0, 16);
  const kind = type
    .split(":")
    .slice(0, 2)
    .join("-")
    .replace(/[^\w.-]/g, "-");
  return `${kind}-${hash}.json`;
}
