import * as pulumi from "@pulumi/pulumi";
import { type Bucket, bucket } from "./bucket.ts";
import { type Aws, child, made } from "./here.ts";
import { s3 } from "./sdk.ts";

/** Where the page stands, under the app's own name. */
export const awayPath = "/.rung/away.html";

export interface AwayPage {
  readonly bucket: Bucket;
}

/** What people see while nothing answers: from a bucket that stands when all else is down. */
export function awayPage(aws: Aws, account: pulumi.Input<string>): AwayPage {
  const pages = bucket(aws, "pages", {
    account,
    versioned: false,
    data: false,
    allow: (arn) => [
      {
        Effect: "Allow",
        Principal: { Service: "cloudfront.amazonaws.com" },
        Action: "s3:GetObject",
        Resource: pulumi.interpolate`${arn}/*`,
        // Any of the account's: the distribution itself is made after its bucket.
        Condition: {
          ArnLike: { "aws:SourceArn": pulumi.interpolate`arn:aws:cloudfront::${account}:distribution/*` },
        },
      },
    ],
  });
  new s3.BucketObjectv2(
    "away",
    {
      ...made(aws, "away"),
      bucket: pages.name,
      key: awayPath.slice(1),
      content: page(aws.context.spec.name),
      contentType: "text/html; charset=utf-8",
      cacheControl: "max-age=60",
    },
    child(aws),
  );
  return { bucket: pages };
}

const page = (name: string): string => `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta http-equiv="refresh" content="15">
<title>${name} will be back</title>
<style>body{font:1.1rem/1.5 system-ui;margin:20vh auto;max-width:32rem;padding:0 1rem}</style>
<h1>${name} will be back in a moment</h1>
<p>This page tries again by itself.</p>
</html>
`;
