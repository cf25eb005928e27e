import { createServer, type Server, type Socket } from "node:net";
import type { PGlite } from "@electric-sql/pglite";

/**
 * What befalls a connection at a statement. `drop`: it breaks before the statement is run. `lose`: the statement is
 * run, and its answer is lost. `hush`: nothing is ever heard again. A SQLSTATE and a message: the server refuses, and
 * hangs up.
 */
export type Fault = "drop" | "lose" | "hush" | readonly [state: string, message: string];

/** PostgreSQL's wire protocol over TCP, in front of a PGlite: what restarts, poolers and networks do can be done here. */
export class Wire {
  /** Asked before each statement. */
  fault: (statement: string) => Fault | undefined = () => undefined;
  /** How often a connection was made. */
  connections = 0;
  readonly statements: string[] = [];
  readonly #pg: PGlite;
  readonly #sockets = new Set<Socket>();
  #server: Server | undefined;
  #port = 0;
  /** PGlite is one session: a transaction has it to itself. */
  #free: Promise<void> = Promise.resolve();

  constructor(pg: PGlite) {
    this.#pg = pg;
  }

  get url(): string {
    return `postgresql://app:pw@127.0.0.1:${this.#port}/postgres`;
  }

  async open(): Promise<void> {
    const server = createServer((socket) => this.#serve(socket));
    this.#server = server;
    await new Promise<void>((resolve) => server.listen(this.#port, "127.0.0.1", resolve));
    const address = server.address();
    if (address && typeof address === "object") this.#port = address.port;
  }

  /** As a server that was killed: what is open breaks, and nobody listens. */
  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server?.close(resolve));
  }

  #serve(socket: Socket): void {
    this.connections += 1;
    this.#sockets.add(socket);
    const session = new Session(socket);
    const messages = inFrames((frame) => {
      session.queue = session.queue
        .then(() => this.#take(session, frame))
        .catch((error: unknown) => void socket.destroy(error instanceof Error ? error : undefined));
    });
    socket.on("data", messages);
    socket.on("error", () => {});
    socket.on("close", () => {
      this.#sockets.delete(socket);
      session.queue = session.queue.then(() => this.#end(session));
    });
  }

  /** The connection is gone: so is its transaction. */
  async #end(session: Session): Promise<void> {
    if (!session.leave) return;
    await this.#pg.execProtocolRaw(message("Q", text("ROLLBACK")));
    session.leave();
  }

  async #take(session: Session, frame: Uint8Array<ArrayBuffer>): Promise<void> {
    const { socket } = session;
    if (socket.destroyed) return;
    const kind = session.started ? String.fromCharCode(frame[0] ?? 0) : "start";
    if (kind === "start") return session.start(frame);
    if (kind === "X") return void socket.end();
    session.waiting.push(frame);
    // A batch ends with Query or Sync.
    if (kind !== "Q" && kind !== "S") return;
    const batch = session.waiting.splice(0);
    const statement = batch.map(statementOf).find((found) => found !== undefined) ?? "";
    this.statements.push(statement);
    const fault = this.fault(statement);
    if (fault === "hush") return;
    if (fault === "drop") return void socket.destroy();
    if (fault && fault !== "lose") return void socket.end(refusal(...fault));
    await this.#enter(session);
    let answer: Uint8Array = new Uint8Array();
    for (const part of batch) answer = Buffer.concat([answer, await this.#pg.execProtocolRaw(part)]);
    // The last message of an answer is ReadyForQuery, and its last byte says whether a transaction is open.
    if (answer.at(-1) === idle) session.leave?.();
    if (fault === "lose") return void socket.destroy();
    socket.write(answer);
  }

  async #enter(session: Session): Promise<void> {
    if (session.leave) return;
    const before = this.#free;
    const mine = Promise.withResolvers<void>();
    this.#free = mine.promise;
    await before;
    session.leave = () => {
      session.leave = undefined;
      mine.resolve();
    };
  }
}

const idle = "I".charCodeAt(0);

class Session {
  readonly socket: Socket;
  started = false;
  queue: Promise<void> = Promise.resolve();
  readonly waiting: Uint8Array<ArrayBuffer>[] = [];
  leave: (() => void) | undefined;

  constructor(socket: Socket) {
    this.socket = socket;
  }

  start(frame: Uint8Array): void {
    const sslRequest = 80877103;
    if (Buffer.from(frame).readInt32BE(4) === sslRequest) return void this.socket.write("N");
    this.started = true;
    const authenticated = message("R", int32(0));
    const ready = message("Z", Buffer.from("I"));
    this.socket.write(Buffer.concat([authenticated, ready]));
  }
}

/** Cuts a stream into messages; those before the first with a type have none. */
function inFrames(take: (frame: Uint8Array<ArrayBuffer>) => void): (data: Buffer) => void {
  let left = Buffer.alloc(0);
  let typed = false;
  return (data) => {
    left = Buffer.concat([left, data]);
    for (;;) {
      const at = typed ? 1 : 0;
      if (left.length < at + 4) return;
      const length = at + left.readInt32BE(at);
      if (left.length < length) return;
      // The version of the protocol: what follows is typed.
      if (!typed) typed = left.readInt32BE(4) === 196608;
      take(new Uint8Array(left.subarray(0, length)));
      left = left.subarray(length);
    }
  };
}

/** The text of a Query or a Parse. */
function statementOf(frame: Uint8Array): string | undefined {
  const kind = String.fromCharCode(frame[0] ?? 0);
  const [first = "", second = ""] = Buffer.from(frame.subarray(5)).toString().split("\0");
  return kind === "Q" ? first : kind === "P" ? second : undefined;
}

function refusal(state: string, told: string): Buffer {
  const fields = [`SFATAL`, `VFATAL`, `C${state}`, `M${told}`].map(text);
  return message("E", Buffer.concat([...fields, Buffer.from([0])]));
}

const text = (value: string): Buffer => Buffer.from(`${value}\0`);
const int32 = (value: number): Buffer => {
  const made = Buffer.alloc(4);
  made.writeInt32BE(value);
  return made;
};
const message = (kind: string, body: Buffer): Buffer =>
  Buffer.concat([Buffer.from(kind), int32(body.length + 4), body]);
