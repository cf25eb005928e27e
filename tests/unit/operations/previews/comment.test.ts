import { createServer, type Server } from "node:http";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { comment, forgeOf, numberOf } from "../../../../operations/previews/comment.ts";

/** GitHub's API, as far as it is asked: it refuses what the real one would. */
interface Comment {
  id: number;
  body: string;
  user: { type: "Bot" | "User" };
}
let all: Comment[] = [];
let server: Server;
let api: string;
const token = "ghs_token";

beforeAll(async () => {
  server = createServer(async (request, response) => {
    const { method, url = "", headers } = request;
    const { pathname, searchParams } = new URL(url, "http://localhost");
    const page = Number(searchParams.get("page") ?? 1);
    const paged = <T>(list: readonly T[]) => list.slice((page - 1) * 100, page * 100);
    const end = (code: number, body: unknown) => response.writeHead(code).end(JSON.stringify(body));
    if (headers.authorization !== `Bearer ${token}`) return end(401, {});
    const body = (JSON.parse((await text(request)) || "{}") as { body?: string }).body ?? "";
    if (body.length > 65_536) return end(422, {});
    if (method === "GET" && pathname === "/repos/o/r/pulls")
      return end(
        200,
        paged(Array.from({ length: 130 }, (_, n) => ({ number: n + 1, head: { sha: `sha-${n + 1}` } }))),
      );
    if (method === "GET" && pathname === "/repos/o/r/issues/7/comments") return end(200, paged(all));
    if (method === "POST" && pathname === "/repos/o/r/issues/7/comments") {
      all.push({ id: 1000 + all.length, body, user: { type: "Bot" } });
      return end(201, all.at(-1));
    }
    const found = all.find(({ id }) => pathname === `/repos/o/r/issues/comments/${id}`);
    if (method === "PATCH" && found) return end(200, Object.assign(found, { body }));
    return end(404, {});
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  api = `http://127.0.0.1:${typeof address === "object" && address ? address.port : 0}`;
});
afterAll(() => server.close());
beforeEach(() => {
  all = [];
});
const forge = () => ({ api, token, repository: "o/r" });
const report = (words: string) => `<!-- rung review -->\n## ${words}\n`;

test("the first time a comment is made, and from then on it is the one that changes", async () => {
  expect(await comment(forge(), 7, report("SAFE"))).toBe("made");
  expect(await comment(forge(), 7, `a line above\n\n${report("BLOCK")}`)).toBe("changed");
  expect(all.map(({ body }) => body)).toEqual([`a line above\n\n${report("BLOCK")}`]);
});

test("it is found behind a hundred others, and a person's with the same mark is left alone", async () => {
  const person: Comment = { id: 1, body: report("mine"), user: { type: "User" } };
  all = [
    person,
    ...Array.from({ length: 120 }, (_, id): Comment => ({ id: id + 10, body: "hm", user: { type: "User" } })),
  ];
  all.push({ id: 500, body: report("old"), user: { type: "Bot" } });
  expect(await comment(forge(), 7, report("new"))).toBe("changed");
  expect(all.find(({ id }) => id === 500)?.body).toBe(report("new"));
  expect(person.body).toBe(report("mine"));
});

test("the pull request of a commit, whatever page it is on", async () => {
  expect(await numberOf(forge(), "sha-125")).toBe(125);
  await expect(numberOf(forge(), "sha-999")).rejects.toMatchObject({ exitCode: 2 });
});

test("what cannot be written is said, and never the token", async () => {
  await expect(comment(forge(), 7, "no mark")).rejects.toMatchObject({ exitCode: 64 });
  await expect(comment(forge(), 7, report("x".repeat(70_000)))).rejects.toMatchObject({ exitCode: 64 });
  const refused = comment(forge(), 8, report("SAFE"));
  await expect(refused).rejects.toThrow("pull-requests: write");
  await expect(refused).rejects.not.toThrow(token);
  expect(() => forgeOf({ GITHUB_REPOSITORY: "o/r" })).toThrow("GITHUB_TOKEN is not set");
});
