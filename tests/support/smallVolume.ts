import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { docker } from "../local/docker.ts";

const run = promisify(execFile);

/**
 * A Docker volume that lies on a file system of its own, which can really be filled: a file in ext4's format, mounted
 * over the volume's folder. Needs root, on the machine where Docker runs.
 */
export class SmallVolume {
  readonly #folder: string;
  readonly #aside: string;
  readonly #containers: readonly string[];

  private constructor(folder: string, aside: string, containers: readonly string[]) {
    this.#folder = folder;
    this.#aside = aside;
    this.#containers = containers;
  }

  /** Moves what is in the volume there. Whoever uses the volume is stopped meanwhile. */
  static async of(volume: string, megabytes: number): Promise<SmallVolume> {
    const folder = await docker("volume", "inspect", "--format", "{{.Mountpoint}}", volume);
    const used = await docker("ps", "--quiet", "--filter", `volume=${volume}`);
    const aside = await mkdtemp(join(tmpdir(), "rung-volume-"));
    const made = new SmallVolume(folder, aside, used.split("\n"));
    const image = join(aside, "image");
    await docker("stop", ...made.#containers);
    await run("truncate", ["--size", `${megabytes}M`, image]);
    // Nothing is kept back for root: a full disk is full for everybody.
    await run("mkfs.ext4", ["-q", "-F", "-m", "0", image]);
    const inside = await mkdtemp(join(aside, "inside-"));
    await run("mount", ["-o", "loop", image, inside]);
    await run("cp", ["-a", `${folder}/.`, inside]);
    await run("umount", [inside]);
    await run("mount", ["-o", "loop", image, folder]);
    await docker("start", ...made.#containers);
    return made;
  }

  /** To the last byte, and by no container. */
  async fill(): Promise<void> {
    const { stderr } = await run("dd", ["if=/dev/zero", `of=${this.#filler}`, "bs=64k"]).catch(
      (error: { stderr: string }) => error,
    );
    if (!stderr.includes("No space left")) throw new Error(`it is not full: ${stderr}`);
  }

  async makeSpace(): Promise<void> {
    await rm(this.#filler, { force: true });
  }

  /** Once nobody uses the volume any more. */
  async remove(): Promise<void> {
    await docker("stop", ...this.#containers).catch(() => {});
    await run("umount", [this.#folder]);
    await rm(this.#aside, { recursive: true, force: true });
  }

  get #filler(): string {
    return join(this.#folder, "filler");
  }
}
