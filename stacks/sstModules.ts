import { readFileSync, realpathSync } from "node:fs";
import { createRequire, registerHooks } from "node:module";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

/** SST brings a Pulumi SDK of its own: every module of a program must use the same. */
const shared = /^@pulumi\/pulumi(\/|$)/;

/** The address of a file of the repository that SST was started in. */
export const repository = (root: string, file: string): string =>
  pathToFileURL(realpathSync(join(root, file))).href;

/**
 * Lets Node read our TypeScript as it is, where Pulumi's runner under SST would compile it with ts-node, and gives
 * every module SST's copy of the Pulumi SDK. Bundled into SST's copy of `sst.config.ts`, so it stands on Node alone.
 * @param root of the repository
 * @param platform the folder of what SST has installed
 */
export function useOwnModules({
  root,
  platform,
}: {
  readonly root: string;
  readonly platform: string;
}): void {
  const ours = new URL("..", repository(root, "stacks/sst.ts")).href;
  const anchor = pathToFileURL(join(platform, "package.json")).href;
  const theirs = createRequire(anchor);
  const isOurs = (url: string | undefined): boolean =>
    url?.startsWith(ours) === true && url.endsWith(".ts") && !url.includes("/node_modules/");
  registerHooks({
    resolve(specifier, context, next) {
      if (shared.test(specifier) && context.parentURL !== anchor)
        return { url: pathToFileURL(theirs.resolve(specifier)).href, shortCircuit: true };
      if (isOurs(specifier)) return { url: specifier, shortCircuit: true };
      if (isOurs(context.parentURL) && specifier.startsWith(".") && specifier.endsWith(".ts"))
        return { url: new URL(specifier, context.parentURL).href, shortCircuit: true };
      return next(specifier, context);
    },
    load(url, context, next) {
      if (!isOurs(url)) return next(url, context);
      return { format: "module-typescript", source: readFileSync(fileURLToPath(url)), shortCircuit: true };
    },
  });
}
