import { createInterface } from "node:readline";
import { PassThrough } from "node:stream";
import type Docker from "dockerode";
import { answeringDocker } from "../../engine/docker.ts";
import type { Living, LogLine, LogRequest } from "../stage.ts";
import { containersOf, nameOf } from "./containers.ts";

/** What the containers wrote, in the order in which they did; then as they go on, when asked to follow. */
export async function logs(living: Living, asked: LogRequest, take: (line: LogLine) => void): Promise<void> {
  const docker = await answeringDocker();
  const prefix = `${living.context.spec.name}-${living.context.stack}-`;
  const chosen = (await containersOf(living.context)).filter(
    ({ Labels }) => asked.capability === undefined || Labels["dev.rung.capability"] === asked.capability,
  );
  const known: LogLine[] = [];
  const now = Math.floor(Date.now() / 1000);
  for (const one of chosen) {
    const part = nameOf(one).replace(prefix, "");
    const options = { stdout: true, stderr: true, timestamps: true } as const;
    const container = docker.getContainer(one.Id);
    const said = await container.logs({ ...options, follow: false, tail: asked.lines, until: now });
    known.push(...lines(part, framed(said)));
  }
  for (const line of known.toSorted((a, b) => a.time.localeCompare(b.time))) take(line);
  if (!asked.follow) return;
  await Promise.all(
    chosen.map((one) => followOne(docker, one, nameOf(one).replace(prefix, ""), now, asked, take)),
  );
}

async function followOne(
  docker: Docker,
  { Id }: Docker.ContainerInfo,
  part: string,
  since: number,
  { signal }: LogRequest,
  take: (line: LogLine) => void,
): Promise<void> {
  const options = { stdout: true, stderr: true, timestamps: true, follow: true, since } as const;
  // dockerode's types leave out that a followed log can be aborted
  const stream = await docker.getContainer(Id).logs({ ...options, abortSignal: signal } as typeof options);
  const text = new PassThrough();
  docker.modem.demuxStream(stream, text, text);
  stream.on("end", () => text.end()).on("error", () => text.end());
  for await (const line of createInterface({ input: text })) for (const each of lines(part, line)) take(each);
}

/** Docker's frames: a byte for the stream, three of padding, four of length, then the text. */
function framed(said: Buffer): string {
  const texts: Buffer[] = [];
  for (let at = 0; at + 8 <= said.length; ) {
    const length = said.readUInt32BE(at + 4);
    texts.push(said.subarray(at + 8, at + 8 + length));
    at += 8 + length;
  }
  return Buffer.concat(texts).toString("utf8");
}

const lines = (part: string, text: string): LogLine[] =>
  text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => {
      const space = line.indexOf(" ");
      return { part, time: line.slice(0, space), text: line.slice(space + 1) };
    });
