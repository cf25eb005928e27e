/** The element with that id; the page has every one that is asked for. */
export function byId<E extends Element = HTMLElement>(id: string): E {
  const found = document.getElementById(id);
  if (!found) throw new Error(`the page has no #${id}`);
  // Callers name the kind that index.html has under that id.
  return found as unknown as E;
}

/** An element with text or children. What users have sent only ever becomes text. */
export function element<K extends keyof HTMLElementTagNameMap>(
  kind: K,
  attributes: Readonly<Record<string, string>> = {},
  ...children: readonly (Node | string)[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(kind);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

export function drawn(
  kind: string,
  attributes: Readonly<Record<string, string | number>>,
  text = "",
): SVGElement {
  const made = document.createElementNS("http://www.w3.org/2000/svg", kind);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, String(value));
  made.textContent = text;
  return made;
}

/** A dot with a word: good, warn, bad or wait. */
export function say(id: string, state: "good" | "warn" | "bad" | "wait", text: string): void {
  const place = byId(id);
  place.dataset.state = state;
  const words = place.querySelector("span");
  if (words && words.textContent !== text) words.textContent = text;
}

/** A short message that goes by itself. */
export function note(text: string): void {
  const made = element("p", {}, text);
  byId("notes").append(made);
  setTimeout(() => made.remove(), 6000);
}

const locale = "en";
const compact = new Intl.NumberFormat(locale, { notation: "compact", maximumFractionDigits: 1 });
const plain = new Intl.NumberFormat(locale);

export const count = (value: number): string => (value < 100_000 ? plain : compact).format(value);

export const bytes = (value: number): string => {
  const units = ["B", "KB", "MB", "GB", "TB"];
  const step = Math.min(Math.floor(Math.log10(Math.max(value, 1)) / 3), units.length - 1);
  return `${Number((value / 1000 ** step).toPrecision(3))} ${units[step]}`;
};

/** How long ago or for how long, in the largest unit that says something. */
export const span = (ms: number): string => {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 90) return `${seconds} s`;
  if (seconds < 90 * 60) return `${Math.round(seconds / 60)} min`;
  if (seconds < 36 * 3600) return `${Math.round(seconds / 3600)} h`;
  return `${Math.round(seconds / 86_400)} d`;
};
