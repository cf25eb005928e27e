type Numbers = readonly [number, number, number];

/** `v3.259.0` → its three numbers; undefined for what is not a version. A pre-release counts as its release. */
export function parseVersion(text: string): Numbers | undefined {
  const match = /^v?(\d+)\.(\d+)\.(\d+)(?:[-+].*)?$/.exec(text.trim());
  return match ? [Number(match[1]), Number(match[2]), Number(match[3])] : undefined;
}

/** Negative when `a` is older than `b`, 0 when they are the same, positive when it is newer. */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [parseVersion(a), parseVersion(b)];
  if (!left || !right) throw new Error(`not a version: ${left ? b : a}`);
  return left[0] - right[0] || left[1] - right[1] || left[2] - right[2];
}

/** A CLI that may stand for the pinned one: the same major version, and not older than the pinned minor one. */
export function fits(version: string, pinned: string): boolean {
  const [found, wanted] = [parseVersion(version), parseVersion(pinned)];
  return found !== undefined && wanted !== undefined && found[0] === wanted[0] && found[1] >= wanted[1];
}
