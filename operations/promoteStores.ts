import { failure } from "../components/model/diagnostics.ts";
import type { Store, Stores } from "../migrations/stages/objects/store.ts";
import type { MoveReach } from "./stage.ts";

/** Where objects move too; a key's secret is never an argument, which process lists show. */
export const storeVariables = {
  source: "RUNG_PROMOTE_FROM_S3",
  target: "RUNG_PROMOTE_TO_S3",
  buckets: "RUNG_PROMOTE_BUCKETS",
} as const;

/** As the stacks' stage reaches them, where it does; else as the environment says. */
export const storesOf = (options: {
  readonly from: string;
  readonly to: string;
  readonly reach?: MoveReach;
}) => options.reach?.objects ?? storesFrom(options);

/**
 * Both stores and their buckets; undefined where none is named.
 * @throws DiagnosticsError, exit code 64, for one without the other, and for what is no address
 */
export function storesFrom(
  { from, to }: { readonly from: string; readonly to: string },
  env: NodeJS.ProcessEnv = process.env,
): Stores | undefined {
  if (!Object.values(storeVariables).some((variable) => env[variable])) return undefined;
  const store = (side: "source" | "target", name: string): Store => {
    const url = parsed(env[storeVariables[side]]);
    if (!url?.username || !url.password)
      throw failure(
        `where ${name} keeps its objects is not known`,
        `set ${storeVariables[side]}=https://KEY:SECRET@host/path?region=…`,
        "rung promote",
        64,
      );
    return {
      side,
      name,
      endpoint: `${url.protocol}//${url.host}${url.pathname.replace(/\/$/, "")}`,
      region: url.searchParams.get("region") ?? "us-east-1",
      accessKeyId: decodeURIComponent(url.username),
      secretAccessKey: decodeURIComponent(url.password),
    };
  };
  const buckets = (env[storeVariables.buckets] ?? "")
    .split(",")
    .filter(Boolean)
    .map((pair) => {
      const [source = "", target = source] = pair.split("=").map((one) => one.trim());
      return { source, target };
    });
  if (buckets.length === 0)
    throw failure(
      "which buckets move is not said",
      `set ${storeVariables.buckets}=uploads,avatars=pictures`,
      "rung promote",
      64,
    );
  return { source: store("source", from), target: store("target", to), buckets };
}

const parsed = (text: string | undefined): URL | undefined =>
  text && /^https?:/.test(text) && URL.canParse(text) ? new URL(text) : undefined;
