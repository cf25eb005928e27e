import { appRecipe, contentHash, prepare } from "../../components/kit/imageContext.ts";
import { failure } from "../../components/model/diagnostics.ts";
import { ensureBaseImage, official } from "../../engine/baseImage.ts";
import { ensureDocker } from "../../engine/docker.ts";
import { buildImage } from "../../engine/providers/docker/build.ts";

export type Arch = "x64" | "arm64";

/** The hash of what the app's image is made of, for machines of a kind: by it one that was built is found again. */
export const appHash = (arch: Arch): Promise<string> => contentHash(appRecipe, official, arch);

/** The tag by which an image is found wherever it was pushed: the same sources, the same image. */
export const tagOf = (hash: string, arch: Arch): string => `${hash.slice(0, 12)}-${arch}`;

/** `Step 3/14 : RUN …` is more than a line can show. */
const stepOf = (text: string): string => {
  const [, step, all] = /^(?:Step )?\[?(?:\w+ )?(\d+)\/(\d+)\b/.exec(text) ?? [];
  return step ? `building: step ${step} of ${all}` : "building";
};

/**
 * Builds the app's image on Debian as it comes.
 * @returns its name at the Docker daemon
 * @throws DiagnosticsError when this Docker cannot build for that architecture; Error with the last lines of the build
 */
export async function buildApp(
  arch: Arch,
  say: (text: string) => void,
  signal = new AbortController().signal,
): Promise<string> {
  const daemon = await ensureDocker(say);
  const own = daemon.arch === arch;
  const base = own ? (await ensureBaseImage(say)).image : official;
  say("bundling the app");
  const { folder, hash } = await prepare(`app-${arch}`, appRecipe, official, arch);
  const name = `rung/app:${tagOf(hash, arch)}`;
  say("building");
  try {
    await buildImage(
      name,
      { context: folder, buildArgs: { BASE: base }, labels: { "dev.rung.image": "app" } },
      `linux/${arch === "x64" ? "amd64" : arch}`,
      { signal, status: (text) => say(stepOf(text)) },
    );
  } catch (error) {
    if (own || !(error instanceof Error)) throw error;
    throw failure(
      `this Docker is ${daemon.arch} and cannot build the app for ${arch}: ${error.message.split("\n")[0]}`,
      `register emulation (docker run --privileged --rm tonistiigi/binfmt --install ${arch === "x64" ? "amd64" : arch}), or build it in CI on ${arch} and pass --image`,
      "docker build",
    );
  }
  return name;
}
