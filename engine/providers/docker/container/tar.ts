/** One file of an archive. */
export interface TarFile {
  readonly path: string;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly content: Buffer;
}

const block = 512;

/**
 * A tar archive (POSIX ustar) of some files.
 * @throws Error when a path is too long for the format: 100 bytes for a name, 155 for its folders
 */
export function archive(files: readonly TarFile[]): Buffer {
  const parts = files.flatMap((file) => [headerOf(file), file.content, padding(file.content.length)]);
  return Buffer.concat([...parts, Buffer.alloc(2 * block)]);
}

const padding = (length: number): Buffer => Buffer.alloc((block - (length % block)) % block);

function headerOf({ path, mode, uid, gid, content }: TarFile): Buffer {
  const { name, prefix } = split(path.replace(/^\/+/, ""));
  const header = Buffer.alloc(block);
  const octal = (value: number, digits: number) => value.toString(8).padStart(digits, "0");
  header.write(name, 0);
  header.write(`${octal(mode, 7)}\0${octal(uid, 7)}\0${octal(gid, 7)}\0`, 100);
  header.write(`${octal(content.length, 11)}\0${octal(Math.floor(Date.now() / 1000), 11)}\0`, 124);
  header.write("        0", 148); // a checksum of spaces, then the type: a file
  header.write("ustar\x0000", 257);
  header.write(prefix, 345);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${octal(sum, 6)}\0 `, 148);
  return header;
}

function split(path: string): { name: string; prefix: string } {
  if (Buffer.byteLength(path) <= 100) return { name: path, prefix: "" };
  const cut = path.lastIndexOf("/");
  const parts = { name: path.slice(cut + 1), prefix: path.slice(0, Math.max(0, cut)) };
  if (Buffer.byteLength(parts.name) > 100 || Buffer.byteLength(parts.prefix) > 155) {
    throw new Error(`the path is too long for an upload: ${path}`);
  }
  return parts;
}
