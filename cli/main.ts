import { Command, CommanderError, InvalidArgumentError, Option } from "commander";
import { DiagnosticsError } from "../components/model/diagnostics.ts";
import { imageByDigest } from "../components/model/image.ts";
import { packNames } from "../components/model/packNames.ts";
import { sizes, stageNames } from "../components/model/words.ts";
import packageJson from "../package.json" with { type: "json" };

/** 0 done, 1 failed, 2 needs review or attention, 3 blocked by policy or guard, 64 wrong usage. */
const wrongUsage = 64;

const stack = () => new Option("-s, --stack <name>", "the stack").default("dev");
const stage = () => new Option("--stage <stage>", "where it runs").choices(stageNames);
const size = () => new Option("--size <size>", "how much of it").choices(sizes);
const json = () => new Option("--json", "print JSON, for scripts");

const program = new Command("rung")
  .description("Every hosting stage of an app, from one typed spec.")
  .version(packageJson.version, "--version", "print Rung's version")
  .configureHelp({ showGlobalOptions: true })
  .helpCommand(false)
  .exitOverride()
  .addHelpText("after", "\nExit codes: 0 done, 1 failed, 2 attention, 3 blocked, 64 wrong usage.");

/** @throws InvalidArgumentError unless it is a count */
function count(text: string): number {
  if (/^[1-9]\d{0,6}$/.test(text)) return Number(text);
  throw new InvalidArgumentError("It must be a whole number from 1 to 9,999,999.");
}

/** @throws InvalidArgumentError unless it is a day such as 2026-01-31 */
function day(text: string): string {
  if (/^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(text))) return text;
  throw new InvalidArgumentError("It must be a day such as 2026-01-31.");
}

/** @throws InvalidArgumentError unless it is a moment with its zone, such as 2026-01-31T12:00:00Z */
function instant(text: string): string {
  if (/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})$/.test(text)) {
    const time = new Date(text);
    if (!Number.isNaN(time.getTime())) return time.toISOString();
  }
  throw new InvalidArgumentError("It must be a moment with its zone, such as 2026-01-31T12:00:00Z.");
}

// A reader that has seen enough, e.g. `| head`, is no failure.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
  process.exit();
});

/** Commands are loaded when they are called, so that `--help` stays quick. */
function command(
  usage: string,
  about: string,
  options: Option[],
  run: (...args: never[]) => Promise<number>,
  parent: Command = program,
): void {
  const made = parent.command(usage).description(about).exitOverride();
  for (const option of options) made.addOption(option);
  made.action(async (...args: unknown[]) => {
    // A test of the workflows asks whether their commands are understood, and nothing more.
    if (process.env.RUNG_ONLY_PARSE) return;
    // commander passes the arguments, then the options, then itself.
    process.exitCode = await run(...(args.slice(0, -1) as never[]));
  });
}

/** @throws InvalidArgumentError unless it names an image by digest */
function digest(text: string): string {
  if (imageByDigest.test(text)) return text;
  throw new InvalidArgumentError("It must be an image by digest: name@sha256:… or sha256:…");
}

const image = () =>
  new Option("--image <digest>", "the app's image for this run, when CI has built it").argParser(digest);
const primary = () => new Option("--primary <region>", "aws-eks: lead from another of its regions");
const change = [stack(), stage(), size(), image(), primary(), json()];
command(
  "up",
  "make or change a stack",
  [
    ...change,
    new Option("--plan <file>", "do what was approved, or nothing: see preview --out"),
    new Option("--without-drill <why>", "change production although its last drill is too old"),
  ],
  async (o: never) => (await import("./up.ts")).up(o),
);
command(
  "preview",
  "what up would do",
  [...change, new Option("--out <file>", "write a plan, bound to commit, state and settings")],
  async (o: never) => (await import("./preview.ts")).preview(o),
);
command(
  "down",
  "take a stack down; its data stays",
  [
    stack(),
    new Option("--delete-data", "delete its data too, after asking"),
    new Option("--yes", "do not ask"),
    json(),
  ],
  async (o: never) => (await import("./down.ts")).down(o),
);
command("status", "how each capability is", [stack(), json()], async (o: never) =>
  (await import("./status.ts")).status(o),
);
command(
  "logs [capability]",
  "what the parts say",
  [
    stack(),
    new Option("-f, --follow", "go on until Ctrl-C"),
    new Option("-n, --lines <count>", "the newest lines of each part").default(100).argParser(count),
    json(),
  ],
  async (capability: never, o: never) => (await import("./logs.ts")).logs(capability, o),
);
command(
  "rollback",
  "put the previous image of the app back",
  [stack(), new Option("--to <digest>", "another one that served; see status"), json()],
  async (o: never) => (await import("./rollback.ts")).rollback(o),
);
command("refresh", "read the world back into the state", [stack(), json()], async (o: never) =>
  (await import("./refresh.ts")).refresh(o),
);
command(
  "output [name]",
  "what the stack yields: addresses, bindings, logins",
  [stack(), new Option("--show-secrets", "in the clear")],
  async (name: never, o: never) => (await import("./output.ts")).output(name, o),
);

const backup = program.command("backup").description("make, check and restore backups").exitOverride();
command(
  "now",
  "make one",
  [stack(), new Option("--full", "the whole database, not only what changed"), json()],
  async (o: never) => (await import("./backup.ts")).backupNow(o),
  backup,
);
command(
  "list",
  "what can be restored",
  [stack(), json()],
  async (o: never) => (await import("./backup.ts")).backupList(o),
  backup,
);
command(
  "verify",
  "read all that is kept, and compare its checksums",
  [stack(), json()],
  async (o: never) => (await import("./backup.ts")).backupVerify(o),
  backup,
);
command(
  "restore",
  "bring the database back, beside or in place",
  [
    stack(),
    new Option("--to <time>", "as it was then, ISO 8601; by default as new as can be").argParser(instant),
    new Option("--backup <name>", "begin with this one; see list"),
    new Option("--into <stack>", "another stack, that is up and empty"),
    new Option("--in-place", "over the data that is there, after asking twice"),
    new Option("--no-last-backup", "in place, where the database is gone and no last backup can be taken"),
    new Option("--yes", "do not ask"),
    json(),
  ],
  async (o: never) => (await import("./restore.ts")).restore(o),
  backup,
);

const db = program.command("db").description("the schema and its data").exitOverride();
for (const [name, about] of [
  ["migrate", "apply the migrations that are pending"],
  ["rollback", "take the last migration back"],
] as const) {
  command(
    name,
    about,
    [stack(), json()],
    async (o: never) => (await import("./db.ts")).dbChange(name, o),
    db,
  );
}
command(
  "status",
  "which migrations are applied",
  [stack(), json()],
  async (o: never) => (await import("./db.ts")).dbStatus(o),
  db,
);
command(
  "validate",
  "the living schema against what the code expects",
  [stack(), new Option("--sql", "print only the SQL that mends it"), json()],
  async (o: never) => (await import("./db.ts")).dbValidate(o),
  db,
);
command(
  "lint [files...]",
  "check migrations before they are applied",
  [json()],
  async (files: never, o: never) => (await import("./lint.ts")).dbLint(files, o),
  db,
);
command(
  "seed",
  "add made-up users and events, the same each time",
  [
    stack(),
    new Option("--users <count>", "how many users").default(100).argParser(count),
    new Option("--events-per-user <count>", "how many events each").default(50).argParser(count),
    new Option("--days <count>", "over how many days").default(30).argParser(count),
    new Option("--until <date>", "the last day, UTC; by default today").argParser(day),
    new Option("--seed <number>", "another makes other rows").default(1).argParser(count),
    new Option("--yes", "also beside real users"),
    json(),
  ],
  async (o: never) => (await import("./db.ts")).dbSeed(o),
  db,
);
command(
  "anonymize",
  "mask a copy of production in place, and prove it",
  [stack(), new Option("--yes", "overwrite the data of this stack"), json()],
  async (o: never) => (await import("./db.ts")).dbAnonymize(o),
  db,
);
command(
  "drill",
  "restore the newest backup where nobody is disturbed, and measure it",
  [stack(), json()],
  async (o: never) => (await import("./drill.ts")).drill(o),
);
const promote = program
  .command("promote")
  .description("move a living database to another stack")
  .exitOverride();
for (const [name, about, run] of [
  ["plan", "what a move meets; changes nothing", "promotePlan"],
  ["rehearse", "the move into a throw-away database beside the target", "promoteRehearse"],
  ["start", "copy, then follow; again: go on", "promoteStart"],
  ["status", "how the move stands", "promoteStatus"],
  ["verify", "compare every row, sequence, index, policy and grant", "promoteVerify"],
  ["cutover", "hold requests, drain, compare, let the target serve", "promoteCutover"],
  ["rollback", "let the source serve again, with all written since", "promoteRollback"],
  ["finish", "end the way back, when its time has come", "promoteFinish"],
  ["abort", "end the move before its cutover", "promoteAbort"],
] as const) {
  command(
    name,
    about,
    [
      new Option("--from <stack>", "the stack that serves").makeOptionMandatory(),
      new Option("--to <stack>", "the stack that is to serve").makeOptionMandatory(),
      new Option("--schema <names...>", "which schemas; all that no vendor makes unless said"),
      new Option("--identity-full <tables...>", "tables without a key whose whole rows may be logged"),
      new Option("--known-role <names...>", "may stay connected past the pooler"),
      new Option("--jobs <count>", "sessions side by side; 4 unless said").argParser(count),
      new Option("--kept <GB>", "log that the source may keep for it; 20 unless said").argParser(count),
      new Option("--pause <seconds>", "requests may wait so long; 5 unless said").argParser(count),
      new Option("--no-way-back", "do not let changes flow back after the cutover"),
      json(),
    ],
    async (o: never) => (await import("./promote.ts"))[run](o),
    promote,
  );
}
command(
  "plan",
  "products, prices, limits and losses",
  [
    stack(),
    stage(),
    size(),
    json(),
    new Option("--all", "every stage"),
    new Option("--md", "print Markdown"),
  ],
  async (o: never) => (await import("./plan.ts")).plan(o),
);

command(
  "review",
  "what a change means for data, uptime, exposure and cost",
  [
    new Option("--base <ref>", 'the commit to compare with, or "living": the stacks as they live'),
    new Option("-s, --stack <name...>", "these stacks; all that it concerns unless said"),
    new Option("--state <file>", "compare with an exported state: no key, no credentials"),
    new Option("--predict", "with stand-ins, although the vendors could be asked"),
    new Option("--md", "print Markdown, for a comment of a pull request"),
    new Option("--html", "print one page that needs nothing else"),
    json(),
  ],
  async (o: never) => (await import("./review.ts")).review(o),
);
const pr = program
  .command("pr")
  .description("a preview stack for each pull request")
  .exitOverride()
  .addHelpText(
    "after",
    "\nup: 3 when it would lead to a protected stack, or over a cap. down: 0 also when\nnothing was there. sweep: 2 when somebody works on one that is to go.",
  );
const number = () => new Option("--pr <number>", "the pull request").argParser(count).makeOptionMandatory();
const template = () =>
  new Option("--template <file>", "what previews are made from").default("Pulumi.pr.yaml");
command(
  "up",
  "make pr-N, or bring it to what is checked out",
  [
    number(),
    stage(),
    image(),
    new Option("--anonymized-from <stack>", "fill it from that stack's newest backup, masked"),
    template(),
    json(),
  ],
  async (o: never) => (await import("./pr.ts")).prUp(o),
  pr,
);
command(
  "down",
  "take pr-N away, its data too",
  [number(), template(), json()],
  async (o: never) => (await import("./pr.ts")).prDown(o),
  pr,
);
command(
  "list",
  "what there is of previews, and when each goes",
  [template(), json()],
  async (o: never) => (await import("./pr.ts")).prList(o),
  pr,
);
command(
  "sweep",
  "remove what expired, is closed, or has no stack left",
  [
    new Option("--open <numbers>", 'pull requests that are open, such as 1,2,3; or "none"'),
    new Option("--open-file <file>", "the same in a file"),
    template(),
    json(),
  ],
  async (o: never) => (await import("./pr.ts")).prSweep(o),
  pr,
);
command(
  "comment",
  "write a report as the one comment that is kept up to date",
  [
    new Option("--pr <number>", "the pull request").argParser(count),
    new Option("--sha <commit>", "the one whose head this is, instead"),
    new Option("--file <file>", "a report in Markdown, from review or drift").makeOptionMandatory(),
    new Option("--above <line>", "a line to put above it"),
  ],
  async (o: never) => (await import("./prComment.ts")).prComment(o),
  pr,
);
command(
  "drift",
  "what the world has that the code does not say",
  [
    new Option("-s, --stack <name...>", "these stacks; all that are up unless said"),
    new Option("--accept", "write it into settings or spec, where they can say it"),
    new Option("--revert", "bring the world back to what the code says"),
    new Option("--yes", "revert even where what was lost comes back empty"),
    new Option("--md", "print Markdown"),
    json(),
  ],
  async (o: never) => (await import("./drift.ts")).drift(o),
);
command(
  "rehearse [stage]",
  "a whole life of a stage with stand-ins: no account, no cost",
  [
    new Option("--all", "every hosted stage"),
    size(),
    new Option("--to <size>", "the size it is changed to").choices(sizes),
    json(),
  ],
  async (stage: never, o: never) => (await import("./rehearse.ts")).rehearse(stage, o),
);
command(
  "policy",
  "the rules that changes are judged by",
  [
    new Option("--pack <name>", "one pack: baseline, cost, objectives, or a law or standard").choices([
      "baseline",
      "cost",
      "objectives",
      ...packNames,
    ]),
    new Option("--md", "as a Markdown table"),
    json(),
  ],
  async (o: never) => (await import("./policy.ts")).policy(o),
);
command(
  "graph [stage]",
  "what needs what: in a stack, or in a stage as rehearsed",
  [stack(), size(), new Option("--md", "as Mermaid, with few boxes"), json()],
  async (stage: never, o: never) => (await import("./graph.ts")).graph(stage, o),
);
command("doctor", "the toolchain, and the mend for what is missing", [json()], async (o: never) =>
  (await import("./doctor.ts")).doctor(o),
);
command(
  "env",
  'for eval "$(rung env)": plain pulumi and sst on the same tools and state',
  [new Option("--stand-ins", "a stand-in for every vendor, and a state of its own")],
  async (o: never) => (await import("./env.ts")).env(o),
);
command(
  "test",
  "the tests of this repository",
  [
    new Option("--slow", "the slow tiers too"),
    new Option("--tier <name>", "one of them").choices([
      "check",
      "unit",
      "workers",
      "promote",
      "rehearsal",
      "local",
      "hold",
      "slow",
    ]),
  ],
  async (o: never) => (await import("./test.ts")).test(o),
);

try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : wrongUsage;
  else if (error instanceof DiagnosticsError) {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = error.exitCode;
  } else {
    process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    process.exitCode = 1;
  }
  // What else was under way, e.g. a build of the toolchain, is not waited for.
  process.exit();
}
