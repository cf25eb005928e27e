import { get } from "node:https";
import { setTimeout as sleep } from "node:timers/promises";
import { failure } from "../../components/model/diagnostics.ts";
import type { Living } from "../stage.ts";

/**
 * Waits until the app answers as its users will ask it: through edge and CDN, which notice a new replica a moment
 * after Docker does.
 * @throws DiagnosticsError when it does not within the time that a container has to become healthy
 */
export async function answers({ context, outputs }: Living): Promise<void> {
  const url = new URL(context.spec.container.health.ready, outputs.urls.app);
  const until = performance.now() + context.healthTimeoutMinutes * 60_000;
  let last = await ask(url, outputs.certificateAuthority);
  while (last !== "200") {
    if (performance.now() > until) {
      throw failure(
        `the app does not answer at ${url}: ${last}`,
        'see "rung status" and "rung logs edge"',
        "rung up",
      );
    }
    await sleep(250);
    last = await ask(url, outputs.certificateAuthority);
  }
}

/** The status, or why there is none. */
function ask(url: URL, ca: string | undefined): Promise<string> {
  return new Promise((resolve) => {
    const sent = get(url, { ...(ca ? { ca } : {}), agent: false, timeout: 5000 }, (answer) => {
      answer.resume();
      resolve(String(answer.statusCode));
    });
    sent.on("timeout", () => sent.destroy(new Error("no answer within 5 s")));
    sent.on("error", (error) => resolve(error.message));
  });
}
