import { spawn } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { delimiter, join } from "node:path";
import { failure } from "../../components/model/diagnostics.ts";
import { environmentOf, type Side, withoutSecrets } from "./side.ts";

const debian = "/usr/lib/postgresql";

/**
 * One of PostgreSQL's own programs, the newest that is here: an older pg_dump refuses a newer server.
 * @throws DiagnosticsError where there is none
 */
export function tool(called: "psql" | "pg_dump" | "pg_restore"): string {
  const majors = existsSync(debian) ? readdirSync(debian).toSorted((a, b) => Number(b) - Number(a)) : [];
  const folders = [
    ...majors.map((major) => join(debian, major, "bin")),
    ...(process.env.PATH ?? "").split(delimiter),
  ];
  const found = folders.map((folder) => join(folder, called)).find((file) => existsSync(file));
  if (found) return found;
  throw failure(
    `${called} is not on this machine`,
    "install PostgreSQL's client: apt-get install postgresql-client",
    "rung promote",
  );
}

/** Starts a tool on one side. */
export function start(
  called: Parameters<typeof tool>[0],
  args: readonly string[],
  side: Side,
  application: string,
) {
  const child = spawn(tool(called), args, {
    stdio: ["pipe", "pipe", "pipe"],
    env: environmentOf(side, application),
  });
  let told = "";
  child.stderr.on("data", (part: Buffer) => {
    told = (told + part.toString()).slice(-20_000);
  });
  const ended = new Promise<void>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => {
      if (code === 0) resolve();
      else
        reject(
          failure(
            `${called} at the ${side.side}: ${reason(told, side) || `ended with ${code}`}`,
            mend,
            "rung promote",
          ),
        );
    });
  });
  ended.catch(() => {}); // whoever waits for it is told
  return { child, ended };
}

const mend = "settle that at the server, and run this again";

/** What went wrong, without the lines around it: those may show what stands in a table. */
const reason = (told: string, side: Side): string =>
  withoutSecrets(
    told
      .split("\n")
      .filter((line) => /error|fatal/i.test(line))
      .slice(0, 4)
      .join("; "),
    side,
  );

/** Runs a tool to its end. @returns what it printed */
export async function runTool(
  called: Parameters<typeof tool>[0],
  args: readonly string[],
  side: Side,
  application: string,
): Promise<string> {
  const { child, ended } = start(called, args, side, application);
  child.stdin.end();
  let printed = "";
  child.stdout.on("data", (part: Buffer) => {
    printed += part.toString();
  });
  await ended;
  return printed;
}
