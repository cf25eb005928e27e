import { connect, type Socket } from "node:net";
import { failure } from "../../../components/model/diagnostics.ts";
import type { Serving } from "../states.ts";

/** An HAProxy that splits the app's requests between both stacks. */
export interface Edge {
  /** Its runtime API, `stats socket … level admin`. */
  readonly socket: string;
  readonly backend: string;
  /** What its servers are called there. */
  readonly servers: Readonly<Record<Serving, string>>;
  /** Its ring of requests, each logged as `%s %ST %Ta`. */
  readonly ring: string;
}

/** One request that was answered, or not. */
export interface Seen {
  readonly server: string;
  /** HTTP's status; -1 where there was none. */
  readonly status: number;
  readonly milliseconds: number;
}

/** @throws DiagnosticsError where it does not answer, or refuses the command */
async function ask({ socket }: Edge, command: string): Promise<string> {
  const said = await new Promise<string>((resolve, reject) => {
    const client = connect(socket);
    let answer = "";
    client.setTimeout(5000, () => client.destroy(new Error("no answer within 5 s")));
    client.on("data", (part) => {
      answer += part.toString();
    });
    client.on("error", reject).on("end", () => resolve(answer.trim()));
    client.end(`${command}\n`);
  }).catch((error: Error) => error.message);
  return said;
}

/** Sends so many percent of the requests to the target, and the rest to the source. */
export async function setShare(edge: Edge, percent: number): Promise<void> {
  const weights: readonly [Serving, number][] = [
    ["target", percent],
    ["source", 100 - percent],
  ];
  // what gains comes first: at no moment have both none
  for (const [side, weight] of weights.toSorted((a, b) => b[1] - a[1])) {
    const said = await ask(edge, `set weight ${edge.backend}/${edge.servers[side]} ${weight}`);
    if (said !== "") throw refused(edge, said);
  }
}

/** @returns percent of the requests that go to the target, as HAProxy's weights are now */
export async function shareNow(edge: Edge): Promise<number> {
  const weight = async (side: Serving) => {
    const said = await ask(edge, `get weight ${edge.backend}/${edge.servers[side]}`);
    const found = /^(\d+) \(initial/.exec(said);
    if (!found) throw refused(edge, said);
    return Number(found[1]);
  };
  const [target, source] = [await weight("target"), await weight("source")];
  return target + source === 0 ? 0 : Math.round((100 * target) / (target + source));
}

const refused = ({ socket }: Edge, said: string) =>
  failure(
    `HAProxy at ${socket}: ${said}`,
    "see that its `stats socket` has level admin, and that backend and servers are called so",
    "rung promote traffic",
  );

/** Requests as they are answered, from now on, until `close`; `lost` when they can be seen no more. */
export function watch(
  edge: Edge,
  take: (seen: Seen) => void,
  lost: (reason: string) => void,
): { close(): void } {
  const client: Socket = connect(edge.socket);
  let [rest, open] = ["", true];
  const end = (reason: string) => {
    if (open) lost(reason);
    open = false;
  };
  client.on("connect", () => client.write(`show events ${edge.ring} -w -n\n`));
  client.on("data", (part) => {
    const lines = (rest + part.toString()).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) {
      const found = /(\S+) (-?\d+) (-?\d+)\s*$/.exec(line.replaceAll("\0", ""));
      if (found) take({ server: found[1] ?? "", status: Number(found[2]), milliseconds: Number(found[3]) });
      else if (/No such|Unknown|not found/i.test(line)) end(line.trim());
    }
  });
  client.on("error", (error) => end(error.message)).on("close", () => end("the connection ended"));
  return {
    close() {
      open = false;
      client.destroy();
    },
  };
}
