import { mkdir, readdir } from "node:fs/promises";
import { join } from "node:path";
import { failure } from "../components/model/diagnostics.ts";
import { cached, type OnProgress } from "./cached.ts";
import { lastLines, onPath, run } from "./run.ts";

/**
 * A published npm package, unpacked in the cache; npm checks its integrity. For another platform than this one too,
 * which `npm install` would refuse.
 * @returns the package's folder
 * @throws DiagnosticsError when npm cannot bring it
 */
export async function npmPackage(
  name: string,
  version: string,
  onProgress: OnProgress = () => {},
): Promise<string> {
  return cached(`${name.replace(/^@/, "").replace("/", "-")}-${version}`, onProgress, async (making) => {
    const npm = onPath("npm");
    if (!npm) throw failure(`${name} cannot be brought without npm`, "install npm, which comes with Node.js");
    onProgress(`downloading ${name} ${version}`);
    const packed = join(making, "packed");
    await mkdir(packed);
    const spec = `${name}@${version}`;
    const ran = await run(npm, ["pack", spec, "--pack-destination", packed, "--loglevel=error"], {
      cwd: packed,
    });
    const [file] = await readdir(packed);
    if (ran.code !== 0 || !file) {
      throw failure(
        `${spec} cannot be brought: ${lastLines(ran.stderr, 4)}`,
        "see what npm says here; behind a proxy, set npm's registry",
        "npm pack",
      );
    }
    const tar = ["-xzf", join(packed, file), "-C", making, "--strip-components=1"];
    const unpacked = await run("tar", tar);
    if (unpacked.code !== 0)
      throw failure(`${file} cannot be unpacked: ${lastLines(unpacked.stderr, 4)}`, "install tar");
    await run("rm", ["-rf", packed]);
  });
}
