import * as cloudflare from "@pulumi/cloudflare";
import { r2Store } from "../cloudflare/r2.ts";
import { child } from "../kit/options.ts";
import { accountOf, type Edge } from "./cloudflare.ts";

const day = 24 * 60 * 60;

/** A bucket that nobody reaches but by a binding, as the Worker names it. */
export interface Bucket {
  readonly name: cloudflare.R2Bucket["name"];
  readonly jurisdiction: string | undefined;
}

/** The spec's buckets by their names. R2 keeps no earlier versions of objects: see the losses. */
export function storage(here: Edge): Readonly<Record<string, Bucket>> {
  const { buckets } = here.plan.storage.detail;
  return Object.fromEntries(
    Object.entries(buckets).map(([name, { expireDays }]) => [
      name,
      bucket(here, `storage-${name}`, expireDays),
    ]),
  );
}

/** @param keepDays objects that are older are deleted; left out: none are */
export function bucket(here: Edge, part: string, keepDays?: number): Bucket {
  const { jurisdiction, location } = here.plan.storage.detail;
  const it = r2Store({ ...here, ...accountOf(here) }, part, { jurisdiction, location });
  const where = { ...accountOf(here), bucketName: it.name, ...(jurisdiction && { jurisdiction }) };
  new cloudflare.R2BucketLifecycle(
    part,
    {
      ...where,
      rules: [
        {
          id: "unfinished",
          enabled: true,
          conditions: { prefix: "" },
          abortMultipartUploadsTransition: { condition: { type: "Age", maxAge: 7 * day } },
        },
        ...(keepDays === undefined
          ? []
          : [
              {
                id: "expired",
                enabled: true,
                conditions: { prefix: "" },
                deleteObjectsTransition: { condition: { type: "Age", maxAge: keepDays * day } },
              },
            ]),
      ],
    },
    child(here),
  );
  return { name: it.name, jurisdiction };
}
