import { ensureSession } from "./api.ts";
import { note, say } from "./dom.ts";
import { showFiles, watchUploads } from "./files.ts";
import { showInsights, watchChoices } from "./insights.ts";
import { drawTrace, listen, watchButtons } from "./live.ts";
import { showCdn, showStatus } from "./status.ts";

/** Now, and again each so often while someone looks. */
function each(ms: number, show: () => Promise<void>): void {
  void show();
  setInterval(() => document.hidden || void show(), ms);
  document.addEventListener("visibilitychange", () => document.hidden || void show());
}

/** At once if it was quiet, else when it is quiet again. */
function calmly(ms: number, run: () => void): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  return () => {
    clearTimeout(timer);
    timer = setTimeout(run, ms);
  };
}

watchButtons();
watchChoices();
watchUploads();
drawTrace();
each(5000, showStatus);
each(15_000, showInsights);
each(30_000, showCdn);

/** What belongs to a user needs a session; without one it is tried again. */
async function withSession(): Promise<void> {
  try {
    await ensureSession();
    listen(
      calmly(400, () => {
        void showInsights();
        void showStatus();
      }),
    );
    await showFiles();
  } catch {
    say("live-state", "warn", "no session yet; trying again…");
    setTimeout(withSession, 5000);
  }
}
void withSession();
setInterval(() => ensureSession().catch(() => note("The session could not be renewed.")), 30 * 60_000);
