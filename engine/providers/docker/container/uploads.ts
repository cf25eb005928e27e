import { readFile } from "node:fs/promises";
import { basename, dirname } from "node:path";
import { ask, type Docker } from "../client.ts";
import type { Inputs } from "./inputs.ts";
import { archive, type TarFile } from "./tar.ts";

type Upload = NonNullable<Inputs["uploads"]>[number];

/** Puts files into a container that was made and not yet started. */
export async function upload(container: Docker.Container, { uploads, readOnly }: Inputs): Promise<void> {
  if (!uploads || uploads.length === 0) return;
  const files = await Promise.all(
    uploads.map(async (file) => ({
      path: file.file,
      mode: file.permissions ? Number.parseInt(file.permissions, 8) : file.executable ? 0o744 : 0o644,
      uid: Number(file.owner ?? 0),
      gid: Number(file.group ?? 0),
      content: await contentOf(file),
    })),
  );
  const paths = uploads.map(({ file }) => file).join(", ");
  const hint = readOnly ? " (with `readOnly: true` Docker takes uploads into volumes only)" : "";
  const send = (some: readonly TarFile[], path: string) =>
    ask(`upload ${paths}${hint}`, container.putArchive(archive(some), { path }));
  if (!readOnly) await send(files, "/");
  // Docker looks whether the folder itself is in a volume.
  else for (const file of files) await send([{ ...file, path: basename(file.path) }], dirname(file.path));
}

async function contentOf({ content, contentBase64, source, file }: Upload): Promise<Buffer> {
  if (content !== undefined) return Buffer.from(content);
  if (contentBase64 !== undefined) return Buffer.from(contentBase64, "base64");
  return readFile(source ?? "").catch((error: NodeJS.ErrnoException) => {
    throw new Error(`the source of the upload "${file}" cannot be read: ${source} (${error.code})`);
  });
}
