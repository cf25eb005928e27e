import type * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import { type Aws, kept } from "./here.ts";

/** Passwords that are made once, by their names. They unlock data: they are kept with it. */
export const passwordsFor = <K extends string>(
  aws: Aws,
  names: Readonly<Record<K, string>>,
): Readonly<Record<K, pulumi.Output<string>>> =>
  // fromEntries() forgets which keys it was given
  Object.fromEntries(
    Object.entries<string>(names).map(([key, name]) => [
      key,
      new random.RandomPassword(`secret-${name}`, { length: 40, special: false }, kept(aws)).result,
    ]),
  ) as Readonly<Record<K, pulumi.Output<string>>>;
