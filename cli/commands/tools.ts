import { type Command, Option } from "commander";
import { packNames } from "../../components/model/packNames.ts";
import { sizes } from "../../components/model/words.ts";
import { tierNames } from "../tiers.ts";
import { command, json, size, stack } from "./command.ts";

/** Rehearsals, rules and the tools themselves. */
export function toolCommands(program: Command): void {
  command(
    program,
    "rehearse [stage]",
    "a whole life of a stage with stand-ins: no account, no cost",
    [
      new Option("--all", "every hosted stage"),
      size(),
      new Option("--to <size>", "the size it is changed to").choices(sizes),
      json(),
    ],
    async (stage: never, o: never) => (await import("../rehearse.ts")).rehearse(stage, o),
  );
  command(
    program,
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
    async (o: never) => (await import("../policy.ts")).policy(o),
  );
  command(
    program,
    "graph [stage]",
    "what needs what: in a stack, or in a stage as rehearsed",
    [stack(), size(), new Option("--md", "as Mermaid, with few boxes"), json()],
    async (stage: never, o: never) => (await import("../graph.ts")).graph(stage, o),
  );
  command(program, "doctor", "the toolchain, and the mend for what is missing", [json()], async (o: never) =>
    (await import("../doctor.ts")).doctor(o),
  );
  command(
    program,
    "env",
    'for eval "$(rung env)": plain pulumi and sst on the same tools and state',
    [new Option("--stand-ins", "a stand-in for every vendor, and a state of its own")],
    async (o: never) => (await import("../env.ts")).env(o),
  );
  command(
    program,
    "test",
    "the tests of this repository",
    [
      new Option("--slow", "the slow tiers too"),
      new Option("--tier <name>", "one of them").choices(tierNames),
    ],
    async (o: never) => (await import("../test.ts")).test(o),
  );
}
