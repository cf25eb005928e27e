import type { Size } from "./words.ts";

/**
 * What a month of each size is taken to be where a vendor bills by use. An assumption for prices alone, the same on
 * every stage, so that stages can be compared; no figure of a vendor's.
 */
export interface Usage {
  /** Requests that reach the app, millions. A user is taken to make 300 a month. */
  readonly requests: number;
  /** What goes out to browsers, GB: 20 KB a request. */
  readonly outGb: number;
  /** What the app fetches from outside, GB: 2 KB a request. */
  readonly fetchedGb: number;
  /** What is logged, GB: 2 KB a request. */
  readonly logGb: number;
  /** Objects that are kept, GB. */
  readonly storedGb: number;
  /** Objects that are put there, millions: one in a hundred requests. */
  readonly uploads: number;
  /** Objects that are fetched from there, millions: one in twenty requests. */
  readonly downloads: number;
}

const use = (requests: number, storedGb: number): Usage => ({
  requests,
  outGb: requests * 20,
  fetchedGb: requests * 2,
  logGb: requests * 2,
  storedGb,
  uploads: requests / 100,
  downloads: requests / 20,
});

export const assumedUse: Readonly<Record<Size, Usage>> = {
  small: use(0.3, 1),
  medium: use(3, 10),
  large: use(30, 100),
  xlarge: use(150, 500),
};
