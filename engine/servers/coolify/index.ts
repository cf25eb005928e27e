import type { Reduced } from "../../../components/providers/kit/openapi/reduce.ts";
import { serveVendor, type VendorServer } from "../vendor.ts";
import { type Behaviour, handlersOf } from "./handlers.ts";
import declared from "./openapi.json" with { type: "json" };
import { firstBoot } from "./platform.ts";
import { kinds, State, type Thing } from "./state.ts";

// Written by components/providers/generate.ts; from JSON every `type` is a plain string.
const document = declared as unknown as Reduced;

/** A stand-in for a Coolify: its API with all that it holds, and none of the containers. */
export interface CoolifyServer extends VendorServer {
  readonly behaviour: Behaviour;
  readonly state: State;
  /** What it holds that did not come with it, e.g. `project pulse`. */
  holds(): string[];
}

/**
 * Starts one on 127.0.0.1. It takes what Coolify 4.3 takes and refuses what it refuses: unknown fields, wrong tokens,
 * dangling references, names and limits of a wrong form.
 * @param options.file where it keeps what it holds; in memory without it
 */
export async function serveCoolify(options: { file?: string; token?: string } = {}): Promise<CoolifyServer> {
  const state = new State(options.file);
  firstBoot(state);
  const behaviour: Behaviour = {
    looks: 1,
    sickImages: new Set(),
    dies: false,
    said: ["listening"],
    unreachable: new Set(),
    readsSecrets: true,
  };
  const server = await serveVendor(
    {
      document,
      prefix: "/api/v1",
      handlers: handlersOf(state, behaviour),
      misdescribed: (operation, problem) =>
        misdescribed.includes(operation) || /^\/(\d+\/)?build_pack /.test(problem),
      invalid: (problems) => ({
        status: 422,
        body: { message: "Validation failed.", errors: { body: problems } },
      }),
      onDone: () => state.save(),
    },
    options.token,
  );
  return Object.assign(server, { behaviour, state, holds: () => held(state) });
}

/** Typed as a text in the document; and its list of build packs lacks `dockerimage`, which it has an endpoint for. */
const misdescribed: readonly string[] = [
  "GET /version",
  "GET /databases",
  "GET /databases/{uuid}",
  "GET /databases/{uuid}/backups",
];

function held(state: State): string[] {
  const came = (kind: string, { fields }: Thing): boolean =>
    (kind === "server" && fields.name === "localhost") ||
    (kind === "key" && fields.name === "localhost's key") ||
    (kind === "destination" && fields.name === "coolify") ||
    kind === "deployment";
  return kinds.flatMap((kind) =>
    state
      .all(kind)
      .filter((thing) => !came(kind, thing) && thing.pending?.to !== "gone")
      .map(({ uuid, fields }) => `${kind} ${String(fields.name ?? uuid)}`),
  );
}
