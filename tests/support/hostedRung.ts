import { randomBytes } from "node:crypto";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { stringify } from "yaml";
import { needs } from "../../components/kit/needs.ts";
import { rehearsalHome } from "../../engine/rehearsalHome.ts";
import { type Ruleset, serveWorkers } from "../../engine/servers/platforms/workers.ts";
import { type HostedStage, rehearsalSettings } from "../../operations/rehearse/settings.ts";
import { type RungRun, root, startRung } from "./rung.ts";

/** A stack of a hosted stage for the command itself to live with: stand-ins for every vendor, a state of its own. */
export interface HostedStack {
  readonly stack: string;
  readonly folder: string;
  /** What every process of it is run with. */
  readonly env: Record<string, string>;
  /** What stands in its Cloudflare zone already, on a stage that has one. */
  readonly zone: Ruleset[];
  /** Runs `rung <command> … --stack <this>`. */
  rung(command: string, ...args: string[]): Promise<RungRun>;
  /** The same under way. */
  start(command: string, ...args: string[]): ReturnType<typeof startRung>;
  /** Over the settings it was made with; `undefined` takes one out. */
  set(settings: Readonly<Record<string, string | undefined>>): Promise<void>;
  /** What the vendors hold, by type and id. */
  held(): Promise<Held[]>;
  /** All text that it left in its state, and that the engine said of it. */
  written(): Promise<string>;
  remove(): Promise<void>;
}

export interface Held {
  readonly type: string;
  readonly id: string;
  readonly urn: string;
  readonly outputs: Readonly<Record<string, unknown>>;
}

/** A vendor's API on this machine. */
interface Server {
  readonly env: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

export interface HostedOptions {
  readonly settings?: Readonly<Record<string, string | undefined>>;
  /** Started on what the vendors' stand-ins hold. */
  readonly servers?: (store: string) => Promise<readonly Server[]>;
  /** The checkout whose `rung` it is, unless it is this one. */
  readonly tree?: string;
}

/** Made with the settings of a rehearsal, without an image and protected, as a real stack is. */
export async function hostedStack(
  stage: HostedStage,
  { settings = {}, servers: serve = async () => [], tree = root }: HostedOptions = {},
): Promise<HostedStack> {
  const stack = `test-${randomBytes(3).toString("hex")}`;
  const file = join(tree, `Pulumi.${stack}.yaml`);
  const folder = await mkdtemp(join(tmpdir(), "rung-hosted-"));
  const home = await rehearsalHome(folder);
  const zone: Ruleset[] = [];
  const servers = [
    ...(await serve(home.store)),
    ...("cloudflareZoneId" in needs[stage] ? [await serveZone(stage, zone)] : []),
  ];
  const env: Record<string, string> = {
    ...home.env,
    PULUMI_BACKEND_URL: pathToFileURL(home.state).href,
    PULUMI_CONFIG_PASSPHRASE: randomBytes(12).toString("hex"),
    // As in a rehearsal: the state is written once a run, not once a resource.
    PULUMI_EXPERIMENTAL: "true",
    PULUMI_SKIP_CHECKPOINTS: "true",
    ...Object.assign({}, ...servers.map((server) => server.env)),
  };
  const base = {
    ...rehearsalSettings(stage, "small"),
    "rung:image": undefined,
    "rung:protect": undefined,
    ...settings,
  };
  const set = async (more: Readonly<Record<string, string | undefined>>) => {
    const salt = /^encryptionsalt: .*$/m.exec(await readFile(file, "utf8").catch(() => ""))?.[0] ?? "";
    const config = Object.fromEntries(
      Object.entries({ ...base, ...more }).filter(([, value]) => value !== undefined),
    );
    await writeFile(file, `${salt}\n${stringify({ config })}`);
  };
  await set({});
  const start = (command: string, ...args: string[]) =>
    startRung([...command.split(" "), ...args, "--stack", stack], env, tree);
  const runs = join(root, ".rung", "runs", stack);
  return {
    stack,
    folder,
    env,
    zone,
    start,
    rung: (command, ...args) => start(command, ...args).ended,
    set,
    async held() {
      const texts = await textIn(home.store);
      return texts.map((text) => JSON.parse(text) as Held);
    },
    written: async () => (await Promise.all([home.state, runs].map(textIn))).flat().join("\n"),
    async remove() {
      await Promise.all(servers.map((server) => server.stop()));
      await Promise.all([folder, file, runs].map((path) => rm(path, { recursive: true, force: true })));
    },
  };
}

/** Cloudflare's API, as far as `rung up` asks it of the zone. */
async function serveZone(stage: HostedStage, rulesets: Ruleset[]): Promise<Server> {
  const id = String(rehearsalSettings(stage, "small")["rung:cloudflareZoneId"]);
  const world = { account: "", script: "", deployments: [], zone: { id, rulesets } };
  const { url, token, stop } = await serveWorkers(world);
  return { env: { CLOUDFLARE_BASE_URL: url, CLOUDFLARE_API_TOKEN: token }, stop };
}

async function textIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const files = entries.filter((entry) => entry.isFile() && !entry.name.startsWith("."));
  return Promise.all(files.map((entry) => readFile(join(entry.parentPath, entry.name), "utf8")));
}
