import { type Command, Option } from "commander";
import { command, count, image, json, size, stack, stage } from "./command.ts";

/** What a change would cost and do, and what has changed by itself. */
export function changeCommands(program: Command): void {
  command(
    program,
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
    async (o: never) => (await import("../plan.ts")).plan(o),
  );

  command(
    program,
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
    async (o: never) => (await import("../review.ts")).review(o),
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
    pr,
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
    async (o: never) => (await import("../pr.ts")).prUp(o),
  );
  command(pr, "down", "take pr-N away, its data too", [number(), template(), json()], async (o: never) =>
    (await import("../pr.ts")).prDown(o),
  );
  command(
    pr,
    "list",
    "what there is of previews, and when each goes",
    [template(), json()],
    async (o: never) => (await import("../pr.ts")).prList(o),
  );
  command(
    pr,
    "sweep",
    "remove what expired, is closed, or has no stack left",
    [
      new Option("--open <numbers>", 'pull requests that are open, such as 1,2,3; or "none"'),
      new Option("--open-file <file>", "the same in a file"),
      stage(),
      template(),
      json(),
    ],
    async (o: never) => (await import("../pr.ts")).prSweep(o),
  );
  command(
    pr,
    "comment",
    "write a report as the one comment that is kept up to date",
    [
      new Option("--pr <number>", "the pull request").argParser(count),
      new Option("--sha <commit>", "the one whose head this is, instead"),
      new Option("--file <file>", "a report in Markdown, from review or drift").makeOptionMandatory(),
      new Option("--above <line>", "a line to put above it"),
    ],
    async (o: never) => (await import("../prComment.ts")).prComment(o),
  );
  command(
    program,
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
    async (o: never) => (await import("../drift.ts")).drift(o),
  );
}
