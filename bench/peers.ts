import { join } from "node:path";
import { cached } from "../engine/cached.ts";
import { goBuild, hostPlatform } from "../engine/gobuild.ts";
import { lastLines, run } from "../engine/run.ts";

/** What others bring, at the versions that were measured; kept in the cache, and no dependency of Rung's. */
const cdk = { "aws-cdk-lib": "2.276.0", constructs: "10.8.1" };

/** OpenTofu's command line tool, built from its Go module (five minutes, once). @returns its path */
export const openTofu = (): Promise<string> =>
  goBuild({
    name: "tofu",
    version: "1.12.6",
    module: join("..", "..", "bench", "go", "tofu"),
    package: "github.com/opentofu/opentofu/cmd/tofu",
    ldflags: ["-X github.com/opentofu/opentofu/version.dev=no"],
    platform: hostPlatform(),
  });

/** Docker Compose, built from its Go module (some minutes, once). @returns its path */
export const dockerCompose = (): Promise<string> =>
  goBuild({
    name: "docker-compose",
    version: "2.40.3",
    module: join("..", "..", "bench", "go", "compose"),
    package: "github.com/docker/compose/v2/cmd",
    platform: hostPlatform(),
  });

/** AWS's Cloud Development Kit, installed from npm into a folder of its own. @returns its `node_modules` */
export async function awsCdk(): Promise<string> {
  const name = `aws-cdk-lib-${cdk["aws-cdk-lib"]}`;
  const folder = await cached(
    name,
    () => {},
    async (making) => {
      const packages = Object.entries(cdk).map(([each, version]) => `${each}@${version}`);
      const args = [
        "install",
        "--prefix",
        making,
        "--ignore-scripts",
        "--no-fund",
        "--no-audit",
        ...packages,
      ];
      const { code, stderr } = await run("npm", args);
      if (code !== 0) throw new Error(`npm cannot bring ${name}: ${lastLines(stderr)}`);
    },
  );
  return join(folder, "node_modules");
}
