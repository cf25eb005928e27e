import { expect } from "vitest";
import { type RungRun, startRung } from "./rung.ts";
import { type TestStack, testStack } from "./stack.ts";
import { copiedTree } from "./tree.ts";

/** A living stack whose code is a copy of the checkout: a test may change it, or what it runs may. */
export interface TreeStack {
  readonly folder: string;
  readonly own: TestStack;
  /** Runs the copy's command. */
  rung(...args: string[]): Promise<RungRun>;
  remove(): Promise<void>;
}

/** Brings one up. @param change made to the copy before */
export async function treeStack(
  change: (folder: string) => Promise<void> = async () => {},
): Promise<TreeStack> {
  const tree = await copiedTree();
  const { folder } = tree;
  await change(folder);
  const own = await testStack({}, folder);
  const rung = (...args: string[]) => startRung(args, {}, folder).ended;
  const { code, out, err } = await rung("up", "--stack", own.stack);
  expect(code, out + err).toBe(0);
  const remove = async () => {
    await own.remove();
    await tree.remove();
  };
  return { folder, own, rung, remove };
}
