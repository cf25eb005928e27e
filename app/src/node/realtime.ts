import type { Redis } from "iovalkey";
import type { Log, Realtime } from "../services.ts";

/**
 * Publish and subscribe over Valkey or Redis. One connection listens for the whole process, and to a user's channel
 * only while a page of that user is open here; after a lost connection it listens again by itself.
 * @param prefix kept apart from other apps on the same server
 */
export function realtime(publisher: Redis, listener: Redis, prefix: string, log: Log): Realtime {
  const channel = (userId: string) => `${prefix}:live:${userId}`;
  const listening = new Map<string, Set<(message: string) => void>>();

  listener.on("message", (from: string, message: string) => {
    for (const tell of listening.get(from) ?? []) tell(message);
  });

  return {
    publish: async (userId, message) => {
      await publisher.publish(channel(userId), message);
    },
    async subscribe(userId, onMessage) {
      const name = channel(userId);
      const others = listening.get(name);
      const all = others ?? new Set();
      all.add(onMessage);
      listening.set(name, all);
      const leave = () => {
        all.delete(onMessage);
        if (all.size > 0 || listening.get(name) !== all) return;
        listening.delete(name);
        listener.unsubscribe(name).catch((err: unknown) => log.debug({ err }, "unsubscribing failed"));
      };
      try {
        await listener.subscribe(name);
      } catch (error) {
        leave();
        throw error;
      }
      return leave;
    },
  };
}
