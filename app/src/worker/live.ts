import type { DurableObjectState, WebSocket as Socket } from "@cloudflare/workers-types";

/** Both ends of a socket within the platform; a global of its runtime. */
declare const WebSocketPair: new () => { readonly 0: Socket; readonly 1: Socket };

/**
 * One user's live channel: isolates with an open page of the user hold a socket to it, and what is posted goes to all
 * of them. It sleeps while its sockets stay open, and costs nothing then.
 */
export class Live {
  readonly #state: DurableObjectState;

  constructor(state: DurableObjectState) {
    this.#state = state;
  }

  async fetch(request: Request): Promise<Response> {
    if (request.headers.get("upgrade") === "websocket") return this.#listen();
    const message = await request.text();
    for (const socket of this.#state.getWebSockets()) {
      try {
        socket.send(message);
      } catch {
        // Its other end has gone: it asks again if it still wants to hear.
      }
    }
    return new Response(null, { status: 204 });
  }

  #listen(): Response {
    const { 0: theirs, 1: ours } = new WebSocketPair();
    this.#state.acceptWebSocket(ours);
    // The runtime's own field beside the standard's.
    return new Response(null, { status: 101, webSocket: theirs } as ResponseInit);
  }

  webSocketClose(socket: Socket, code: number): void {
    // 1005 and 1006 say that there was no code; they cannot be sent.
    socket.close(code === 1005 || code === 1006 ? 1000 : code);
  }
}
