import { Hono } from "hono";
import { allowedTypes, isAllowed } from "../fileTypes.ts";
import type { AppContext, Env } from "../hono.ts";
import { checked, fileName, idInput } from "../input.ts";
import { limited } from "../middleware/body.ts";
import { session } from "../middleware/session.ts";
import { Refusal } from "../refusal.ts";
import type { Services, StoredFile } from "../services.ts";

const maxBytes = 5 * 1024 * 1024;
/** What the form adds around the file. */
const formBytes = 16 * 1024;
const listed = 50;

/** A user's files: the bytes in the object storage, what is known of them in the database. */
export const files = (services: Services) => {
  const who = session(services);
  return new Hono<Env>()
    .post("/files", limited(maxBytes, formBytes), who, async (c) => {
      const { body, name, contentType } = await uploaded(c);
      const userId = c.get("userId");
      const file: StoredFile = {
        id: crypto.randomUUID(),
        name,
        contentType,
        bytes: body.length,
        sha256: hex(await crypto.subtle.digest("SHA-256", body)),
        createdAt: services.clock.now().toISOString(),
      };
      const key = keyOf(userId, file.id);
      await services.storage.put(key, body, contentType);
      try {
        await services.database.addFile(userId, file);
      } catch (error) {
        // No row will ever lead to it.
        await services.storage
          .remove(key)
          .catch((err: unknown) => services.log.warn({ err, key }, "an object without a row is left"));
        throw error;
      }
      c.header("Cache-Control", "no-store");
      return c.json({ file }, 201, { Location: `/api/files/${file.id}` });
    })
    .get("/files", who, async (c) => {
      c.header("Cache-Control", "private, no-store");
      return c.json({ files: await services.database.files(c.get("userId"), listed) });
    })
    .get("/files/:id", who, async (c) => {
      const id = checked(idInput, c.req.param("id"));
      const file = await services.database.file(c.get("userId"), id);
      if (!file) throw notFound();
      const etag = `"${file.sha256}"`;
      // Kept by the user's browser, and asked about each time: a session may have ended since.
      const headers = { ETag: etag, "Cache-Control": "private, no-cache" };
      if (c.req.header("if-none-match") === etag) return c.body(null, 304, headers);
      const stream = await services.storage.get(keyOf(c.get("userId"), id));
      if (!stream) throw notFound();
      return c.body(stream, 200, {
        ...headers,
        "Content-Type": file.contentType,
        "Content-Length": String(file.bytes),
        "Content-Disposition": `attachment; filename*=UTF-8''${rfc5987(file.name)}`,
      });
    });
};

/** The file of the form. @throws Refusal when there is none, or it is not what may be uploaded */
async function uploaded(c: AppContext) {
  const form = await c.req.parseBody().catch((error: unknown) => {
    if (error instanceof Refusal) throw error;
    return {};
  });
  const file = "file" in form ? form.file : undefined;
  if (!(file instanceof File)) throw new Refusal(400, "no_file", 'Send a form with the file in "file".');
  if (file.size === 0) throw new Refusal(400, "empty_file", "The file is empty.");
  if (file.size > maxBytes) throw new Refusal(413, "too_large", `At most ${maxBytes / 1024} KiB are taken.`);
  const contentType = file.type.split(";", 1)[0]?.trim().toLowerCase() ?? "";
  const body = new Uint8Array(await file.arrayBuffer());
  if (!isAllowed(contentType, body)) {
    throw new Refusal(415, "type_not_allowed", "Its type is not allowed, or not what it says.", {
      details: { allowed: allowedTypes },
    });
  }
  return { body, contentType, name: checked(fileName, file.name) };
}

const notFound = () => new Refusal(404, "not_found", "There is no such file.");
const keyOf = (userId: string, id: string): string => `${userId}/${id}`;
const hex = (buffer: ArrayBuffer): string =>
  Array.from(new Uint8Array(buffer), (byte) => byte.toString(16).padStart(2, "0")).join("");
const rfc5987 = (name: string): string =>
  encodeURIComponent(name).replace(
    /['()*]/g,
    (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`,
  );
