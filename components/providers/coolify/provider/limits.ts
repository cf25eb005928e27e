const perMb: Readonly<Record<string, number>> = {
  "": 1 / 1024 ** 2,
  b: 1 / 1024 ** 2,
  k: 1 / 1024,
  m: 1,
  g: 1024,
};

/** Docker's way to write memory, in MB: `768m` → 768, `2g` → 2048, none or `0` → 0. */
export function memoryOf(text: string | null | undefined): number {
  const [, count = "0", unit = ""] = /^(\d+(?:\.\d+)?)\s*([bkmg]?)b?$/i.exec(text ?? "") ?? [];
  return Number(count) * (perMb[unit.toLowerCase()] ?? 0);
}
