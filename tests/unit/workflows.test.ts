import { execFile } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { root } from "../support/rung.ts";

const folder = join(root, ".github", "workflows");
const files = readdirSync(folder);

interface Step {
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, unknown>>;
}
interface Job {
  readonly if?: string;
  readonly needs?: string;
  readonly environment?: string;
  readonly permissions?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
  readonly strategy?: { readonly matrix: Readonly<Record<string, readonly string[]>> };
  readonly steps: readonly Step[];
}
interface Workflow {
  readonly on: Readonly<Record<string, unknown>>;
  readonly permissions?: Readonly<Record<string, string>>;
  readonly concurrency?: unknown;
  readonly jobs: Readonly<Record<string, Job>>;
}
const text = (file: string) => readFileSync(join(folder, file), "utf8");
const workflows = files.map((file) => ({ file, ...(parse(text(file), { merge: true }) as Workflow) }));
const jobs = workflows.flatMap((one) =>
  Object.entries(one.jobs).map(([name, job]) => ({ ...job, file: one.file, on: one.on, name, all: one })),
);

/** What the variables of the workflows hold when they run. */
const values: Readonly<Record<string, string>> = {
  PR: "42",
  STAGE: "aws-ecs",
  STACK: "prod",
  BASE: "0123456789abcdef0123456789abcdef01234567",
  SHA: "0123456789abcdef0123456789abcdef01234567",
  RUNNER_TEMP: "/tmp/runner",
  CI_MERGE_REQUEST_IID: "42",
  CI_MERGE_REQUEST_DIFF_BASE_SHA: "0123456789abcdef0123456789abcdef01234567",
  PREVIEW_STAGE: "aws-ecs",
  DEPLOY_STACK: "prod",
  DRILL_STACK: "dev",
};

/** Every command of ours in a script, as the shell would pass it on; one a value of the matrix. */
function commandsIn({ steps, strategy }: Job): string[][] {
  const [[key, all] = ["", [""]]] = Object.entries(strategy?.matrix ?? {});
  return steps.flatMap(({ run = "" }) =>
    all.flatMap((value) =>
      run
        .replaceAll(`\${{ matrix.${key} }}`, value)
        .replaceAll(/\$\{?(\w+)\}?/g, (whole, name: string) => values[name] ?? whole)
        .split("\n")
        .flatMap((line) => /^\s*\.\/rung (.*)$/.exec(line)?.[1] ?? [])
        .map(
          (line) =>
            (line.split(/\s+(?:>|\||&&|;)/)[0] ?? "")
              .match(/"[^"]*"|\S+/g)
              ?.map((word) => word.replaceAll('"', "")) ?? [],
        ),
    ),
  );
}
/** The same of GitLab's example: its jobs have scripts. */
const gitlab = Object.values(
  parse(readFileSync(join(root, "docs", "examples", "gitlab-ci.yml"), "utf8")) as Record<
    string,
    { script?: string[] }
  >,
).flatMap((job) => commandsIn({ steps: [{ run: (job?.script ?? []).join("\n") }] }));

const commands = jobs.flatMap((job) =>
  commandsIn(job).map((args) => [`${job.file}: ${args.join(" ")}`, args] as const),
);

test("the workflows call the commands that they are for", () => {
  const called = new Set(commands.map(([, [one, two]]) => (one === "pr" ? `${one} ${two}` : one)));
  expect([...called].toSorted()).toEqual(
    [
      "db",
      "drift",
      "drill",
      "pr comment",
      "pr down",
      "pr list",
      "pr sweep",
      "pr up",
      "preview",
      "review",
      "status",
      "test",
      "up",
    ].toSorted(),
  );
});

test("GitLab's example calls them too", () => {
  expect(gitlab.length).toBeGreaterThanOrEqual(10);
});

test.each([...commands, ...gitlab.map((args) => [`gitlab-ci.yml: ${args.join(" ")}`, args] as const)])(
  "the command line understands %s",
  async (_, args) => {
    const env = { ...process.env, RUNG_ONLY_PARSE: "1" };
    const ran = promisify(execFile)(process.execPath, [join(root, "cli", "main.ts"), ...args], { env });
    await expect(
      ran.then(
        () => "understood",
        (error: { stderr: string }) => error.stderr,
      ),
    ).resolves.toBe("understood");
  },
);

test("a command that is not understood would be seen", async () => {
  const env = { ...process.env, RUNG_ONLY_PARSE: "1" };
  for (const args of [
    ["pr", "up"],
    ["pr", "up", "--pr", "x"],
    ["drift", "--mend"],
    ["test", "--tier", "engine"],
  ]) {
    const ran = promisify(execFile)(process.execPath, [join(root, "cli", "main.ts"), ...args], { env });
    await expect(ran, args.join(" ")).rejects.toMatchObject({ code: 64 });
  }
});

test("no command is passed over: each line that names ours is one of those that are checked", () => {
  const lines = jobs.flatMap(({ steps }) => steps.flatMap(({ run = "" }) => run.split("\n")));
  expect(lines.filter((line) => line.includes("./rung") && !/^\s*\.\/rung /.test(line))).toEqual([]);
});

test("actions are pinned to a commit, with the version beside it, the same everywhere", () => {
  const uses = files.flatMap((file) => text(file).match(/uses: .*/g) ?? []);
  for (const one of uses) expect(one).toMatch(/^uses: [\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
  const names = new Map(uses.map((one) => [/uses: ([^@]+)/.exec(one)?.[1], one]));
  expect(new Set(uses).size).toBe(names.size);
  expect(names.size).toBeLessThanOrEqual(3);
});

test("no job that holds a secret or may write runs what a pull request from a fork brings", () => {
  expect(workflows.filter(({ on }) => "pull_request_target" in on)).toEqual([]);
  for (const { file, name, on, if: when = "", permissions, environment, steps, all, env } of jobs) {
    const may = { ...all.permissions, ...permissions };
    const writes = Object.values(may).includes("write");
    const secret = /secrets\./.test(JSON.stringify([steps, env])) || environment !== undefined;
    const where = `${file}: ${name}`;
    if ("pull_request" in on && (writes || secret))
      expect(when, where).toContain("github.event.pull_request.head.repo.full_name == github.repository");
    // It runs with the rights of the default branch: then it runs that branch's code.
    if ("workflow_run" in on)
      expect(JSON.stringify(steps.filter(({ uses }) => uses?.includes("checkout"))), where).not.toContain(
        "ref",
      );
  }
});

test("permissions are said, and nothing of an event stands in a script", () => {
  for (const { file, permissions, concurrency } of workflows) {
    expect(permissions, file).toBeDefined();
    expect(Object.values(permissions ?? {}), file).not.toContain("write");
    expect(concurrency, file).toBeDefined();
  }
  for (const { file, steps } of jobs)
    for (const { run = "" } of steps) expect(run, file).not.toMatch(/\$\{\{ *(github|secrets|vars|inputs)\b/);
});

test("credentials are not left in the checkout", () => {
  const checkouts = jobs.flatMap(({ steps }) =>
    steps.filter(({ uses }) => uses?.startsWith("actions/checkout@")),
  );
  expect(checkouts.length).toBeGreaterThan(8);
  for (const step of checkouts) expect(step.with).toMatchObject({ "persist-credentials": false });
});

const job = (file: string, name: string) => {
  const found = jobs.find((one) => one.file === file && one.name === name);
  if (!found) throw new Error(`${file} has no job ${name}`);
  return found;
};
const scripts = ({ steps }: Job) => steps.map(({ run = "" }) => run).join("\n");

test("production waits for people, and only the plan that they approved is done", () => {
  const [plan, apply] = [job("deploy.yml", "plan"), job("deploy.yml", "apply")];
  expect(apply).toMatchObject({ needs: "plan", environment: "prod" });
  expect(plan.environment, "a gate of its own").not.toBe("prod");
  expect(scripts(plan)).toMatch(/rung preview .*--out plan\.json/);
  const ups = jobs.filter((one) => /rung up\b/.test(scripts(one)));
  expect(ups.map(({ file, name }) => `${file}: ${name}`)).toEqual(["deploy.yml: apply"]);
  for (const line of scripts(apply).split("\n"))
    if (line.includes("rung up")) expect(line).toMatch(/--plan "\$RUNNER_TEMP\/plan\/plan\.json"/);
});

test("events of one pull request come one after the other, and none is broken off", () => {
  const group = (file: string) => workflows.find((one) => one.file === file)?.concurrency;
  expect(group("preview.yml")).toEqual({
    group: expect.stringMatching(/^preview-\$\{\{ github\.event\.pull_request\.number \}\}$/),
    "cancel-in-progress": false,
  });
  for (const file of ["deploy.yml", "sweep.yml", "drill.yml"])
    expect(group(file), file).not.toMatchObject({ "cancel-in-progress": true });
});

test("a pull request's preview goes when it is closed, and what nobody took down, what differs and restores on schedule", () => {
  const on = (file: string) => workflows.find((one) => one.file === file)?.on ?? {};
  expect(on("preview.yml")).toMatchObject({
    pull_request: { types: expect.arrayContaining(["opened", "synchronize", "reopened", "closed"]) },
  });
  expect(job("preview.yml", "down").if).toContain("github.event.action == 'closed'");
  for (const [file, command] of [
    ["sweep.yml", "pr sweep"],
    ["drift.yml", "drift"],
    ["drill.yml", "drill"],
  ] as const) {
    expect(on(file), file).toMatchObject({ schedule: [{ cron: expect.stringMatching(/^(\S+ ){4}\S+$/) }] });
    expect(jobs.filter((one) => one.file === file && scripts(one).includes(`rung ${command}`))).not.toEqual(
      [],
    );
  }
});

test("AWS is reached by OIDC: where its role is taken, the token may be, and no key is kept for it", () => {
  const takes = jobs.filter(({ steps }) =>
    steps.some(({ uses }) => uses?.startsWith("aws-actions/configure-aws-credentials@")),
  );
  expect(takes.length).toBeGreaterThan(4);
  for (const { file, name, steps, permissions, env } of takes) {
    expect(permissions, `${file}: ${name}`).toMatchObject({ "id-token": "write" });
    expect(JSON.stringify([steps, env]), `${file}: ${name}`).not.toMatch(
      /aws-access-key-id|AWS_SECRET_ACCESS_KEY/,
    );
  }
  const may = jobs.filter(({ permissions }) => permissions?.["id-token"] === "write");
  expect(may.map(({ file, name }) => `${file}: ${name}`)).toEqual(
    takes.map(({ file, name }) => `${file}: ${name}`),
  );
});
