/** S3's answers are flat lists: what stands between a tag and its end, without attributes. */
export const each = (xml: string, tag: string): string[] =>
  [...xml.matchAll(new RegExp(`<${tag}>(.*?)</${tag}>`, "gs"))].map(([, inner = ""]) => inner);

export const first = (xml: string, tag: string): string | undefined => {
  const [inner] = each(xml, tag);
  return inner === undefined ? undefined : fromXml(inner);
};

const entities: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };
const fromXml = (text: string): string =>
  text.replaceAll(/&(?:#x([0-9a-f]+)|#(\d+)|(\w+));/gi, (whole, hex, decimal, name) =>
    hex || decimal
      ? String.fromCodePoint(Number.parseInt(hex ?? decimal, hex ? 16 : 10))
      : (entities[name] ?? whole),
  );

export const toXml = (text: string): string =>
  text.replaceAll(/[&<>"'\r\n\t]/g, (one) => `&#${one.codePointAt(0)};`);
