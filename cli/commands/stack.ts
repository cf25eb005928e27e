import { type Command, Option } from "commander";
import { command, count, image, json, size, stack, stage } from "./command.ts";

/** A stack and its life. */
export function stackCommands(program: Command): void {
  const primary = () => new Option("--primary <region>", "aws-eks: lead from another of its regions");
  const change = [stack(), stage(), size(), image(), primary(), json()];
  command(
    program,
    "up",
    "make or change a stack",
    [
      ...change,
      new Option("--plan <file>", "do what was approved, or nothing: see preview --out"),
      new Option("--without-drill <why>", "change production although its last drill is too old"),
    ],
    async (o: never) => (await import("../up.ts")).up(o),
  );
  command(
    program,
    "preview",
    "what up would do",
    [...change, new Option("--out <file>", "write a plan, bound to commit, state and settings")],
    async (o: never) => (await import("../preview.ts")).preview(o),
  );
  command(
    program,
    "down",
    "take a stack down; its data stays",
    [
      stack(),
      new Option("--delete-data", "delete its data too, after asking"),
      new Option("--yes", "do not ask"),
      json(),
    ],
    async (o: never) => (await import("../down.ts")).down(o),
  );
  command(program, "status", "how each capability is", [stack(), json()], async (o: never) =>
    (await import("../status.ts")).status(o),
  );
  command(
    program,
    "logs [capability]",
    "what the parts say",
    [
      stack(),
      new Option("-f, --follow", "go on until Ctrl-C"),
      new Option("-n, --lines <count>", "the newest lines of each part").default(100).argParser(count),
      json(),
    ],
    async (capability: never, o: never) => (await import("../logs.ts")).logs(capability, o),
  );
  command(
    program,
    "rollback",
    "put the previous image of the app back",
    [stack(), new Option("--to <digest>", "another one that served; see status"), json()],
    async (o: never) => (await import("../rollback.ts")).rollback(o),
  );
  command(program, "refresh", "read the world back into the state", [stack(), json()], async (o: never) =>
    (await import("../refresh.ts")).refresh(o),
  );
  command(
    program,
    "output [name]",
    "what the stack yields: addresses, bindings, logins",
    [stack(), new Option("--show-secrets", "in the clear")],
    async (name: never, o: never) => (await import("../output.ts")).output(name, o),
  );
}
