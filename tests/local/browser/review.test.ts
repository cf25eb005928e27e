import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { onPath } from "../../../engine/run.ts";
import type { Review } from "../../../review/model.ts";
import { renderHtml } from "../../../review/render/html.ts";
import { aChange, aFinding, aReview, aStack } from "../../unit/review/review.ts";
import { looks, picture } from "./looks.ts";

const program = onPath("chromium") ?? onPath("google-chrome");
let browser: Browser;

beforeAll(async () => {
  if (!program) throw new Error("no chromium on the PATH: apt-get install chromium");
  browser = await chromium.launch({ executablePath: program, args: ["--no-sandbox"] });
});
afterAll(() => browser?.close());

const node = (
  name: string,
  capability: "database" | "app" | "cdn",
  needs: number[],
  operation: "same" | "replace" = "same",
) => ({
  urn: name,
  type: "aws:rds/instance:Instance",
  name,
  capability,
  operation,
  needs,
});

const example = aReview({
  stacks: [
    aStack({
      findings: [
        aFinding(),
        aFinding({ rank: "cost", severity: "review", what: "$28.40 → $135.23 a month", resource: undefined }),
        aFinding({ rank: "exposure", severity: "note", what: `a long word: ${"x".repeat(400)}` }),
      ],
      changes: [aChange(), aChange({ name: "</script><script>document.title='owned'</script>" })],
      graph: [
        node("database", "database", [], "replace"),
        node("proxy", "database", [0]),
        node("service", "app", [1]),
        node("distribution", "cdn", [2]),
        node("bucket", "app", []),
      ],
      policies: [
        {
          pack: "baseline",
          policy: "encrypted",
          level: "mandatory",
          severity: "high",
          resource: "database",
          message: "the database must be encrypted",
          urn: undefined,
          known: false,
        },
      ],
    }),
  ],
});

async function open(review: Review = example, options: BrowserContextOptions = {}) {
  const file = join(await mkdtemp(join(tmpdir(), "review-")), "review.html");
  await writeFile(file, renderHtml(review));
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  const page = await context.newPage();
  const complaints: string[] = [];
  const asked: string[] = [];
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("request", (request) => asked.push(request.url()));
  await page.goto(pathToFileURL(file).href);
  return { page, complaints, asked };
}

const lit = (page: Page) =>
  page.locator(".node.hit").evaluateAll((all) => all.map((one) => one.textContent?.trim()));

test("it needs nothing but itself, and runs nothing that a value brought along", async () => {
  const { page, complaints, asked } = await open();
  expect(await page.locator("h1").textContent()).toBe("BLOCK");
  expect(await page.title()).toBe("BLOCK · pulse");
  expect(asked.filter((url) => !url.startsWith("file:") && !url.startsWith("data:"))).toEqual([]);
  expect(complaints).toEqual([]);
  await page.context().close();
});

test("findings stand open, worst first; diffs are folded", async () => {
  const { page } = await open();
  const findings = page.locator(".finding strong");
  expect(await findings.first().textContent()).toContain("replaced by an empty one");
  expect(await findings.first().isVisible()).toBe(true);
  expect(await page.locator("pre").first().isVisible()).toBe(false);
  await page.getByText("2 resources change").click();
  expect(await page.locator("pre").first().isVisible()).toBe(true);
  await page.context().close();
});

test("pointing at a resource shows all that hangs on it, and leaving lets go", async () => {
  const { page, complaints } = await open();
  await page.getByRole("button", { name: "database", exact: false }).first().hover();
  expect(await lit(page)).toEqual(["proxy", "service", "distribution"]);
  expect(await page.locator(".radius").textContent()).toContain("3 resources hang on it");
  expect(await page.locator(".graph path").count()).toBe(3);
  await page.getByRole("button", { name: "bucket" }).hover();
  expect(await lit(page)).toEqual([]);
  expect(await page.locator(".radius").textContent()).toContain("nothing hangs on it");
  await page.locator("h1").hover();
  expect(await page.locator(".graph.looking").count()).toBe(0);
  expect(complaints).toEqual([]);
  await page.context().close();
});

test("the keyboard reaches the graph in one stop, and walks it by arrows", async () => {
  const { page } = await open();
  const reached: string[] = [];
  for (let press = 0; press < 20; press += 1) {
    await page.keyboard.press("Tab");
    const at = await page.evaluate(() => {
      const element = document.activeElement;
      if (!element || element === document.body) return undefined;
      return {
        name: `${element.tagName.toLowerCase()}.${element.className}`,
        outlined: getComputedStyle(element).outlineStyle !== "none",
      };
    });
    if (!at) break;
    expect(at.outlined, at.name).toBe(true);
    reached.push(at.name);
  }
  expect(reached[0]).toBe("a.skip");
  expect(reached.filter((name) => name.startsWith("button.node"))).toHaveLength(1);
  expect(reached.some((name) => name.startsWith("summary"))).toBe(true);
  await page.locator(".node[tabindex='0']").focus();
  expect(await lit(page)).toContain("service");
  await page.keyboard.press("ArrowRight");
  expect(await page.evaluate(() => document.activeElement?.textContent?.trim())).toBe("proxy");
  expect(await lit(page)).toEqual(["service", "distribution"]);
  await page.keyboard.press("Enter");
  expect(await page.locator(".node[aria-pressed=true]").count()).toBe(1);
  await page.keyboard.press("Escape");
  await page.context().close();
});

test("costs are bars as long as they are dear", async () => {
  const { page } = await open();
  const [before = 0, after = 0] = await page
    .locator(".bar")
    .first()
    .locator("span")
    .evaluateAll((all) => all.map((one) => one.getBoundingClientRect().width));
  expect(after / before).toBeCloseTo(112 / 20, 0);
  await page.context().close();
});

test.each(looks)("at %i px and %s nothing is cut off or unreadable", async (width, colorScheme) => {
  const { page, complaints } = await open(example, { viewport: { width, height: 900 }, colorScheme });
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
  const dim = await page.evaluate(() => {
    const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
    if (!canvas) return ["no canvas"];
    const rgb = (colour: string): number[] => {
      canvas.clearRect(0, 0, 1, 1);
      canvas.fillStyle = colour;
      canvas.fillRect(0, 0, 1, 1);
      return [...canvas.getImageData(0, 0, 1, 1).data];
    };
    const light = (colour: number[]) =>
      colour.slice(0, 3).reduce((sum, part, index) => {
        const value = part / 255;
        const linear = value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
        return sum + linear * ([0.2126, 0.7152, 0.0722][index] ?? 0);
      }, 0);
    const ground = (element: Element): number[] => {
      for (let at: Element | null = element; at; at = at.parentElement) {
        const colour = rgb(getComputedStyle(at).backgroundColor);
        if (colour[3] === 255) return colour;
      }
      return [255, 255, 255, 255];
    };
    return [
      ...document.querySelectorAll("h1,h2,h3,h4,p,dt,dd,strong,.severity,button,summary,td,th,li"),
    ].flatMap((element) => {
      const [high = 0, low = 0] = [
        light(rgb(getComputedStyle(element).color)),
        light(ground(element)),
      ].toSorted((a, b) => b - a);
      // WCAG 2.2, 1.4.3: text needs 4.5 to 1
      return (high + 0.05) / (low + 0.05) >= 4.5
        ? []
        : [`${element.tagName} ${element.textContent?.slice(0, 30)}`];
    });
  });
  expect(dim).toEqual([]);
  await picture(page, `review-${width}-${colorScheme}`);
  expect(complaints).toEqual([]);
  await page.context().close();
});
