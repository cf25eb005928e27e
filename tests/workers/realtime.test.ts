import { afterAll, beforeAll, expect, test } from "vitest";
import { type Edge, edge } from "./edge.ts";

let here: Edge;
beforeAll(async () => {
  here = await edge();
});
afterAll(() => here.stop());

/** An open page: reads its stream until a text came by. */
function reading(stream: Response) {
  const reader = stream.body?.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  return {
    async until(what: string): Promise<string> {
      while (!text.includes(what)) {
        const next = await reader?.read();
        if (!next || next.done) throw new Error(`ended before ${what}: ${text}`);
        text += next.value;
      }
      return text;
    },
    close: () => reader?.cancel(),
  };
}

test("two open pages of a user hear what a third client of it sends, through the Durable Object; others do not", async () => {
  const [ann, bob] = [await here.user(), await here.user()];
  const streams = await Promise.all([
    ann.get("/api/realtime"),
    ann.get("/api/realtime"),
    bob.get("/api/realtime"),
  ]);
  for (const stream of streams) expect(stream.headers.get("content-type")).toContain("text/event-stream");
  const [one, two, other] = streams.map(reading);
  for (const page of [one, two, other]) await page?.until("event: ready");
  await bob.send("/api/events", { events: [{ name: "from.bob" }] });
  await ann.send("/api/events", { events: [{ name: "from.ann" }] });
  for (const page of [one, two]) expect(await page?.until("from.ann")).not.toContain("from.bob");
  expect(await other?.until("from.bob")).not.toContain("from.ann");

  // A page that closes does not take the others along.
  await one?.close();
  await ann.send("/api/events", { events: [{ name: "later" }] });
  await two?.until("later");
  await Promise.all([two?.close(), other?.close()]);
});

test("nobody listens without a session", async () => {
  expect((await here.ask("/api/realtime")).status).toBe(401);
});

test("what is sent while nobody listens is stored all the same", async () => {
  const user = await here.user();
  const answer = await user.send("/api/events", { events: [{ name: "unheard" }] });
  expect(await answer.json()).toEqual({ accepted: 1, duplicates: 0 });
});
