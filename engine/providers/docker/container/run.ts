import type { ContainerInspectInfo } from "dockerode";
import { checkIn } from "../../../exec.ts";
import type { Call } from "../../provider.ts";
import { ask, type Docker, docker } from "../client.ts";
import { pause } from "../shared.ts";
import { nanoseconds } from "./duration.ts";
import type { Inputs } from "./inputs.ts";
import { decode, lastLines, logsOf } from "./logs.ts";

/** How often health is asked for. */
const pollMilliseconds = 200;
/** Docker's own, where a health check names none. */
const usualRetries = 3;
/** A container with a restart policy may stumble; one that keeps falling is not waited for. */
const patience = 3;
/** How long a container that is attached to may run, unless `customTimeouts` says otherwise. */
const attachSeconds = 20 * 60;

/** What a run told: only a container that is attached to ends. */
export interface Ran {
  readonly exitCode?: number;
  readonly containerLogs?: string;
}

/**
 * Starts a container and waits as its inputs ask: until it is healthy, or until it has ended.
 * @throws Error with the last lines of its output when it never gets there
 */
export async function run(
  container: Docker.Container,
  name: string,
  inputs: Inputs,
  call: Call,
): Promise<Ran> {
  if (inputs.start === false) return {};
  const removed = inputs.attach && inputs.rm ? follow(container, inputs.tty ?? false) : undefined;
  await ask(`start the container "${name}"`, container.start());
  if (inputs.wait) await untilHealthy(container, name, inputs, call);
  if (!inputs.attach) return {};
  const ended = removed ?? outcome(container, inputs);
  return untilEnded(container, name, inputs, call, ended);
}

async function untilHealthy(
  container: Docker.Container,
  name: string,
  inputs: Inputs,
  call: Call,
): Promise<void> {
  const began = Date.now();
  const limit = (inputs.waitTimeout ?? 60) * 1000;
  const looks = earlyLooks(container, inputs);
  let shown = 0;
  for (;;) {
    const found = await ask(`look at the container "${name}"`, container.inspect());
    const { State, RestartCount } = found;
    const seen = State.Running ? looks(found) : undefined;
    if (State.Health?.Status === "healthy" || seen === "healthy") return;
    const seconds = Math.round((Date.now() - began) / 100) / 10;
    const why =
      seen === "unhealthy"
        ? unhealthyAfter(seconds)
        : whyNot(State, RestartCount, seconds, seconds * 1000 > limit);
    if (why) throw new Error(await failed(container, name, why, State, inputs));
    if (seconds > shown) call.status(`waiting until it is healthy (${shown++} s)`);
    await pause(pollMilliseconds, call.signal);
  }
}

const unhealthyAfter = (seconds: number) => `it was unhealthy after ${seconds} s`;

/**
 * Runs the health check every `startInterval`, as Docker itself does from 25 on; one before looks for the first time
 * after a whole `interval`. One that fails after the `startPeriod`, `retries` times on end, is unhealthy.
 * @returns to be called again and again; starts a look when it is time for one, and tells what came of them
 */
function earlyLooks(container: Docker.Container, { healthcheck }: Inputs) {
  const every = (nanoseconds(healthcheck?.startInterval ?? "0s") ?? 0) / 1e6;
  const patientUntil = Date.now() + (nanoseconds(healthcheck?.startPeriod ?? "0s") ?? 0) / 1e6;
  const retries = healthcheck?.retries || usualRetries;
  let state: "waiting" | "looking" | "healthy" | "unhealthy" = "waiting";
  let failed = 0;
  let next = Date.now() + every;
  return ({ Config }: ContainerInspectInfo): typeof state => {
    if (every > 0 && state === "waiting" && Date.now() >= next) {
      state = "looking";
      docker()
        .then((engine) => checkIn(engine, container.id, Config))
        // It may have ended meanwhile: its state says so.
        .catch(() => undefined)
        .then((ran) => {
          if (Date.now() > patientUntil) failed += 1;
          state = ran?.code === 0 ? "healthy" : failed >= retries ? "unhealthy" : "waiting";
          next = Date.now() + every;
        });
    }
    return state;
  };
}

/** Why there is nothing more to wait for; undefined while there is hope. */
function whyNot(
  state: ContainerInspectInfo["State"],
  restarts: number,
  seconds: number,
  isOver: boolean,
): string | undefined {
  if (state.Status === "exited" || state.Status === "dead") {
    return `it ended after ${seconds} s with exit code ${state.ExitCode}${state.OOMKilled ? ", out of memory" : ""}`;
  }
  if (restarts >= patience) {
    return `it ended ${restarts} times in ${seconds} s, last with exit code ${state.ExitCode}`;
  }
  if (state.Running && !state.Restarting) {
    if (!state.Health) return '"wait" is set, but neither it nor its image has a "healthcheck"';
    // Docker also says so of a container that has just ended and is about to start again.
    if (state.Health.Status === "unhealthy") return unhealthyAfter(seconds);
  }
  return isOver ? `it was not healthy within ${seconds} s` : undefined;
}

async function failed(
  container: Docker.Container,
  name: string,
  why: string,
  { Health }: ContainerInspectInfo["State"],
  inputs: Inputs,
): Promise<string> {
  const probe = Health?.Log?.at(-1);
  const said = probe?.Output?.trim();
  return [
    `the container "${name}" did not get healthy: ${why}. Its last lines:`,
    await lastLines(container, inputs.tty ?? false),
    ...(probe && probe.ExitCode !== 0
      ? [`Its health check: exit code ${probe.ExitCode}${said ? `, ${said}` : ""}`]
      : []),
  ].join("\n");
}

async function untilEnded(
  container: Docker.Container,
  name: string,
  inputs: Inputs,
  call: Call,
  ended: Promise<Ran>,
): Promise<Ran> {
  call.status("waiting until it ends");
  const seconds = call.timeoutSeconds ?? attachSeconds;
  const signal = AbortSignal.any([call.signal, AbortSignal.timeout(seconds * 1000)]);
  const ran = await Promise.race([ended, cancelled(signal)]).catch(async (error: unknown) => {
    if (call.signal.aborted || !signal.aborted) throw error;
    const lines = await lastLines(container, inputs.tty ?? false);
    throw new Error(`the container "${name}" had not ended after ${seconds} s. Its last lines:\n${lines}`);
  });
  if (ran.exitCode === 0) return inputs.logs ? ran : { exitCode: 0 };
  const lines = ran.containerLogs
    ? ran.containerLogs
        .trimEnd()
        .split("\n")
        .slice(-20)
        .map((line) => `  | ${line}`)
        .join("\n")
    : "  (it wrote no line)";
  throw new Error(`the container "${name}" ended with exit code ${ran.exitCode}. Its last lines:\n${lines}`);
}

async function outcome(container: Docker.Container, inputs: Inputs): Promise<Ran> {
  const { StatusCode: exitCode } = await container.wait();
  return { exitCode, containerLogs: await logsOf(container, inputs.tty ?? false) };
}

/** A container that removes itself must be listened to from its start: afterwards there is nothing to ask. */
async function follow(container: Docker.Container, tty: boolean): Promise<Ran> {
  const stream = await container.attach({ stream: true, stdout: true, stderr: true });
  const pieces: Buffer[] = [];
  stream.on("data", (piece: Buffer) => pieces.push(piece));
  const { StatusCode: exitCode } = await container.wait({ condition: "removed" });
  return { exitCode, containerLogs: decode(Buffer.concat(pieces), tty) };
}

function cancelled(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
}
