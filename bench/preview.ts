/**
 * `node bench/preview.ts`: a preview of `aws-ecs`, size medium, of a stack that is not there yet, with the stand-in for
 * AWS: through `rung preview`, by bare `pulumi preview` of the same program, and by Pulumi's own way with TypeScript.
 * All meet the same engine, language host, stand-in and settings.
 */
import { randomBytes } from "node:crypto";
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { stringify } from "yaml";
import { rehearsalHome } from "../engine/rehearsalHome.ts";
import { ensureToolchain } from "../engine/toolchain.ts";
import { rehearsalSettings } from "../operations/rehearse/settings.ts";
import { heading, once, root, type Timed, weigh } from "./measure.ts";

const stack = "test-preview";
const settings = join(root, `Pulumi.${stack}.yaml`);
const runs = Number(process.argv[2] ?? 5);

const folder = mkdtempSync(join(tmpdir(), "rung-bench-"));
try {
  writeFileSync(settings, stringify({ config: rehearsalSettings("aws-ecs", "medium") }));
  const home = await rehearsalHome(folder);
  const env = {
    ...home.env,
    PULUMI_BACKEND_URL: pathToFileURL(home.state).href,
    PULUMI_CONFIG_PASSPHRASE: randomBytes(24).toString("hex"),
  };
  const toolchain = await ensureToolchain();
  const bare = { ...toolchain.env(), ...env };
  const pulumi = (...args: string[]): Timed["command"] => [toolchain.pulumi, ...args, "--non-interactive"];
  await once({ name: "init", command: pulumi("stack", "init", stack), env: bare });

  heading("Preview of aws-ecs, medium, 159 resources");
  const preview = pulumi("preview", "--stack", stack);
  const compiled = compiledByPulumi(join(folder, "ts-node"));
  await weigh(
    { name: "rung preview", command: ["./rung", "preview", "--stack", stack], env },
    [
      { name: "pulumi preview", command: preview, env: bare },
      { name: "pulumi preview, ts-node", command: preview, env: bare, cwd: compiled },
      {
        name: "pulumi preview, ts-node, types unchecked",
        command: preview,
        env: { ...bare, PULUMI_NODEJS_TRANSPILE_ONLY: "true" },
        cwd: compiled,
      },
    ],
    runs,
  );
} finally {
  rmSync(settings, { force: true });
  rmSync(folder, { recursive: true, force: true });
}

/**
 * The same program as Pulumi's template sets one up: CommonJS, compiled and its types checked by ts-node at each run.
 * What only an ES module has is written the other way.
 */
function compiledByPulumi(copy: string): string {
  mkdirSync(copy);
  for (const part of ["components", "stacks", "migrations", "app/spec.ts"]) {
    cpSync(join(root, part), join(copy, part), { recursive: true });
  }
  for (const name of readdirSync(copy, { recursive: true, encoding: "utf8" }).filter((one) =>
    one.endsWith(".ts"),
  )) {
    const text = readFileSync(join(copy, name), "utf8")
      .replace("export default async function outputs", "export = outputs;\nasync function outputs")
      .replaceAll("import.meta.dirname", "__dirname")
      .replaceAll("import.meta.url", "__filename")
      .replace('import pulumi from "@pulumi/pulumi"', 'import * as pulumi from "@pulumi/pulumi"')
      .replaceAll(/await import\(("\.[^"]+")\)/g, "(require($1) as typeof import($1))")
      .replaceAll(/("\.{1,2}\/[^"]+)\.ts"/g, '$1"');
    writeFileSync(join(copy, name), text);
  }
  writeFileSync(join(copy, "package.json"), JSON.stringify({ private: true }));
  const { compilerOptions } = JSON.parse(readFileSync(join(root, "tsconfig.json"), "utf8"));
  const options = {
    ...compilerOptions,
    noEmit: false,
    erasableSyntaxOnly: false,
    allowImportingTsExtensions: false,
    verbatimModuleSyntax: false,
  };
  // Pulumi runs a program in the folder of its main file, and looks for the compiler's options there.
  writeFileSync(join(copy, "stacks", "tsconfig.json"), JSON.stringify({ compilerOptions: options }));
  writeFileSync(
    join(copy, "Pulumi.yaml"),
    stringify({ name: "rung", main: "stacks/index.ts", runtime: "nodejs" }),
  );
  cpSync(settings, join(copy, `Pulumi.${stack}.yaml`));
  symlinkSync(join(root, "node_modules"), join(copy, "node_modules"));
  return copy;
}
