import { Command, CommanderError } from "commander";
import { DiagnosticsError } from "../components/model/diagnostics.ts";
import packageJson from "../package.json" with { type: "json" };
import { changeCommands } from "./commands/changes.ts";
import { dataCommands } from "./commands/data.ts";
import { stackCommands } from "./commands/stack.ts";
import { toolCommands } from "./commands/tools.ts";

/** 0 done, 1 failed, 2 needs review or attention, 3 blocked by policy or guard, 64 wrong usage. */
const wrongUsage = 64;

const program = new Command("rung")
  .description("Every hosting stage of an app, from one typed spec.")
  .version(packageJson.version, "--version", "print Rung's version")
  .configureHelp({ showGlobalOptions: true })
  .helpCommand(false)
  .exitOverride()
  .addHelpText("after", "\nExit codes: 0 done, 1 failed, 2 attention, 3 blocked, 64 wrong usage.");

for (const add of [stackCommands, dataCommands, changeCommands, toolCommands]) add(program);

// A reader that has seen enough, e.g. `| head`, is no failure.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
  process.exit();
});

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
