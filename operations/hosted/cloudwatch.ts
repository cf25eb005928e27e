import { setTimeout as sleep } from "node:timers/promises";
import type { CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";
import type { LogLine, LogRequest } from "../stage.ts";
import { awsClient, cannotAsk } from "./aws.ts";
import type { Asked } from "./platform.ts";

/** A group of CloudWatch Logs, with one stream a container: `prefix/container/task`. */
export interface LogGroup {
  readonly region: string;
  readonly logGroup: string;
}

/** Of that many of the newest streams lines are shown. */
const streams = 20;

/** The newest lines of each container, in the order of their times; then what comes, when asked to follow. */
export async function cloudwatch(
  group: LogGroup,
  { follow, lines, signal }: LogRequest,
  take: (line: LogLine) => void,
  asked: Asked,
): Promise<void> {
  const client = await clientOf(group, asked);
  try {
    const names = await newestStreams(client, group);
    const known = await Promise.all(names.map((name) => read(client, group, name, lines)));
    const all = known.flat().toSorted((a, b) => a.time.localeCompare(b.time));
    for (const line of all) take(line);
    if (follow)
      await goOn(client, group, Date.parse(all.at(-1)?.time ?? "") || Date.now(), signal, take, asked);
  } catch (error) {
    if (!signal.aborted) throw cannotAsk("CloudWatch Logs", error);
  } finally {
    client.destroy();
  }
}

/** The end of one stream; nothing where it is not there: a container that never started has none. */
export async function lastLines(
  group: LogGroup,
  stream: string,
  lines: number,
  asked: Asked,
): Promise<string[]> {
  const client = await clientOf(group, asked);
  try {
    return (await read(client, group, stream, lines)).map(({ text }) => text);
  } catch (error) {
    if ((error as Error).name === "ResourceNotFoundException") return [];
    throw cannotAsk("CloudWatch Logs", error);
  } finally {
    client.destroy();
  }
}

async function clientOf({ region }: LogGroup, { stack }: Asked): Promise<CloudWatchLogsClient> {
  const { CloudWatchLogsClient } = await import("@aws-sdk/client-cloudwatch-logs");
  return new CloudWatchLogsClient(await awsClient(region, stack));
}

async function newestStreams(client: CloudWatchLogsClient, { logGroup }: LogGroup): Promise<string[]> {
  const { DescribeLogStreamsCommand } = await import("@aws-sdk/client-cloudwatch-logs");
  const { logStreams = [] } = await client.send(
    new DescribeLogStreamsCommand({
      logGroupName: logGroup,
      orderBy: "LastEventTime",
      descending: true,
      limit: streams,
    }),
  );
  return logStreams.flatMap(({ logStreamName }) => logStreamName ?? []);
}

async function read(
  client: CloudWatchLogsClient,
  { logGroup }: LogGroup,
  stream: string,
  lines: number,
): Promise<LogLine[]> {
  const { GetLogEventsCommand } = await import("@aws-sdk/client-cloudwatch-logs");
  // 10,000 events is the most that one call gives (GetLogEvents, API reference).
  const limit = Math.min(lines, 10_000);
  const { events = [] } = await client.send(
    new GetLogEventsCommand({ logGroupName: logGroup, logStreamName: stream, limit, startFromHead: false }),
  );
  return events.map(({ timestamp, message }) => lineOf(stream, timestamp, message));
}

async function goOn(
  client: CloudWatchLogsClient,
  { logGroup }: LogGroup,
  from: number,
  signal: AbortSignal,
  take: (line: LogLine) => void,
  { everyMs }: Asked,
): Promise<void> {
  const { FilterLogEventsCommand } = await import("@aws-sdk/client-cloudwatch-logs");
  // Lines arrive late and in bunches: the last minute is read again, and each told once.
  const told = new Map<string, number>();
  let newest = from;
  while (!signal.aborted) {
    let nextToken: string | undefined;
    do {
      const page = await client.send(
        new FilterLogEventsCommand({
          logGroupName: logGroup,
          startTime: Math.max(from + 1, newest - 60_000),
          ...(nextToken && { nextToken }),
        }),
        { abortSignal: signal },
      );
      for (const { eventId = "", logStreamName = "", timestamp = 0, message } of page.events ?? []) {
        if (told.has(eventId)) continue;
        told.set(eventId, timestamp);
        newest = Math.max(newest, timestamp);
        take(lineOf(logStreamName, timestamp, message));
      }
      nextToken = page.nextToken;
    } while (nextToken && !signal.aborted);
    for (const [id, time] of told) if (time < newest - 120_000) told.delete(id);
    await sleep(everyMs, undefined, { signal }).catch(() => {});
  }
}

/** `app/migrate/0123456789abcdef…` as `migrate-01234567`. */
function lineOf(stream: string, timestamp: number | undefined, message: string | undefined): LogLine {
  const [container = stream, task = ""] = stream.split("/").slice(-2);
  return {
    part: task ? `${container}-${task.slice(0, 8)}` : container,
    time: new Date(timestamp ?? 0).toISOString(),
    text: (message ?? "").trimEnd(),
  };
}
