import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Store } from "../../engine/providers/generic/store.ts";
import { ensureToolchain } from "../../engine/toolchain.ts";
import { rehearsalSettings } from "../../operations/rehearse/settings.ts";
import { makeProject, type Project, type Ran, run } from "../support/project.ts";

/** Plain `pulumi`, as docs/pulumi.md has it, with a stand-in for AWS: in this order, as a stack's life. */
let project: Project;

const standIn = /stand-in for aws \d+\.\d+\.\d+: no account is reached, nothing real is made/;
const pulumi = (...args: string[]): Promise<Ran> => project.run("pulumi", ...args, "--non-interactive");
const { "rung:stage": stage, "rung:size": size, ...others } = rehearsalSettings("aws-ecs", "small");

beforeAll(async () => {
  project = await makeProject(await ensureToolchain(), ["Pulumi.yaml", "Pulumi.prod.yaml"]);
  project.settle("dev", others);
  for (const stack of ["prod", "dev"]) expect((await pulumi("stack", "init", stack)).code).toBe(0);
});
afterAll(() => project.remove());

/** The resources of a stack's state. */
async function resources(stack: string) {
  const { out } = await pulumi("stack", "export", "-s", stack);
  const { deployment } = JSON.parse(out) as { deployment: { resources?: Resource[] } };
  return deployment.resources ?? [];
}
interface Resource {
  readonly urn: string;
  readonly type: string;
  readonly inputs?: Readonly<Record<string, unknown>>;
  readonly protect?: boolean;
}
const databaseOf = async (stack: string) =>
  (await resources(stack)).find(({ type }) => type === "aws:rds/instance:Instance");

test("pulumi preview -s prod plans the committed settings, says that it is with stand-ins, touches nothing", async () => {
  const { code, out } = await pulumi("preview", "-s", "prod", "--diff");
  expect(out).toMatch(standIn);
  expect(out).toMatch(/\+ aws:rds\/instance:Instance: \(create\)/);
  expect(out).not.toMatch(/rung:protect/);
  expect({ code, held: project.held("prod") }).toEqual({ code: 0, held: [] });
});

test("pulumi up -s dev -c rung:stage=… -c rung:size=… makes it, keeps the settings, and is quiet after", async () => {
  const chosen = ["-c", `rung:stage=${stage}`, "-c", `rung:size=${size}`];
  const { code, out } = await pulumi("up", "-s", "dev", ...chosen, "--yes", "--skip-preview");
  expect(code, out).toBe(0);
  expect(project.held("dev")).toContain("aws-rds-instance");
  expect(readFileSync(join(project.folder, "Pulumi.dev.yaml"), "utf8")).toMatch(/rung:stage: aws-ecs/);
  const again = await pulumi("preview", "-s", "dev", "--expect-no-changes");
  expect(again.code, again.out).toBe(0);
});

test("another stage is refused in place, before anything is touched", async () => {
  const before = project.held("dev");
  const { code, out } = await pulumi(
    "up",
    "-s",
    "dev",
    "-c",
    "rung:stage=aws-eks",
    "--yes",
    "--skip-preview",
  );
  await pulumi("config", "set", "rung:stage", stage ?? "", "-s", "dev");
  expect(out).toContain("this stack lives on aws-ecs; its stage is never changed in place");
  expect(out).not.toContain("at program");
  expect({ failed: code !== 0, held: project.held("dev") }).toEqual({ failed: true, held: before });
});

test("what changed outside, pulumi refresh reads and pulumi up mends", async () => {
  const store = new Store(join(project.home, "store", "rung", "dev"));
  const database = store.all().find(({ type }) => type === "aws:rds/instance:Instance");
  expect(database).toBeDefined();
  if (!database) return;
  const inputs = { ...database.inputs, backupRetentionPeriod: 0 };
  store.put({ ...database, inputs, outputs: { ...database.outputs, backupRetentionPeriod: 0 } });
  const preview = await pulumi("preview", "-s", "dev", "--refresh", "--diff");
  expect(preview.out).toMatch(/~ backupRetentionPeriod: 0 => \d+/);
  const refreshed = await pulumi("refresh", "-s", "dev", "--yes", "--skip-preview");
  expect(refreshed.out).toMatch(/~ 1 updated/);
  const mended = await pulumi("up", "-s", "dev", "--yes", "--skip-preview");
  expect(mended.out).toMatch(/~ 1 updated/);
  expect((await databaseOf("dev"))?.inputs?.backupRetentionPeriod).not.toBe(0);
});

test("--target changes that resource and leaves the others", async () => {
  const before = await databaseOf("dev");
  const { code, out } = await pulumi(
    ...["up", "-s", "dev", "-c", "rung:size=medium", "--yes", "--skip-preview"],
    ...["--target", before?.urn ?? ""],
  );
  expect(code, out).toBe(0);
  expect(out).toMatch(/~ 1 updated/);
  expect((await databaseOf("dev"))?.inputs?.instanceClass).not.toBe(before?.inputs?.instanceClass);
  const rest = await pulumi("preview", "-s", "dev", "--json");
  expect(JSON.parse(rest.out).changeSummary.update).toBeGreaterThan(0);
  await pulumi("config", "set", "rung:size", size ?? "", "-s", "dev");
});

test("pulumi import takes up what was made by hand, protected", async () => {
  const store = new Store(join(project.home, "store", "rung", "dev"));
  const other = store.all().find(({ type }) => type === "aws:s3/bucket:Bucket");
  expect(other).toBeDefined();
  if (!other) return;
  const bucket = "made-by-hand-in-2019";
  const outputs = { ...other.outputs, bucket, id: bucket, arn: `arn:aws:s3:::${bucket}` };
  store.put({ ...other, id: bucket, urn: "by hand", seed: bucket, inputs: { bucket }, outputs, minted: [] });
  const { code, out } = await pulumi(
    ...["import", "aws:s3/bucket:Bucket", "archive", bucket],
    ...["-s", "dev", "--yes", "--generate-code=false"],
  );
  expect(code, out).toBe(0);
  const imported = (await resources("dev")).find(({ urn }) => urn.endsWith("::archive"));
  expect(imported).toMatchObject({ protect: true, inputs: { bucket } });
});

test("another project reads the outputs by a stack reference; what is secret stays secret", async () => {
  const folder = join(project.folder, "reader");
  mkdirSync(folder);
  writeFileSync(
    join(folder, "Pulumi.yaml"),
    "name: reader\nmain: main.ts\nruntime: {name: nodejs, options: {typescript: false}}\n",
  );
  writeFileSync(join(folder, "package.json"), '{"type":"module"}\n');
  writeFileSync(
    join(folder, "main.ts"),
    `import * as pulumi from "@pulumi/pulumi";
    const rung = new pulumi.StackReference("organization/rung/dev");
    const bindings = rung.requireOutput("bindings");
    export const url = rung.requireOutput("urls").apply(({ app }) => app);
    export const stage = rung.requireOutput("stage");
    export const database = bindings.apply(({ DATABASE_URL }) => DATABASE_URL);\n`,
  );
  const reader = (...args: string[]) => run(folder, project.env, "pulumi", [...args, "--non-interactive"]);
  expect((await reader("stack", "init", "dev")).code).toBe(0);
  const up = await reader("up", "--yes", "--skip-preview");
  expect(up.code, up.out).toBe(0);
  const outputs = JSON.parse((await reader("stack", "output", "--json")).out);
  expect(outputs).toEqual({ url: "https://pulse.example.com", stage: "aws-ecs", database: "[secret]" });
  const shown = await reader("stack", "output", "database", "--show-secrets");
  const { password } = new URL(shown.out.trim());
  expect(password).toMatch(/^\w{32,}$/);
  const state = join(project.home, "state");
  const files = readdirSync(state, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  const clear = files.filter((entry) =>
    readFileSync(join(entry.parentPath, entry.name), "utf8").includes(password),
  );
  expect(clear).toEqual([]);
});
