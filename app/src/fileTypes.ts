const ascii = (text: string): number[] => [...text].map((letter) => letter.charCodeAt(0));
const starts = (body: Uint8Array, bytes: readonly number[], at = 0) =>
  bytes.every((byte, i) => body[at + i] === byte);

function isText(body: Uint8Array): boolean {
  if (body.includes(0)) return false;
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(body);
    return true;
  } catch {
    return false;
  }
}

function isJson(body: Uint8Array): boolean {
  try {
    JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(body));
    return true;
  } catch {
    return false;
  }
}

/** What may be uploaded, and how its content shows that it is what it says. */
const types: Readonly<Record<string, (body: Uint8Array) => boolean>> = {
  "image/png": (body) => starts(body, [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
  "image/jpeg": (body) => starts(body, [0xff, 0xd8, 0xff]),
  "image/gif": (body) => starts(body, ascii("GIF8")),
  "image/webp": (body) => starts(body, ascii("RIFF")) && starts(body, ascii("WEBP"), 8),
  "application/pdf": (body) => starts(body, ascii("%PDF-")),
  "application/json": isJson,
  "text/csv": isText,
  "text/plain": isText,
};

export const allowedTypes: readonly string[] = Object.keys(types);

/** Whether a body is of an allowed type, and really is what it says. */
export const isAllowed = (contentType: string, body: Uint8Array): boolean =>
  types[contentType]?.(body) ?? false;
