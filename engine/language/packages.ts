import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import languagePb from "@pulumi/pulumi/proto/language_pb.js";
import pluginPb from "@pulumi/pulumi/proto/plugin_pb.js";

/** What a Pulumi SDK says of itself in its package.json. */
interface Manifest {
  readonly name?: string;
  readonly version?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly pulumi?: {
    readonly resource?: boolean;
    readonly name?: string;
    readonly version?: string;
    readonly server?: string;
  };
}

/** The plugins that go with the SDKs installed for a program, so that the engine loads those very versions. */
export function requiredPackages(program: string): pluginPb.PackageDependency[] {
  const modules = modulesOf(program);
  if (!modules) return [];
  return packagesIn(modules).flatMap((folder) => {
    const { name = "", version = "", pulumi } = readManifest(folder) ?? {};
    if (!pulumi?.resource) return [];
    const dependency = new pluginPb.PackageDependency();
    dependency.setKind("resource");
    dependency.setName(pulumi.name ?? name.replace(/^@pulumi\//, ""));
    dependency.setVersion(`v${(pulumi.version ?? version).replace(/^v/, "")}`);
    if (pulumi.server) dependency.setServer(pulumi.server);
    return [dependency];
  });
}

/** The packages that a program names itself, at the versions that are installed. */
export function dependenciesOf(program: string): languagePb.DependencyInfo[] {
  const modules = modulesOf(program);
  if (!modules) return [];
  const { dependencies, devDependencies } = readManifest(dirname(modules)) ?? {};
  return Object.entries({ ...devDependencies, ...dependencies }).map(([name, range]) => {
    const info = new languagePb.DependencyInfo();
    info.setName(name);
    info.setVersion(readManifest(join(modules, name))?.version ?? range);
    return info;
  });
}

/** The nearest `node_modules`, from the program's folder upwards. */
function modulesOf(program: string): string | undefined {
  for (let folder = program; ; folder = dirname(folder)) {
    const modules = join(folder, "node_modules");
    if (existsSync(modules)) return modules;
    if (folder === dirname(folder)) return undefined;
  }
}

/** Pulumi's SDKs are scoped, or begin with `pulumi-`. */
function packagesIn(modules: string): string[] {
  return readdirSync(modules).flatMap((name) => {
    if (name.startsWith("@"))
      return readdirSync(join(modules, name)).map((each) => join(modules, name, each));
    return name.startsWith("pulumi-") ? [join(modules, name)] : [];
  });
}

function readManifest(folder: string): Manifest | undefined {
  try {
    return JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as Manifest;
  } catch {
    return undefined; // a folder that is no package
  }
}
