import type { ContainerInspectInfo } from "dockerode";

/** What Docker tells of a container; the client's types lack these keys. */
export type Found = ContainerInspectInfo & {
  readonly Config: { readonly StopSignal?: string; readonly StopTimeout?: number };
  readonly NetworkSettings: { readonly Bridge?: string };
};
