import { Command, CommanderError, Option } from "commander";
import { DiagnosticsError } from "../components/model/diagnostics.ts";
import { sizes, stageNames } from "../components/model/words.ts";

/** 0 done, 1 failed, 2 needs review or attention, 3 blocked by policy or guard, 64 wrong usage. */
const wrongUsage = 64;

const stack = () => new Option("-s, --stack <name>", "the stack").default("dev");
const stage = () => new Option("--stage <stage>", "where it runs").choices(stageNames);
const size = () => new Option("--size <size>", "how much of it").choices(sizes);
const json = () => new Option("--json", "print JSON, for scripts");

const program = new Command("rung")
  .description("Every hosting stage of an app, from one typed spec.")
  .configureHelp({ showGlobalOptions: true })
  .helpCommand(false)
  .exitOverride()
  .addHelpText("after", "\nExit codes: 0 done, 1 failed, 2 attention, 3 blocked, 64 wrong usage.");

/** Commands are loaded when they are called, so that `--help` stays quick. */
function command(
  usage: string,
  about: string,
  options: Option[],
  run: (...args: never[]) => Promise<number>,
): void {
  const made = program.command(usage).description(about).exitOverride();
  for (const option of options) made.addOption(option);
  made.action(async (...args: unknown[]) => {
    // commander passes the arguments, then the options, then itself.
    process.exitCode = await run(...(args.slice(0, -1) as never[]));
  });
}

command("up", "make or change a stack", [stack(), stage(), size(), json()], async (o: never) =>
  (await import("./up.ts")).up(o),
);
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

command("doctor", "the toolchain, and the mend for what is missing", [json()], async (o: never) =>
  (await import("./doctor.ts")).doctor(o),
);
command("env", 'for eval "$(rung env)": plain pulumi on the same state', [], async () =>
  (await import("./env.ts")).env(),
);
command(
  "test",
  "the tests of this repository",
  [new Option("--slow", "the slow tiers too"), new Option("--tier <name>", "one tier")],
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
}
