import { ask, Refused } from "./api.ts";
import { byId, count, drawn, element, note } from "./dom.ts";

interface Insights {
  events: number;
  uniqueUsers: number;
  generatedAt: string;
  top: { name: string; events: number }[];
  daily: { day: string; events: number; users: number }[];
}

const chosen = (name: string): string =>
  document.querySelector<HTMLInputElement>(`input[name="${name}"]:checked`)?.value ?? "";

/** Fetches the insights that are chosen, and draws them. */
export async function showInsights(): Promise<void> {
  const scope = chosen("scope");
  try {
    const { body, headers } = await ask<Insights>(`/insights?days=${chosen("days")}&scope=${scope}`);
    if (scope !== chosen("scope")) return;
    byId("sum-events").textContent = count(body.events);
    byId("sum-users").textContent = count(body.uniqueUsers);
    byId("sum-users-word").textContent = body.uniqueUsers === 1 ? "user" : "users";
    drawDaily(body.daily);
    drawTop(body.top);
    byId("insights-from").textContent = `Counted at ${clock(body.generatedAt)}. ${from(headers)}`;
  } catch (error) {
    note(error instanceof Refused ? error.message : "The insights could not be shown.");
  }
}

export function watchChoices(): void {
  for (const input of document.querySelectorAll('input[type="radio"]')) {
    input.addEventListener("change", () => void showInsights());
  }
}

const clock = (iso: string): string => new Date(iso).toLocaleTimeString("en-GB");

function from(headers: Headers): string {
  if (/hit/i.test(headers.get("x-cache") ?? "")) return "This copy came from the CDN.";
  return headers.get("x-app-cache") === "hit"
    ? "Came from the app's cache."
    : "Came fresh from the database.";
}

const [width, ground, top] = [600, 150, 22];

function drawDaily(daily: Insights["daily"]): void {
  const most = Math.max(1, ...daily.map(({ events }) => events));
  const step = width / daily.length;
  const bar = Math.min(step * 0.62, 54);
  const every = Math.ceil(daily.length / 10);
  const parts = daily.flatMap(({ day, events, users }, index) => {
    const middle = (index + 0.5) * step;
    const height = Math.max(events > 0 ? 3 : 0, (events / most) * (ground - top));
    const today = index === daily.length - 1;
    const column = drawn("rect", {
      class: today ? "bar" : "bar past",
      x: middle - bar / 2,
      y: ground - height,
      width: bar,
      height,
      rx: Math.min(5, height / 2),
    });
    column.append(drawn("title", {}, `${day}: ${count(events)} events, ${count(users)} users`));
    const labels = [];
    if ((daily.length - 1 - index) % every === 0) {
      labels.push(drawn("text", { x: middle, y: ground + 22 }, today ? "today" : label(day, daily.length)));
    }
    if (events > 0 && daily.length <= 10) {
      labels.push(drawn("text", { class: "count", x: middle, y: ground - height - 8 }, count(events)));
    }
    return [column, ...labels];
  });
  const line = drawn("line", { class: "ground", x1: 0, x2: width, y1: ground + 0.5, y2: ground + 0.5 });
  const chart = byId<SVGElement>("daily");
  chart.replaceChildren(drawn("title", { id: "daily-title" }, "Events a day"), ...parts, line);
  byId("daily-table")
    .querySelector("tbody")
    ?.replaceChildren(
      ...daily.map(({ day, events, users }) =>
        element(
          "tr",
          {},
          element("th", { scope: "row" }, day),
          element("td", {}, count(events)),
          element("td", {}, count(users)),
        ),
      ),
    );
}

const label = (day: string, days: number): string =>
  new Date(`${day}T12:00:00Z`).toLocaleDateString(
    "en-GB",
    days <= 7 ? { weekday: "short" } : { day: "numeric", month: "short" },
  );

function drawTop(names: Insights["top"]): void {
  const most = Math.max(1, ...names.map(({ events }) => events));
  byId("top").replaceChildren(
    ...names.map(({ name, events }) => {
      const row = element("li", {}, element("code", { title: name }, name), element("b", {}, count(events)));
      row.style.setProperty("--share", `${(events / most) * 100}%`);
      return row;
    }),
  );
  if (names.length === 0) byId("top").append(element("li", { class: "none" }, "No events yet."));
}
