/**
 * What has served, as the stack's `image`: `<worker>/<version>@<digest of the code>`. It names the version at
 * Cloudflare, code and bindings together, and so is all that it takes to go back to it, from any machine.
 */
export interface Release {
  readonly versionId: string;
  readonly digest: string;
}

const written =
  /^(?<worker>[a-z0-9_-]+)\/(?<versionId>[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})@(?<digest>sha256:[0-9a-f]{64})$/;

export const releaseText = (worker: string, { versionId, digest }: Release): string =>
  `${worker}/${versionId}@${digest}`;

/**
 * The release that a text names; undefined for any other image: a registry's, which other stages run, means the app as
 * it stands here.
 * @param worker whose releases are meant
 */
export function releaseIn(text: string | undefined, worker: string): Release | undefined {
  const found = text === undefined ? undefined : written.exec(text)?.groups;
  if (found?.worker !== worker || !found.versionId || !found.digest) return undefined;
  return { versionId: found.versionId, digest: found.digest };
}
