import { type Command, Option } from "commander";
import { command, count, day, instant, json, month, plainName, stack } from "./command.ts";

/** What a stack holds: backups, schema and rows, the way to another stack. */
export function dataCommands(program: Command): void {
  const backup = program.command("backup").description("make, check and restore backups").exitOverride();
  command(
    backup,
    "now",
    "make one",
    [stack(), new Option("--full", "the whole database, not only what changed"), json()],
    async (o: never) => (await import("../backup.ts")).backupNow(o),
  );
  command(backup, "list", "what can be restored", [stack(), json()], async (o: never) =>
    (await import("../backup.ts")).backupList(o),
  );
  command(
    backup,
    "verify",
    "read all that is kept, and compare its checksums",
    [stack(), json()],
    async (o: never) => (await import("../backup.ts")).backupVerify(o),
  );
  command(
    backup,
    "restore",
    "bring the database back, beside or in place",
    [
      stack(),
      new Option("--to <time>", "as it was then, ISO 8601; by default as new as can be").argParser(instant),
      new Option("--backup <name>", "begin with this one; see list"),
      new Option("--into <stack>", "another stack, that is up and empty"),
      new Option("--beside <name>", "a new database at the provider's, beside the living one").argParser(
        plainName,
      ),
      new Option("--in-place", "over the data that is there, after asking twice"),
      new Option("--no-last-backup", "in place, where the database is gone and no last backup can be taken"),
      new Option("--yes", "do not ask"),
      json(),
    ],
    async (o: never) => (await import("../restore.ts")).restore(o),
  );

  const db = program.command("db").description("the schema and its data").exitOverride();
  for (const [name, about] of [
    ["migrate", "apply the migrations that are pending"],
    ["rollback", "take the last migration back"],
  ] as const) {
    command(db, name, about, [stack(), json()], async (o: never) =>
      (await import("../db.ts")).dbChange(name, o),
    );
  }
  command(db, "status", "which migrations are applied", [stack(), json()], async (o: never) =>
    (await import("../db.ts")).dbStatus(o),
  );
  command(
    db,
    "validate",
    "the living schema against what the code expects",
    [stack(), new Option("--sql", "print only the SQL that mends it"), json()],
    async (o: never) => (await import("../db.ts")).dbValidate(o),
  );
  command(
    db,
    "lint [files...]",
    "check migrations before they are applied",
    [json()],
    async (files: never, o: never) => (await import("../lint.ts")).dbLint(files, o),
  );
  command(
    db,
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
    async (o: never) => (await import("../db.ts")).dbSeed(o),
  );
  command(
    db,
    "anonymize",
    "mask a copy of production in place, and prove it",
    [stack(), new Option("--yes", "overwrite the data of this stack"), json()],
    async (o: never) => (await import("../db.ts")).dbAnonymize(o),
  );
  const partitions = db
    .command("partitions")
    .description("months of events, in the database and in the archive")
    .exitOverride();
  command(partitions, "list", "where each month is", [stack(), json()], async (o: never) =>
    (await import("../partitions.ts")).partitionsList(o),
  );
  command(
    partitions,
    "archive",
    "write whole months to the bucket, read them back, then drop them",
    [
      stack(),
      new Option("--before <month>", "months before this one; by default those over 90 days old").argParser(
        month,
      ),
      new Option("--by-spec", "for a schedule: nothing where the spec has no database.archive"),
      json(),
    ],
    async (o: never) => (await import("../partitions.ts")).partitionsArchive(o),
  );
  command(
    partitions,
    "restore <partition>",
    "bring an archived month back",
    [
      stack(),
      new Option(
        "--users <choice>",
        "users who are gone: make them again, or leave their events out",
      ).choices(["make", "leave"]),
      json(),
    ],
    async (partition: never, o: never) => (await import("../partitions.ts")).partitionsRestore(partition, o),
  );
  command(
    program,
    "drill",
    "restore the newest backup where nobody is disturbed, and measure it",
    [stack(), json()],
    async (o: never) => (await import("../drill.ts")).drill(o),
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
    ["traffic", "give the target's app a growing share of the requests", "promoteTraffic"],
    ["rollback", "let the source serve again, with all written since", "promoteRollback"],
    ["finish", "end the way back, when its time has come", "promoteFinish"],
    ["abort", "end the move before its cutover", "promoteAbort"],
  ] as const) {
    command(
      promote,
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
        ...(name === "traffic" ? trafficOptions() : []),
        new Option("--no-way-back", "do not let changes flow back after the cutover"),
        json(),
      ],
      async (o: never) => (await import("../promote.ts"))[run](o),
    );
  }
}

const trafficOptions = () => [
  new Option("--back", "all requests to the source's app again"),
  new Option("--watch <seconds>", "how long each share is watched; 60 unless said").argParser(count),
];
