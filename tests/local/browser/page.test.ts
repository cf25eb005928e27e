import { mkdtemp, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { onPath } from "../../../engine/run.ts";
import { living } from "../living.ts";
import { looks, picture } from "./looks.ts";

const program = onPath("chromium") ?? onPath("google-chrome");
let browser: Browser;

beforeAll(async () => {
  // Nobody should think that the page was looked at when it was not.
  if (!program) throw new Error("no chromium on the PATH: apt-get install chromium");
  browser = await chromium.launch({ executablePath: program, args: ["--no-sandbox"] });
});
afterAll(() => browser?.close());

/** A reader of the page, and what its console complained of. */
async function reader(options: BrowserContextOptions = {}): Promise<{ page: Page; complaints: string[] }> {
  const context = await browser.newContext({
    ignoreHTTPSErrors: true,
    viewport: { width: 1280, height: 900 },
    ...options,
  });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(String(error)));
  await page.goto(living.url);
  await page.getByText("listening at").waitFor();
  return { page, complaints };
}

test("it shows what it runs on, and that all of it is well", async () => {
  const { page, complaints } = await reader();
  await page.locator("#overall[data-state=good]").waitFor();
  expect(await page.locator("[data-show=stage]").textContent()).toBe("local");
  expect(await page.locator("[data-show=stack]").textContent()).toBe(living.stack);
  expect(await page.locator("[data-show=size]").textContent()).toBe("small");
  for (const part of ["database", "cache", "storage"])
    await page.locator(`[data-part=${part}][data-state=good]`).waitFor();
  expect(await page.locator("#backup-age").textContent()).not.toBe("…");
  expect(complaints).toEqual([]);
  await page.context().close();
});

test("events that are sent arrive in the stream and in the insights", async () => {
  const { page, complaints } = await reader();
  await page.getByText("You", { exact: true }).click();
  await page.getByRole("button", { name: "Send an event" }).click();
  await page.locator("#stream li").first().waitFor();
  await page.getByRole("button", { name: "Send 25" }).click();
  await expect.poll(() => page.locator("#sum-events").textContent(), { timeout: 20_000 }).toBe("26");
  expect(await page.locator("#stream-empty").isVisible()).toBe(false);
  await expect.poll(() => page.locator("#trace-sum").textContent()).toContain("26 events");
  expect(complaints).toEqual([]);
  await page.context().close();
});

test("a file is uploaded and comes back as it was", async () => {
  const { page, complaints } = await reader();
  const folder = await mkdtemp(join(tmpdir(), "page-"));
  const file = join(folder, "figures.csv");
  await writeFile(file, "day,events\n2026-01-01,17\n");
  await page.setInputFiles("#file", file);
  const link = page.locator("#files a", { hasText: "figures.csv" });
  await link.waitFor();
  const download = page.waitForEvent("download");
  await link.click();
  const got = await readFile(await (await download).path(), "utf8");
  expect(got).toBe("day,events\n2026-01-01,17\n");
  expect(complaints).toEqual([]);
  await page.context().close();
});

test("the keyboard reaches everything, in order, and shows where it is", async () => {
  const { page } = await reader();
  const reached: string[] = [];
  for (;;) {
    await page.keyboard.press("Tab");
    const at = await page.evaluate(() => {
      const element = document.activeElement;
      if (!element || element === document.body) return undefined;
      // Where the control itself is not drawn, what stands for it shows the focus.
      const drawn = [element, element.nextElementSibling, element.closest("label")];
      return {
        label: (element.closest("label") ?? element).textContent?.trim().replace(/\s+/g, " ") ?? "",
        outlined: drawn.some((one) => one && getComputedStyle(one).outlineStyle !== "none"),
      };
    });
    if (!at || reached.length > 30) break;
    reached.push(at.label);
    expect(at.outlined, at.label).toBe(true);
  }
  expect(reached[0]).toBe("To the insights");
  expect(reached).toEqual(
    expect.arrayContaining(["Send an event", "Send 25", "Everyone", "7 days", "live", "status"]),
  );
  await page.context().close();
});

test.each(looks)("at %i px and %s nothing is cut off or unreadable", async (width, colorScheme) => {
  const { page, complaints } = await reader({ viewport: { width, height: 900 }, colorScheme });
  await page.getByRole("button", { name: "Send 25" }).click();
  await page.locator("#stream li").first().waitFor();
  const { scroll, cut } = await page.evaluate(() => ({
    scroll: document.documentElement.scrollWidth,
    cut: [...document.querySelectorAll("h1,h2,h3,button,dd,.figure")]
      .filter((element) => element.scrollWidth > element.clientWidth + 1 && element.clientWidth > 0)
      .map((element) => element.textContent),
  }));
  expect(scroll).toBeLessThanOrEqual(width);
  expect(cut).toEqual([]);
  const [text, ground] = await page.evaluate(() => {
    const { color, backgroundColor } = getComputedStyle(document.body);
    return [color, backgroundColor].map(
      (value) =>
        value
          .match(/[\d.]+/g)
          ?.slice(0, 3)
          .map(Number) ?? [],
    );
  });
  expect(contrast(text ?? [], ground ?? [])).toBeGreaterThan(7);
  await picture(page, `page-${width}-${colorScheme}`);
  expect(complaints).toEqual([]);
  await page.context().close();
});

/** WCAG's contrast of two colours, sRGB 0 to 255. */
function contrast(one: readonly number[], other: readonly number[]): number {
  const light = (rgb: readonly number[]) => {
    const [r = 0, g = 0, b = 0] = rgb
      .map((value) => value / 255)
      .map((value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const [high = 0, low = 0] = [light(one), light(other)].toSorted((a, b) => b - a);
  return (high + 0.05) / (low + 0.05);
}
