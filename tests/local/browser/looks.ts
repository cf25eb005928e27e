import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { Page } from "playwright-core";

/** How every page is looked at: a phone and a wide screen, by day and by night. */
export const looks = [
  [360, "light"],
  [360, "dark"],
  [1600, "light"],
  [1600, "dark"],
] as const;

/** Where pictures go when someone wants to look: RUNG_PICTURES=folder. */
const pictures = process.env.RUNG_PICTURES;

export async function picture(page: Page, name: string): Promise<void> {
  if (!pictures) return;
  await mkdir(pictures, { recursive: true });
  await page.screenshot({ path: join(pictures, `${name}.png`), fullPage: true });
}
