import { execFileSync } from "node:child_process";
import { closeSync, cpSync, existsSync, mkdirSync, mkdtempSync, openSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Larger than what the engine keeps of any stage; memory is used for what is written alone. */
const size = "256m";

/** File systems of their own under some folders, which can really be filled. Mounting them needs root. */
export class SmallDisk {
  readonly #folders: readonly string[];

  /** What is in the folders stays there. @returns undefined where nothing may be mounted */
  static under(folders: readonly string[]): SmallDisk | undefined {
    return mayMount() ? new SmallDisk(folders) : undefined;
  }

  private constructor(folders: readonly string[]) {
    this.#folders = folders;
    for (const folder of folders) {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      const aside = mkdtempSync(join(tmpdir(), "rung-aside-"));
      cpSync(folder, aside, { recursive: true });
      mount(folder);
      cpSync(aside, folder, { recursive: true });
      rmSync(aside, { recursive: true });
    }
  }

  /** To the last byte. */
  fill(): void {
    for (const folder of this.#folders) {
      const file = openSync(filler(folder), "a");
      try {
        for (let chunk = 1 << 20; chunk >= 1; chunk = chunk > 1 ? chunk >> 1 : 0) write(file, chunk);
      } finally {
        closeSync(file);
      }
    }
  }

  free(): void {
    for (const folder of this.#folders) rmSync(filler(folder), { force: true });
  }

  remove(): void {
    for (const folder of this.#folders) execFileSync("umount", ["--lazy", folder]);
  }
}

const filler = (folder: string): string => join(folder, ".filler");

function write(file: number, bytes: number): void {
  const zeros = Buffer.alloc(bytes);
  try {
    for (;;) writeSync(file, zeros);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOSPC") throw error;
  }
}

const mount = (folder: string): void => {
  execFileSync("mount", ["-t", "tmpfs", "-o", `size=${size},mode=0700`, "tmpfs", folder], { stdio: "pipe" });
};

let may: boolean | undefined;

/** Whether this process may mount: root may, except in most containers. */
export function mayMount(): boolean {
  if (may !== undefined) return may;
  const folder = mkdtempSync(join(tmpdir(), "rung-mount-"));
  try {
    mount(folder);
    execFileSync("umount", [folder]);
    may = true;
  } catch {
    may = false;
  }
  if (existsSync(folder)) rmSync(folder, { recursive: true });
  return may;
}
