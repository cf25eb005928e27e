import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./paths.ts";

/**
 * `npm run lock`, after a dependency was added: completes package-lock.json with the packages of other platforms that
 * this machine's registry does not hold. Without them `npm ci` refuses the file, everywhere.
 */
interface Locked {
  readonly version?: string;
  readonly dev?: boolean;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

const file = join(root, "package-lock.json");
const lock = JSON.parse(readFileSync(file, "utf8")) as { packages: Record<string, Locked> };

const systems = [
  "aix",
  "android",
  "darwin",
  "freebsd",
  "linux",
  "netbsd",
  "openbsd",
  "openharmony",
  "sunos",
  "win32",
];
const processors: Readonly<Record<string, string>> = {
  arm64: "arm64",
  arm: "arm",
  x64: "x64",
  ia32: "ia32",
  ppc64: "ppc64",
  riscv64: "riscv64",
  s390x: "s390x",
};

let added = 0;
for (const [path, { dev, optionalDependencies = {} }] of Object.entries(lock.packages)) {
  for (const [name, version] of Object.entries(optionalDependencies)) {
    if (isLocked(path, name)) continue;
    lock.packages[`node_modules/${name}`] = entryOf(name, version, dev ?? false);
    process.stdout.write(`added ${name} ${version}\n`);
    added += 1;
  }
}
const packages = Object.fromEntries(Object.entries(lock.packages).toSorted(([a], [b]) => (a < b ? -1 : 1)));
if (added > 0) writeFileSync(file, `${JSON.stringify({ ...lock, packages }, null, 2)}\n`);

/** As Node resolves it: beside the package, or above. */
function isLocked(from: string, name: string): boolean {
  for (let folder = from; ; folder = folder.slice(0, folder.lastIndexOf("/node_modules/"))) {
    if (lock.packages[folder ? `${folder}/node_modules/${name}` : `node_modules/${name}`]) return true;
    if (!folder) return false;
    if (!folder.includes("/node_modules/")) folder = "/node_modules/";
  }
}

/** Its platform is in its name; a package that is not for one platform needs to be resolved by npm itself. */
function entryOf(name: string, version: string, dev: boolean) {
  const words = name.split(/[/-]/);
  const [os, cpu] = [systems.find((each) => words.includes(each)), words.find((word) => word in processors)];
  if (!os || !cpu || !/^\d/.test(version))
    throw new Error(`${name}@${version} is not locked: run npm install`);
  return {
    version,
    cpu: [cpu],
    ...(dev ? { dev } : {}),
    ...(words.includes("musl") ? { libc: ["musl"] } : {}),
    optional: true,
    os: [os],
  };
}
