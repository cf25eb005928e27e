import { z } from "zod";
import { failure } from "../../components/model/diagnostics.ts";

/** Where to, and as whom. */
export interface Forge {
  /** e.g. `https://api.github.com`. */
  readonly api: string;
  /** `owner/name`. */
  readonly repository: string;
  readonly token: string;
}

/** What GitHub Actions sets. @throws DiagnosticsError naming what is missing */
export function forgeOf(env: NodeJS.ProcessEnv): Forge {
  const { GITHUB_TOKEN: token, GITHUB_REPOSITORY: repository, GITHUB_API_URL } = env;
  if (token && repository) return { token, repository, api: GITHUB_API_URL || "https://api.github.com" };
  const missing = [...(token ? [] : ["GITHUB_TOKEN"]), ...(repository ? [] : ["GITHUB_REPOSITORY"])];
  throw failure(
    `${missing.join(" and ")} is not set`,
    "set them, as GitHub Actions does: GITHUB_TOKEN is github.token there",
    "rung pr comment",
    64,
  );
}

const comments = z.array(
  z.object({ id: z.int(), body: z.string().nullish(), user: z.object({ type: z.string() }).nullish() }),
);
const pulls = z.array(z.object({ number: z.int(), head: z.object({ sha: z.string() }) }));

/** GitHub's own limit of a comment's body, in characters (2026-11). */
const longest = 65_536;

/**
 * Writes a text as one comment of a pull request, and over that one from then on: it is found by the mark in the
 * text's first line. A person's comment with the same mark is left alone.
 * @throws DiagnosticsError when the text has no mark or is too long, or GitHub refuses
 */
export async function comment(forge: Forge, pr: number, text: string): Promise<"made" | "changed"> {
  const mark = /^<!-- rung [\w -]+ -->/m.exec(text)?.[0];
  if (mark === undefined)
    throw failure("the text has no mark to be found by", "begin it with <!-- rung review -->", "--file", 64);
  if (text.length > longest)
    throw failure(`the text has ${text.length} characters`, `at most ${longest}`, "--file", 64);
  const at = `/repos/${forge.repository}/issues`;
  for (let page = 1; ; page += 1) {
    const some = comments.parse(await ask(forge, "GET", `${at}/${pr}/comments?per_page=100&page=${page}`));
    const own = some.find(({ body, user }) => user?.type === "Bot" && body?.includes(mark));
    if (own) {
      await ask(forge, "PATCH", `${at}/comments/${own.id}`, { body: text });
      return "changed";
    }
    if (some.length < 100) break;
  }
  await ask(forge, "POST", `${at}/${pr}/comments`, { body: text });
  return "made";
}

/** The open pull request whose head is a commit; a fork's event names no number that one may trust. */
export async function numberOf(forge: Forge, sha: string): Promise<number> {
  for (let page = 1; ; page += 1) {
    const path = `/repos/${forge.repository}/pulls?state=open&per_page=100&page=${page}`;
    const some = pulls.parse(await ask(forge, "GET", path));
    const found = some.find(({ head }) => head.sha === sha);
    if (found) return found.number;
    if (some.length < 100)
      throw failure(
        `no open pull request has ${sha.slice(0, 12)} as its head`,
        "a newer push has its own run",
        "--sha",
        2,
      );
  }
}

async function ask({ api, token }: Forge, method: string, path: string, body?: object): Promise<unknown> {
  const answer = await fetch(`${api}${path}`, {
    method,
    headers: {
      authorization: `Bearer ${token}`,
      accept: "application/vnd.github+json",
      "x-github-api-version": "2022-11-28",
      "user-agent": "rung",
      ...(body && { "content-type": "application/json" }),
    },
    ...(body && { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(30_000),
  });
  if (answer.ok) return answer.json();
  throw failure(
    `GitHub answered ${answer.status} to ${method} ${path.split("?")[0]}`,
    answer.status === 403 || answer.status === 404
      ? "the job needs the permission pull-requests: write"
      : "see what it says: githubstatus.com",
    "rung pr comment",
  );
}
