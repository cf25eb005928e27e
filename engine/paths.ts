import { homedir } from "node:os";
import { join } from "node:path";

/** The repository's folder. */
export const root = join(import.meta.dirname, "..");

/** What Rung keeps for this clone alone; never committed. */
const own = join(root, ".rung");

/** Every path inside the clone that more than one file needs. */
export const paths = {
  own,
  /** Node, when Rung brought it, and `bin/`, which goes in front of PATH. */
  tools: join(own, "tools"),
  bin: join(own, "tools", "bin"),
  /** Pulumi's own folder, unless PULUMI_HOME says otherwise: its plugins are kept there. */
  pulumiHome: process.env.PULUMI_HOME || join(own, "home"),
  /** The state of every stack, unless PULUMI_BACKEND_URL says otherwise. */
  state: join(own, "state"),
  /** Protects the secrets in that state. */
  passphrase: join(own, "passphrase"),
  /** One lock a stack: see lock.ts. */
  locks: join(own, "locks"),
  /** What the engine said, one folder a stack: see pulumi.ts. */
  runs: join(own, "runs"),
  modules: join(root, "node_modules"),
} as const;

/** What is costly to make and the same for every clone on this machine, by name, version and platform. */
export const cache = (): string =>
  process.env.RUNG_CACHE || join(process.env.XDG_CACHE_HOME || join(homedir(), ".cache"), "rung");
