import type { Docker } from "../client.ts";

/** A container's output so far, its two streams in the order they were written. */
export async function logsOf(container: Docker.Container, tty: boolean, tail?: number): Promise<string> {
  const raw = await container.logs({ stdout: true, stderr: true, follow: false, ...(tail ? { tail } : {}) });
  return decode(Buffer.from(raw), tty);
}

/** The last lines for an error, set off from it; a container without output says so. */
export async function lastLines(container: Docker.Container, tty: boolean, count = 20): Promise<string> {
  const text = await logsOf(container, tty, count).catch(() => "");
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== "");
  if (lines.length === 0) return "  (it wrote no line)";
  return lines.map((line) => `  | ${line}`).join("\n");
}

/** Without a terminal each piece comes with a header of 8 bytes: its stream, and its length. */
export function decode(raw: Buffer, tty: boolean): string {
  if (tty) return raw.toString("utf8");
  const pieces: Buffer[] = [];
  for (let at = 0; at + 8 <= raw.length; ) {
    const length = raw.readUInt32BE(at + 4);
    pieces.push(raw.subarray(at + 8, at + 8 + length));
    at += 8 + length;
  }
  return Buffer.concat(pieces).toString("utf8");
}
