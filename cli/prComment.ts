import { readFile } from "node:fs/promises";
import { failure } from "../components/model/diagnostics.ts";
import { comment, forgeOf, numberOf } from "../operations/previews/comment.ts";

export interface PrCommentOptions {
  readonly pr?: number;
  readonly sha?: string;
  readonly file: string;
  readonly above?: string;
}

/** Writes a report as the one comment of a pull request that is kept up to date. */
export async function prComment({ pr, sha, file, above }: PrCommentOptions): Promise<number> {
  if ((pr === undefined) === (sha === undefined))
    throw failure("which pull request is not said", "say --pr N, or --sha COMMIT", "rung pr comment", 64);
  const forge = forgeOf(process.env);
  const text = await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    throw failure(`it cannot be read: ${error.code}`, "rung review --md > review.md", file, 64);
  });
  const number = pr ?? (await numberOf(forge, sha ?? ""));
  const done = await comment(forge, number, above === undefined ? text : `${above}\n\n${text}`);
  process.stdout.write(`  comment of #${number} ${done}\n`);
  return 0;
}
