import { readdir, readFile } from "node:fs/promises";
import { extname, join } from "node:path";
import type { Assets } from "../services.ts";

const contentTypes: Readonly<Record<string, string>> = {
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
};

/** The page as built (`app/build.ts`): `index.html`, and what it loads under `assets/`. */
export async function loadAssets(folder: string): Promise<Assets> {
  const names = (await readdir(join(folder, "assets"))).toSorted();
  const files = await Promise.all(
    names.map(async (name) => {
      const contentType = contentTypes[extname(name)];
      if (contentType === undefined) throw new Error(`no content type is known for ${name}`);
      return [
        `/assets/${name}`,
        { contentType, body: await readFile(join(folder, "assets", name), "utf8") },
      ] as const;
    }),
  );
  return { page: await readFile(join(folder, "index.html"), "utf8"), files: new Map(files) };
}
