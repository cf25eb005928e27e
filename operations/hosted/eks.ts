import type { LogLine } from "../stage.ts";
import { cloudwatch, type LogGroup } from "./cloudwatch.ts";
import type { At, Platform } from "./platform.ts";

type Eks = At<"eks">;

/**
 * EKS. Kubernetes' provider waits for a rollout itself, so that one which did not get ready in time failed the engine's
 * run; what the app's pods say is in CloudWatch, where Container Insights brings it.
 */
export const eks: Platform<"eks"> = {
  failed: async () => undefined,

  logs: (rollout, request, take, asked) => cloudwatch(groupsOf(rollout), request, take, asked),

  async lastLines(rollout, since, asked) {
    const lines: LogLine[] = [];
    const request = { follow: false, lines: mostLines, signal: AbortSignal.timeout(60_000) };
    await cloudwatch(groupsOf(rollout), request, (line) => lines.push(line), asked);
    return lines
      .filter(({ time }) => Date.parse(time) >= since)
      .slice(-mostLines)
      .map(({ part, text }) => `${part}: ${text}`);
  },
};

const mostLines = 20;

/** Several regions are told apart. */
const groupsOf = ({ namespace, places }: Eks): LogGroup[] =>
  places.map(({ region, logGroup }) => ({
    region,
    logGroup,
    isOwn: (stream) => podIn(stream)?.namespace === namespace,
    read: (stream, message) => {
      const pod = podIn(stream)?.pod ?? stream;
      return { part: places.length > 1 ? `${region}/${pod}` : pod, text: textOf(message) };
    },
  }));

/**
 * Fluent Bit names a stream by node and file: `<node>-application.var.log.containers.<pod>_<namespace>_<container>-<id>.log`
 * (AWS, Container Insights' Fluent Bit configuration, 2026-11).
 */
function podIn(stream: string): { readonly pod: string; readonly namespace: string } | undefined {
  const [, pod, namespace] = /\.containers\.([^_]+)_([^_]+)_.+\.log$/.exec(stream) ?? [];
  return pod && namespace ? { pod, namespace } : undefined;
}

/** A message is the line with what is known of its pod, as JSON; `log_processed` stands for a line that was JSON itself. */
function textOf(message: string): string {
  try {
    const { log, log_processed: processed } = JSON.parse(message) as Record<string, unknown>;
    if (typeof log === "string") return log;
    return processed === undefined ? message : JSON.stringify(processed);
  } catch {
    return message;
  }
}
