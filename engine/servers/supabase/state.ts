import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

/** A copy of a project's database. */
export interface Replica {
  readonly identifier: string;
  readonly region: string;
  status: "INIT_READ_REPLICA" | "INIT_READ_REPLICA_FAILED" | "ACTIVE_HEALTHY" | "GOING_DOWN";
  looks: number;
}

export interface Bucket {
  readonly name: string;
  public: boolean;
  file_size_limit: number | null;
  allowed_mime_types: readonly string[] | null;
  /** How many objects are in it. */
  objects: number;
}

/** A project with all that its APIs show of it. */
export interface Project {
  readonly ref: string;
  readonly number: number;
  readonly organization: string;
  readonly region: string;
  readonly createdAt: string;
  name: string;
  password: string;
  status: string;
  /** What it is on the way to, and how many looks from there. */
  pending?: { readonly to: "ACTIVE_HEALTHY" | "INIT_FAILED"; looks: number };
  /** Variants of add-ons by their type, e.g. `{pitr: "pitr_7"}`. */
  addons: Record<string, string>;
  restrictions: { v4: readonly string[]; v6: readonly string[]; looks: number; applied: boolean };
  ssl: boolean;
  legacyKeys: boolean;
  poolSize: number | null;
  auth: Record<string, unknown>;
  storage: { fileSizeLimit: number; s3: boolean };
  buckets: Record<string, Bucket>;
  replicas: Replica[];
}

/** All that a Supabase holds, kept in a file if one is named; what stands in the databases is kept in memory alone. */
export class State {
  readonly #file: string | undefined;
  projects: Record<string, Project> = {};
  count = 0;

  constructor(file?: string) {
    this.#file = file;
    if (file && existsSync(file)) Object.assign(this, JSON.parse(readFileSync(file, "utf8")));
  }

  save(): void {
    if (!this.#file) return;
    mkdirSync(dirname(this.#file), { recursive: true });
    const next = `${this.#file}.next`;
    writeFileSync(next, JSON.stringify({ projects: this.projects, count: this.count }));
    renameSync(next, this.#file);
  }
}
