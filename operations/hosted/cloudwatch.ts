import { setTimeout as sleep } from "node:timers/promises";
import type { CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";
import type { LogLine, LogRequest } from "../stage.ts";
import { awsClient, cannotAsk } from "./aws.ts";
import type { Asked } from "./platform.ts";

/** A group of CloudWatch Logs, and how its streams and messages are to be read. */
export interface LogGroup {
  readonly region: string;
  readonly logGroup: string;
  /** Whether a stream is the app's; each is, unless it is said otherwise. */
  isOwn?(stream: string): boolean;
  /** Which part said it, and what; by default of one stream a container, `prefix/container/task`. */
  read?(stream: string, message: string): Pick<LogLine, "part" | "text">;
}

/** Of that many of the newest streams lines are shown. */
const streams = 20;
/** So many pages of 50 streams are looked through for them. */
const mostPages = 10;

/** The newest lines of each container, in the order of their times; then what comes, when asked to follow. */
export async function cloudwatch(
  groups: readonly LogGroup[],
  { follow, lines, signal }: LogRequest,
  take: (line: LogLine) => void,
  asked: Asked,
): Promise<void> {
  const clients = await Promise.all(groups.map((group) => clientOf(group, asked)));
  const each = <T>(work: (client: CloudWatchLogsClient, group: LogGroup) => Promise<T>): Promise<T[]> =>
    Promise.all(clients.map((client, index) => work(client, groups[index] as LogGroup))); // one client a group
  try {
    const all = (await each((client, group) => newest(client, group, lines)))
      .flat()
      .toSorted((a, b) => a.time.localeCompare(b.time));
    for (const line of all) take(line);
    const from = Date.parse(all.at(-1)?.time ?? "") || Date.now();
    if (follow) await each((client, group) => goOn(client, group, from, signal, take, asked));
  } catch (error) {
    if (!signal.aborted) throw cannotAsk("CloudWatch Logs", error);
  } finally {
    for (const client of clients) client.destroy();
  }
}

async function newest(client: CloudWatchLogsClient, group: LogGroup, lines: number): Promise<LogLine[]> {
  const names = await newestStreams(client, group);
  return (await Promise.all(names.map((name) => read(client, group, name, lines)))).flat();
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

async function newestStreams(
  client: CloudWatchLogsClient,
  { logGroup, isOwn = () => true }: LogGroup,
): Promise<string[]> {
  const { DescribeLogStreamsCommand } = await import("@aws-sdk/client-cloudwatch-logs");
  const found: string[] = [];
  let nextToken: string | undefined;
  for (let page = 0; page < mostPages && found.length < streams; page += 1) {
    const { logStreams = [], ...more } = await client.send(
      new DescribeLogStreamsCommand({
        logGroupName: logGroup,
        orderBy: "LastEventTime",
        descending: true,
        limit: 50, // the most that one call gives (DescribeLogStreams, API reference)
        ...(nextToken && { nextToken }),
      }),
    );
    found.push(...logStreams.flatMap(({ logStreamName: name }) => (name && isOwn(name) ? [name] : [])));
    nextToken = more.nextToken;
    if (!nextToken) break;
  }
  return found.slice(0, streams);
}

async function read(
  client: CloudWatchLogsClient,
  group: LogGroup,
  stream: string,
  lines: number,
): Promise<LogLine[]> {
  const { GetLogEventsCommand } = await import("@aws-sdk/client-cloudwatch-logs");
  // 10,000 events is the most that one call gives (GetLogEvents, API reference).
  const limit = Math.min(lines, 10_000);
  const { events = [] } = await client.send(
    new GetLogEventsCommand({
      logGroupName: group.logGroup,
      logStreamName: stream,
      limit,
      startFromHead: false,
    }),
  );
  return events.map(({ timestamp, message }) => lineOf(group, stream, timestamp, message));
}

async function goOn(
  client: CloudWatchLogsClient,
  group: LogGroup,
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
          logGroupName: group.logGroup,
          startTime: Math.max(from + 1, newest - 60_000),
          ...(nextToken && { nextToken }),
        }),
        { abortSignal: signal },
      );
      for (const { eventId = "", logStreamName = "", timestamp = 0, message } of page.events ?? []) {
        if (told.has(eventId) || group.isOwn?.(logStreamName) === false) continue;
        told.set(eventId, timestamp);
        newest = Math.max(newest, timestamp);
        take(lineOf(group, logStreamName, timestamp, message));
      }
      nextToken = page.nextToken;
    } while (nextToken && !signal.aborted);
    for (const [id, time] of told) if (time < newest - 120_000) told.delete(id);
    await sleep(everyMs, undefined, { signal }).catch(() => {});
  }
}

function lineOf(
  { read: parse = byContainer }: LogGroup,
  stream: string,
  timestamp: number | undefined,
  message: string | undefined,
): LogLine {
  const { part, text } = parse(stream, message ?? "");
  return { part, time: new Date(timestamp ?? 0).toISOString(), text: text.trimEnd() };
}

/** `app/migrate/0123456789abcdef…` as `migrate-01234567`. */
function byContainer(stream: string, text: string) {
  const [container = stream, task = ""] = stream.split("/").slice(-2);
  return { part: task ? `${container}-${task.slice(0, 8)}` : container, text };
}
