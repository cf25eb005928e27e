import { type Bucket, bucket } from "../aws/bucket.ts";
import { replicate } from "../aws/replication.ts";
import type { Place } from "./eks.ts";

/** A region's buckets by their names in the spec. */
export type Buckets = Readonly<Record<string, Bucket>>;

/**
 * The app's buckets, in every region, each copied to every other: a file is there wherever the app serves. Replication
 * needs versions, so there are some, whatever the spec says; old ones go after 90 days.
 * @returns by region
 */
export function storage(places: readonly Place[]): ReadonlyMap<string, Buckets> {
  const wanted = Object.entries(places[0]?.context.spec.storage?.buckets ?? {});
  const made = new Map<string, Record<string, Bucket>>(places.map(({ region }) => [region, {}]));
  for (const [name, { expireDays }] of wanted) {
    const copies = places.map((place) => ({
      place,
      keyArn: place.keys.data,
      bucket: bucket(place, `${place.prefix}storage-${name}`, {
        account: place.account,
        versioned: true,
        ...(expireDays ? { expireDays } : {}),
        keyArn: place.keys.data,
        data: true,
      }),
    }));
    for (const one of copies) {
      Object.assign(made.get(one.place.region) ?? {}, { [name]: one.bucket });
      replicate(
        one.place,
        `${one.place.prefix}storage-${name}-copies`,
        one,
        copies.filter((other) => other !== one),
      );
    }
  }
  return made;
}
