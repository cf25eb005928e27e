import { spawn } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { basename, delimiter, join } from "node:path";
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

function spawnBeside(
  side: Side,
  env: NodeJS.ProcessEnv,
  called: Parameters<typeof tool>[0],
  args: readonly string[],
) {
  if (!side.tools) return spawn(tool(called), args, { stdio: "pipe", env });
  const all = { ...env, PGHOST: side.tools.host };
  const given = Object.fromEntries(Object.entries(all).filter(([variable]) => variable !== "PATH"));
  const [first, ...more] = side.tools.command(Object.keys(given));
  // by name: what a variable holds is in no list of processes
  return spawn(first, [...more, called, ...args], { stdio: "pipe", env: { ...process.env, ...given } });
}

/**
 * Has a file of this machine where a side's programs run.
 * @returns its path there
 */
export async function fileBeside({ tools }: Side, file: string): Promise<string> {
  if (!tools) return file;
  const there = `${tools.folder}/${basename(file)}`;
  const [first, ...more] = tools.command([]);
  const child = spawn(first, [...more, "sh", "-c", 'cat >"$0"', there], {
    stdio: ["pipe", "ignore", "ignore"],
  });
  child.stdin.on("error", () => {}); // its exit tells
  child.stdin.end(await readFile(file));
  const code = await new Promise((done) => child.on("close", done).on("error", () => done(-1)));
  if (code !== 0) throw failure(`${there} could not be written`, mend, "rung promote");
  return there;
}

/** Starts a tool on one side. */
export function start(
  called: Parameters<typeof tool>[0],
  args: readonly string[],
  side: Side,
  application: string,
) {
  const child = spawnBeside(side, environmentOf(side, application), called, args);
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
): Promise<Buffer> {
  const { child, ended } = start(called, args, side, application);
  child.stdin.end();
  const printed: Buffer[] = [];
  child.stdout.on("data", (part: Buffer) => printed.push(part));
  await ended;
  return Buffer.concat(printed);
}
