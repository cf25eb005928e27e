/**
 * `node bench/preview.ts`: a preview of `aws-ecs`, size medium, of a stack that is not there yet, with the stand-in for
 * AWS: through `rung preview`, by bare `pulumi preview` of the same program, by Pulumi's own way with TypeScript, and by
 * `sst diff`. All meet the same engine, stand-in and settings; SST brings a language host of its own.
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
import { paths } from "../engine/paths.ts";
import { rehearsalHome } from "../engine/rehearsalHome.ts";
import { ensureToolchain } from "../engine/toolchain.ts";
import { rehearsalSettings } from "../operations/rehearse/settings.ts";
import { sstProject } from "../tests/support/sst.ts";
import { heading, once, root, type Timed, weigh } from "./measure.ts";

const stack = "test-preview";
const settings = join(root, `Pulumi.${stack}.yaml`);
const runs = Number(process.argv[2] ?? 5);

const folder = mkdtempSync(join(tmpdir(), "rung-bench-"));
try {
  const config = rehearsalSettings("aws-ecs", "medium");
  writeFileSync(settings, stringify({ config }));
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

  const done = /would: \d+ create|\+ \d+ to create/;
  const preview = pulumi("preview", "--stack", stack);
  const compiled = compiledByPulumi(join(folder, "ts-node"));
  const project = await sstProject(toolchain);
  project.settle(stack, config);
  // ts-node keeps what it compiled in the folder for temporary files: a machine that is new, as CI's, has none of it.
  const fresh = { ...bare, TS_NODE_CACHE: "false" };
  heading("Preview of aws-ecs, medium");
  try {
    await weigh(
      { name: "rung preview", command: ["./rung", "preview", "--stack", stack], env, says: done },
      [
        { name: "pulumi preview", command: preview, env: bare, says: done },
        { name: "pulumi preview, ts-node", command: preview, env: fresh, cwd: compiled, says: done },
        {
          name: "pulumi preview, ts-node, already compiled",
          command: preview,
          env: bare,
          cwd: compiled,
          says: done,
        },
        {
          name: "sst diff",
          command: [join(paths.bin, "sst"), "diff", "--stage", stack],
          env: project.env,
          cwd: project.folder,
          says: /aws:rds:Instance/,
        },
      ],
      runs,
    );
  } finally {
    project.remove();
  }
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
