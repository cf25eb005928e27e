import type { Handlers, World } from "./index.ts";
import { AwsRefusal } from "./refusal.ts";

const dying = ({ dying: said }: World, stream: string) =>
  stream.startsWith("app/app/") ? said?.map((message) => ({ timestamp: 1, message })) : undefined;

/** CloudWatch Logs as far as lines are read: groups are the account's, streams and lines a test's. */
export function logsHandlers(world: World): Handlers {
  const group = (name: unknown): void => {
    if (!world.logGroups().includes(String(name)))
      throw new AwsRefusal("ResourceNotFoundException", "The specified log group does not exist.");
  };
  return {
    "Logs_20140328.DescribeLogStreams": ({ logGroupName, limit }) => {
      group(logGroupName);
      const names = [...world.lines.keys()].toReversed().slice(0, Number(limit ?? 50));
      return { logStreams: names.map((logStreamName) => ({ logStreamName })) };
    },
    "Logs_20140328.GetLogEvents": ({ logGroupName, logStreamName, limit }) => {
      group(logGroupName);
      const lines = world.lines.get(String(logStreamName)) ?? dying(world, String(logStreamName));
      if (!lines)
        throw new AwsRefusal("ResourceNotFoundException", "The specified log stream does not exist.");
      return {
        events: lines.slice(-Number(limit ?? 10_000)),
        nextBackwardToken: "b/0",
        nextForwardToken: "f/0",
      };
    },
    "Logs_20140328.FilterLogEvents": ({ logGroupName, startTime }) => {
      group(logGroupName);
      const all = [...world.lines].flatMap(([logStreamName, lines]) =>
        lines.map((line, index) => ({ ...line, logStreamName, eventId: `${logStreamName} ${index}` })),
      );
      return { events: all.filter(({ timestamp }) => timestamp >= Number(startTime ?? 0)) };
    },
  };
}
