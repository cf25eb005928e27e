import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { checkpointFile } from "../../engine/backend.ts";
import { paths, root } from "../../engine/paths.ts";
import { ensureToolchain } from "../../engine/toolchain.ts";
import { rehearsalSettings } from "../../operations/rehearse/settings.ts";
import { type SstProject, sstProject } from "../support/sst.ts";

/** Real SST, on the real engine, with a stand-in for AWS: in this order, as a stack's life. */
let project: SstProject;

const settings = { ...rehearsalSettings("aws-ecs", "small"), "rung:protect": "true" };
const standIn = /stand-in for aws \d+\.\d+\.\d+: no account is reached, nothing real is made/;

beforeAll(async () => {
  project = await sstProject(await ensureToolchain());
  project.settle("dev", settings);
});
afterAll(() => project.remove());

const held = (stack: string): string[] => project.held(stack);
const stores = ["aws-rds-instance", "aws-s3-bucket", "aws-kms-key"];

test("sst diff plans the same program, says that it is with stand-ins, and touches nothing", async () => {
  const { code, out } = await project.sst("diff", "--stage", "dev");
  expect(out).toMatch(standIn);
  expect(out).toContain("rung:aws-ecs:Stage → database aws:rds:Instance");
  expect(out).toContain("Database sst:sst:Linkable");
  expect({ code, held: held("dev") }).toEqual({ code: 0, held: [] });
});

test("sst deploy makes it, and a second diff is empty", async () => {
  const deployed = await project.sst("deploy", "--stage", "dev");
  expect(deployed.out).toMatch(standIn);
  expect(deployed.out).toContain("urls: map[app:https://pulse.example.com]");
  expect(deployed.code).toBe(0);
  expect(held("dev")).toEqual(expect.arrayContaining(stores));
  const again = await project.sst("diff", "--stage", "dev");
  expect(again.out).toContain("No changes");
  expect(again.code).toBe(0);
});

test("links are typed in the app's code", async () => {
  const use = (line: string) => {
    const code = `import { Resource } from "sst";\n${line}\n`;
    writeFileSync(join(project.folder, "use.ts"), code);
    const strict = ["--strict", "--noEmit", "--skipLibCheck", "--module", "nodenext", "--types", "node"];
    return project.run(join(root, "node_modules", ".bin", "tsc"), ...strict, "use.ts", "sst-env.d.ts");
  };
  expect(await use("export const url: string = Resource.Database.url;")).toEqual({ code: 0, out: "" });
  expect((await use("export const port: number = Resource.Database.url;")).out).toContain("TS2322");
  expect((await use("export const url: string = Resource.Database.uri;")).out).toContain("TS2339");
  expect((await use("export const url: string = Resource.Queue.url;")).out).toContain("TS2339");
});

/** As the app's code reads it. */
async function databaseUrl(): Promise<URL> {
  const program = join(project.folder, "read.mjs");
  writeFileSync(program, 'import { Resource } from "sst";\nconsole.log(Resource.Database.url);\n');
  const { out } = await project.sst("shell", "--stage", "dev", "--", process.execPath, program);
  return new URL(/^postgresql:.*$/m.exec(out)?.[0] ?? out);
}

test("the app's code reads them, and the secret in them is nowhere in the clear", async () => {
  const { protocol, username, password } = await databaseUrl();
  expect({ protocol, username }).toEqual({ protocol: "postgresql:", username: "app" });
  expect(password).toMatch(/^\w{32,}$/);
  const files = [join(project.folder, ".sst"), join(project.home, "sst")].flatMap((folder) =>
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name)),
  );
  expect(files.some((file) => file.includes("/eventlog/"))).toBe(true);
  expect(files.filter((file) => readFileSync(file, "utf8").includes(password))).toEqual([]);
});

test("a change of stage in place is refused, and touches nothing", async () => {
  const before = held("dev");
  project.settle("dev", { ...rehearsalSettings("aws-eks", "small"), "rung:protect": "true" });
  const { code, out } = await project.sst("deploy", "--stage", "dev");
  project.settle("dev", settings);
  expect(out).toContain("this stack lives on aws-ecs; its stage is never changed in place");
  expect({ code, held: held("dev") }).toEqual({ code: 1, held: before });
});

test("sst remove leaves protected stores alone, by the program's own options", async () => {
  expect(readFileSync(join(project.folder, "sst.config.ts"), "utf8")).toContain('removal: "remove"');
  const before = held("dev").filter((type) => stores.includes(type));
  const { code, out } = await project.sst("remove", "--stage", "dev");
  expect(out).toContain("cannot be deleted");
  expect({ code, stores: held("dev").filter((type) => stores.includes(type)) }).toEqual({
    code: 1,
    stores: before,
  });
  const state = JSON.parse(
    readFileSync(join(project.home, "sst", "state", "app", "rung", "dev.json"), "utf8"),
  );
  const database = state.checkpoint.latest.resources.find(
    ({ type }: { type: string }) => type === "aws:rds/instance:Instance",
  );
  expect(database).toMatchObject({ protect: true });
  expect(database).not.toHaveProperty("retainOnDelete", true);
});

test("without protection, sst remove leaves nothing", async () => {
  project.settle("dev", { ...settings, "rung:protect": "false" });
  expect((await project.sst("deploy", "--stage", "dev")).code).toBe(0);
  const { code, out } = await project.sst("remove", "--stage", "dev");
  expect(code, out).toBe(0);
  expect(held("dev")).toEqual([]);
});

test("a stage without settings is refused", async () => {
  const { code, out } = await project.sst("diff", "--stage", "nowhere");
  expect(out).toContain("Pulumi.nowhere.yaml: there are no settings for this stage");
  expect(code).toBe(1);
});

test("settings that Pulumi encrypted are refused, by their keys", async () => {
  project.settle("locked", { ...settings, "hcloud:token": { secure: "v1:AAAA" } });
  const { code, out } = await project.sst("diff", "--stage", "locked");
  expect(out).toContain("config.hcloud:token: is encrypted by Pulumi, which SST cannot read");
  expect(code).toBe(1);
});

test("a stack that lives in Pulumi's state is not made a second time", async () => {
  const stage = `sst-${process.pid}`;
  const file = checkpointFile(join(paths.state, ".pulumi"), stage);
  const resources = [{ urn: "urn:pulumi:x::rung::pulumi:pulumi:Stack::rung-x", type: "pulumi:pulumi:Stack" }];
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, JSON.stringify({ version: 3, checkpoint: { latest: { resources } } }));
  project.settle(stage, settings);
  const { code, out } = await project.sst("deploy", "--stage", stage).finally(() => rmSync(file));
  expect(out).toContain(`the stack ${stage} lives in Pulumi's state, which SST does not share`);
  expect({ code, held: held(stage) }).toEqual({ code: 1, held: [] });
});
