import { post, Refused } from "./api.ts";
import { byId, count, element, note, say } from "./dom.ts";

interface Told {
  count: number;
  events: { name: string; occurredAt: string; properties: Record<string, unknown> }[];
}

/** The last minute, a slot each half second; the newest last. */
const slots: number[] = Array<number>(120).fill(0);
const slotMs = 500;
const listed = 60;
const still = matchMedia("(prefers-reduced-motion: reduce)");

/** Listens for the user's events; the browser comes back by itself when a stream ends. */
export function listen(onEvents: () => void): void {
  const source = new EventSource("/api/realtime");
  source.addEventListener("ready", ({ data }) => say("live-state", "good", `listening at ${data}`));
  source.addEventListener("events", ({ data }) => {
    const told: Told = JSON.parse(data);
    slots[slots.length - 1] = (slots.at(-1) ?? 0) + told.count;
    show(told);
    onEvents();
  });
  source.addEventListener("bye", () => say("live-state", "wait", "moving to another replica…"));
  source.addEventListener("error", () => {
    say("live-state", "warn", "connecting again…");
    // The browser gives up where the answer was an error; a new try is ours then.
    if (source.readyState !== EventSource.CLOSED) return;
    source.close();
    setTimeout(() => listen(onEvents), 3000);
  });
}

function show({ events, count: all }: Told): void {
  byId("stream-empty").hidden = true;
  const list = byId("stream");
  const rows = events.map(({ name, occurredAt, properties }) =>
    element(
      "li",
      {},
      element("time", { datetime: occurredAt }, new Date(occurredAt).toLocaleTimeString("en-GB")),
      element("code", {}, name),
      element(
        "span",
        { class: "props" },
        Object.entries(properties)
          .map(([key, value]) => `${key}=${value}`)
          .join(" "),
      ),
    ),
  );
  if (all > events.length)
    rows.push(element("li", {}, "", element("span", { class: "quiet" }, `and ${all - events.length} more`)));
  list.prepend(...rows);
  while (list.children.length > listed) list.lastElementChild?.remove();
}

/** Draws the last minute, moving on. */
export function drawTrace(): void {
  const [line, glow] = [".line", ".glow"].map((part) => byId<SVGElement>("trace").querySelector(part));
  const [width, ground, reach] = [600, 78, 66];
  let passed = 0;
  const draw = () => {
    const most = Math.max(4, ...slots);
    const step = width / (slots.length - 1);
    // A beat: up with the count, a little below the line after it, as a heart's is drawn.
    const points = slots.flatMap((events, index) => {
      const x = index * step;
      if (events === 0) return [[x, ground]];
      const height = reach * Math.sqrt(events / most);
      return [
        [x - step * 0.5, ground],
        [x, ground - height],
        [x + step * 0.4, ground + height * 0.2],
        [x + step * 0.8, ground],
      ];
    });
    const d = points.map(([x = 0, y = 0], i) => `${i ? "L" : "M"}${x.toFixed(1)} ${y.toFixed(1)}`).join("");
    line?.setAttribute("d", d);
    glow?.setAttribute("d", `${d}L${width} 100L0 100Z`);
    const sum = slots.reduce((total, events) => total + events, 0);
    const text =
      sum === 0
        ? "no events in the last minute"
        : `${count(sum)} event${sum === 1 ? "" : "s"} in the last minute`;
    if (byId("trace-sum").textContent !== text) byId("trace-sum").textContent = text;
  };
  setInterval(() => {
    slots.shift();
    slots.push(0);
    passed += slotMs;
    // Who wants less motion sees a new picture every five seconds.
    if (!still.matches || passed % 5000 === 0) draw();
  }, slotMs);
  draw();
}

const names = [
  "page.viewed",
  "search.run",
  "report.exported",
  "invite.sent",
  "file.opened",
  "dashboard.shared",
];
const plans = ["free", "team", "pro"];
const one = <T>(of: readonly T[]): T | undefined => of[Math.floor(Math.random() ** 1.6 * of.length)];

/** Buttons that send made-up events. */
export function watchButtons(): void {
  for (const button of document.querySelectorAll<HTMLButtonElement>("[data-send]")) {
    button.addEventListener("click", async () => {
      button.disabled = true;
      const events = Array.from({ length: Number(button.dataset.send) }, () => ({
        id: crypto.randomUUID(),
        name: one(names),
        occurredAt: new Date().toISOString(),
        properties: { plan: one(plans), ms: Math.round(40 + Math.random() * 400) },
      }));
      await post("/events", { events }).catch((error: unknown) =>
        note(error instanceof Refused ? error.message : "The events were not sent."),
      );
      button.disabled = false;
      button.focus({ preventScroll: true });
    });
  }
}
