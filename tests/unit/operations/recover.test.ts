import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { checkpointFile, keepState, mendTorn } from "../../../engine/backend.ts";
import type { Toolchain } from "../../../engine/toolchain.ts";
import { recover } from "../../../operations/recover.ts";

let folder: string;
let file: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "rung-recover-"));
  file = checkpointFile(folder, "dev");
  mkdirSync(dirname(file), { recursive: true });
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const urn = (type: string, name: string) => `urn:pulumi:dev::rung::${type}::${name}`;
const bucket = urn("aws:s3/bucket:Bucket", "uploads");
const checkpoint = (...resources: readonly object[]) =>
  JSON.stringify({ checkpoint: { latest: { resources } } });

/** A toolchain of official providers: none of the plugins in its home is one of ours. */
const official = { env: () => ({ PULUMI_HOME: join(folder, "home") }) } as unknown as Toolchain; // all that is asked of it
const place = () => ({ toolchain: official, stack: "dev", state: folder, runs: join(folder, "runs") });
const idle = async () => ({ removed: [], drifted: false });

test("a state and its backup that are both torn, as a full disk leaves them: the copy from before the run", async () => {
  const whole = checkpoint({ urn: bucket, type: "aws:s3/bucket:Bucket", id: "b" });
  writeFileSync(file, whole);
  await keepState("dev", folder);
  for (const end of ["", ".bak"]) writeFileSync(`${file}${end}`, whole.slice(0, 20));
  expect(await mendTorn("dev", folder)).toBe(true);
  expect(readFileSync(file, "utf8")).toBe(whole);
  expect(readFileSync(`${file}.torn`, "utf8")).toBe(whole.slice(0, 20));
});

test("the engine's own backup is newer, where it can be read", async () => {
  writeFileSync(file, checkpoint());
  await keepState("dev", folder);
  writeFileSync(`${file}.bak`, checkpoint({ urn: bucket }));
  writeFileSync(file, "{");
  await mendTorn("dev", folder);
  expect(readFileSync(file, "utf8")).toContain(bucket);
});

test("what a run began and a torn state lost is not made twice: it is named, and the vendor is to be asked", async () => {
  writeFileSync(file, checkpoint());
  await recover(place(), idle, () => {});
  writeFileSync(file, "{");
  const began = (at: string, provider: string) => ({
    resourcePreEvent: { metadata: { op: "create", urn: at, provider, new: {} } },
  });
  const component = urn("rung:index:Storage", "storage");
  mkdirSync(join(folder, "runs"));
  writeFileSync(
    join(folder, "runs", "2026-01-01T00-00-00.000Z-up.jsonl"),
    [began(bucket, `${urn("pulumi:providers:aws", "default")}::1`), began(component, "")]
      .map((event) => JSON.stringify(event))
      .join("\n"),
  );
  const refused = recover(place(), idle, () => {});
  await expect(refused).rejects.toThrow(bucket);
  await expect(refused).rejects.not.toThrow(component);
  // and is asked for again the next time
  expect(existsSync(`${file}.torn`)).toBe(true);
  await expect(recover(place(), idle, () => {})).rejects.toThrow(bucket);
});
