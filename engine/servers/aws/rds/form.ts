import { AwsRefusal } from "../refusal.ts";

/** A request of the Query protocol: what stands under each first name, in order. */
export type Asked = Readonly<Record<string, readonly string[]>>;
export type Handler = (asked: Asked) => string;

/** `VpcSecurityGroupIds.VpcSecurityGroupId.1` is one of a list. */
export function read(form: URLSearchParams): Asked {
  const found: Record<string, string[]> = {};
  for (const [name, value] of form) {
    const [first = ""] = name.split(".");
    if (first === "Action" || first === "Version") continue;
    found[first] = [...(found[first] ?? []), value];
  }
  return found;
}

export const only = (asked: Asked, name: string): string => asked[name]?.[0] ?? "";

/** `Tags.Tag.1.Key`, `Tags.Tag.1.Value`, in that order. */
export const pairs = (flat: readonly string[] = []): Record<string, string> =>
  Object.fromEntries(
    flat.flatMap((key, index) => (index % 2 === 0 ? [[key, flat[index + 1] ?? ""] as const] : [])),
  );

export interface Endpoint {
  readonly address: string;
  readonly port: number;
}

/** Of an instance or of a cluster. */
export interface RdsSnapshot {
  readonly name: string;
  readonly of: string;
  readonly made: Date;
  looks: number;
}

/** What instances and clusters have in common while they live. */
export interface Life {
  /** What it was restored from: a snapshot's name, or a time in ISO 8601. */
  readonly from?: string;
  /** Where it answers, once it was really made. */
  endpoint?: Endpoint;
  /** Looks until it is available; of one that is deleted, until it is gone. */
  looks: number;
  deleting?: boolean;
  failed?: string;
}

/** @param real what is restored to a time is really made, and has an endpoint only then */
export const isMaking = ({ looks, from, endpoint, failed }: Life, real: boolean): boolean =>
  failed === undefined && (looks > 0 || (real && from !== undefined && !endpoint));

export function statusOf(one: Life, real: boolean): string {
  if (one.deleting) return "deleting";
  return one.failed ?? (isMaking(one, real) ? "creating" : "available");
}

/** A look at what there is: what is begun goes on by it, and what is deleted is gone in the end. */
export function lookedAt<T extends Life & { readonly name: string }>(
  found: readonly T[],
  all: Map<string, T>,
): void {
  for (const one of found) {
    if (one.looks > 0) one.looks -= 1;
    if (one.deleting && one.looks === 0) all.delete(one.name);
  }
}

/** "DB cluster identifier" and "DB instance identifier", API Reference. */
export function mustBeName(name: string, longest = 63): void {
  if (!/^[a-zA-Z](-?[a-zA-Z0-9])*$/.test(name) || name.length > longest)
    throw new AwsRefusal("InvalidParameterValue", `${name} is not a valid identifier.`);
}

export function mustEndOneWay(asked: Asked, final: string): void {
  if ((only(asked, "SkipFinalSnapshot") === "true") === (asked[final] !== undefined))
    throw new AwsRefusal(
      "InvalidParameterCombination",
      `${final} is required unless SkipFinalSnapshot is specified.`,
    );
}

/** @returns the time that is asked for; undefined for the latest there is */
export function timeOf(asked: Asked, name: string, lagSeconds: number): string | undefined {
  const [time, latest] = [asked[name]?.[0], only(asked, "UseLatestRestorableTime") === "true"];
  if ((time === undefined) === !latest)
    throw new AwsRefusal("InvalidParameterCombination", `${name} or UseLatestRestorableTime`);
  if (time !== undefined && Date.parse(time) > Date.now() - lagSeconds * 1000)
    throw new AwsRefusal("InvalidParameterValue", `${name} is after the latest restorable time`);
  return time;
}

/** Really makes what a time asks for, where that can be. @param failed the status of one that cannot be */
export function begun(
  made: Life & { readonly name: string },
  time: string | undefined,
  make: ((name: string, time: string) => Promise<Endpoint>) | undefined,
  failed: string,
): void {
  if (!make || time === undefined) return;
  void make(made.name, time).then(
    (endpoint) => {
      made.endpoint = endpoint;
    },
    () => {
      made.failed = failed;
    },
  );
}

export function mustBeNew(snapshots: ReadonlyMap<string, unknown>, name: string, exists: string): void {
  mustBeName(name, 255);
  if (snapshots.has(name)) throw new AwsRefusal(exists, `${name} already exists`);
}

export const shownSnapshot = ({ made, looks }: RdsSnapshot): string =>
  `<SnapshotType>manual</SnapshotType><Status>${looks > 0 ? "creating" : "available"}</Status>
   <SnapshotCreateTime>${made.toISOString()}</SnapshotCreateTime>`;

export const shownTags = (tags: Readonly<Record<string, string>> = {}): string =>
  `<TagList>${Object.entries(tags)
    .map(([key, value]) => `<Tag><Key>${key}</Key><Value>${value}</Value></Tag>`)
    .join("")}</TagList>`;

export const shownGroups = (ids: readonly string[]): string =>
  `<VpcSecurityGroups>${ids
    .map(
      (id) =>
        `<VpcSecurityGroupMembership><VpcSecurityGroupId>${id}</VpcSecurityGroupId></VpcSecurityGroupMembership>`,
    )
    .join("")}</VpcSecurityGroups>`;
