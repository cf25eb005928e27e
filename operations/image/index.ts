import type { StackContext } from "../../components/kit/context.ts";
import { DiagnosticsError } from "../../components/model/diagnostics.ts";
import { type ImageWay, stageNamed } from "../../components/stages.ts";
import { ensureDocker, pingDocker } from "../../engine/docker.ts";
import { settingsFile } from "../../stacks/settings.ts";
import { type Report, step } from "../progress.ts";
import { appHash, buildApp, tagOf } from "./build.ts";
import { ecrLogin } from "./ecr.ts";
import { loginFor } from "./login.ts";
import type { OwnRegistry } from "./ownRegistry.ts";
import { digestOf, push, type Repository } from "./registry.ts";

/**
 * The app's image for a stage that takes one from a registry: the one of these sources that was pushed before, or else
 * built and pushed now.
 * @returns `registry/name@sha256:…`; undefined where the stage builds what it runs, or its settings name the image
 * @throws DiagnosticsError when it cannot be built or pushed
 */
export async function imageFor(
  context: StackContext,
  own: OwnRegistry,
  report: Report,
  signal?: AbortSignal,
): Promise<string | undefined> {
  const { image: way } = stageNamed(context.stage);
  if (!way || context.image !== undefined) return undefined;
  const registry = mustHaveRegistry(context, way) ?? (await own.find()) ?? (await own.make());
  return step(report, "image", async (say) => {
    await ensureDocker(say);
    const repository = await repositoryAt(registry, context, way);
    const tag = tagOf(await appHash(way.arch), way.arch);
    const there = await digestOf(repository, tag);
    const digest = there ?? (await push(await buildApp(way.arch, say, signal), repository, tag, say, signal));
    say(`${there ? "was there" : "pushed"}: ${repository.name}@${digest.slice(0, 19)}`);
    return `${repository.name}@${digest}`;
  });
}

/**
 * What `imageFor` would give, without making anything. The digest of an image that is not built yet nobody knows: the
 * hash of its sources stands for it, and that is said.
 */
export async function plannedImage(
  context: StackContext,
  own: OwnRegistry,
  report: Report,
): Promise<string | undefined> {
  const { image: way } = stageNamed(context.stage);
  if (!way || context.image !== undefined) return undefined;
  const registry = mustHaveRegistry(context, way) ?? (await own.find());
  const hash = await appHash(way.arch);
  const there = registry && (await lookUp(registry, context, way, tagOf(hash, way.arch)));
  if (there) return there;
  const text = "the app's image is not pushed yet; the hash of its sources stands for its digest";
  report({ event: "message", severity: "info", text });
  return `${registry ?? context.spec.name}@sha256:${hash}`;
}

async function lookUp(
  registry: string,
  context: StackContext,
  way: ImageWay,
  tag: string,
): Promise<string | undefined> {
  if (!("version" in (await pingDocker()))) return undefined;
  const repository = await repositoryAt(registry, context, way);
  const digest = await digestOf(repository, tag);
  return digest && `${repository.name}@${digest}`;
}

/** @returns undefined where the stage makes its own */
function mustHaveRegistry({ platform, stack, stage }: StackContext, way: ImageWay): string | undefined {
  if (platform.registry !== undefined || way.registry) return platform.registry;
  throw new DiagnosticsError([
    {
      what: `${stage} must be told where the app's image is pushed`,
      where: { file: settingsFile(stack), key: "config.rung:registry" },
      allowed: "host/path, e.g. ghcr.io/acme/pulse",
      mend: "set rung:registry; or pass --image with the digest of one that CI pushed",
    },
  ]);
}

async function repositoryAt(
  registry: string,
  { platform }: StackContext,
  way: ImageWay,
): Promise<Repository> {
  const [host = "", ...path] = registry.split("/");
  if (platform.registry !== undefined || way.registry?.login !== "ecr")
    return { name: registry, login: await loginFor(host) };
  const { host: takes, login } = await ecrLogin(host);
  return { name: [takes, ...path].join("/"), login };
}
