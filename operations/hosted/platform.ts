import type { PlatformName, Rollout } from "../../components/model/rollout.ts";
import type { FailedRollout, LogLine, LogRequest, Part } from "../stage.ts";

/** A rollout at one platform. */
export type At<P extends PlatformName> = Extract<Rollout, { platform: P }>;

/** What is asked of a stack's platform, beside what the engine asks. */
export interface Asked {
  readonly stack: string;
  /** How long a rollout may take that the engine believes to be done. */
  readonly withinSeconds: number;
  /** How long to wait between two looks. */
  readonly everyMs: number;
}

/** One platform that runs the app: whether it runs the release, how it is, what it says. Each through its own API. */
export interface Platform<P extends PlatformName> {
  /** @returns undefined once the release serves */
  failed(rollout: At<P>, asked: Asked): Promise<FailedRollout | undefined>;
  /** How the app is now; left out where the platform knows no more than the app itself says. */
  health?(rollout: At<P>, asked: Asked): Promise<readonly Part[]>;
  /**
   * What the app said since a time (milliseconds since 1970), of a run that failed while it was brought out; left out
   * where a platform fails a rollout on its own, after the engine.
   */
  lastLines?(rollout: At<P>, since: number, asked: Asked): Promise<readonly string[]>;
  logs(rollout: At<P>, request: LogRequest, take: (line: LogLine) => void, asked: Asked): Promise<void>;
}
