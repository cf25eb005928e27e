import type { DurableObjectNamespace, WebSocket as Socket } from "@cloudflare/workers-types";
import type { Log, Realtime } from "../services.ts";
import { objectNamed } from "./object.ts";

const address = "https://live/";
/** A new version of the Worker restarts its objects; sockets to them are opened again. */
const againMs = 500;
const attempts = 20;

/** Publish and subscribe by one Durable Object per user (`live.ts`). */
export function realtime(namespace: DurableObjectNamespace, log: Log): Realtime {
  const open = async (userId: string): Promise<Socket> => {
    const answer = await objectNamed(namespace, userId).fetch(address, { headers: { upgrade: "websocket" } });
    if (!answer.webSocket) throw new Error(`the live channel answered ${answer.status}`);
    answer.webSocket.accept();
    return answer.webSocket;
  };
  return {
    publish: async (userId, message) => {
      await objectNamed(namespace, userId).fetch(address, { method: "POST", body: message });
    },
    async subscribe(userId, onMessage) {
      let socket = await open(userId);
      let left = false;
      const hear = (from: Socket) => {
        from.addEventListener("message", ({ data }) => {
          if (typeof data === "string") onMessage(data);
        });
        from.addEventListener("close", () => void again());
      };
      const again = async () => {
        for (let attempt = 1; !left && attempt <= attempts; attempt += 1) {
          await new Promise((resolve) => setTimeout(resolve, againMs));
          if (left) return;
          try {
            socket = await open(userId);
            hear(socket);
            return;
          } catch (err) {
            log.warn({ err, attempt }, "the live channel is away; trying again");
          }
        }
      };
      hear(socket);
      return () => {
        left = true;
        socket.close(1000);
      };
    },
  };
}
