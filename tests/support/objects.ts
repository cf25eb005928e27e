import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { AwsClient } from "aws4fetch";
import { hostBinary } from "../../engine/binaries.ts";
import { freePorts } from "../../operations/freePorts.ts";

/** An S3-compatible server on this machine. */
export interface Objects {
  /** `127.0.0.1:<port>`. */
  readonly host: string;
  /** What a client logs in with, as the AWS SDKs read it. */
  readonly env: Readonly<Record<string, string>>;
  /** Where it keeps a bucket's objects, as files. */
  readonly bucket: string;
  stop(): void;
}

interface Key {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

const anyKey = (): Key => ({
  accessKeyId: randomBytes(10).toString("hex"),
  secretAccessKey: randomBytes(20).toString("hex"),
});

/** Starts versitygw, the server of the local stage's storage, with one bucket, opened by a key. */
export async function serveObjects(
  folder: string,
  bucket: string,
  key = anyKey(),
  region = "us-east-1",
): Promise<Objects> {
  const [port] = await freePorts(1);
  const { accessKeyId, secretAccessKey } = key;
  mkdirSync(join(folder, bucket), { recursive: true });
  const child = spawn(
    await hostBinary("versitygw"),
    ["--port", `127.0.0.1:${port}`, "--region", region, "posix", folder],
    {
      env: { ...process.env, ROOT_ACCESS_KEY: accessKeyId, ROOT_SECRET_KEY: secretAccessKey },
      stdio: "ignore",
    },
  );
  const client = new AwsClient({
    accessKeyId,
    secretAccessKey,
    region,
    service: "s3",
    retries: 0,
  });
  await untilAnswers(() => client.fetch(`http://127.0.0.1:${port}/${bucket}`, { method: "HEAD" }));
  return {
    host: `127.0.0.1:${port}`,
    env: {
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
      AWS_REGION: region,
    },
    bucket: join(folder, bucket),
    stop: () => void child.kill("SIGKILL"),
  };
}

/** @throws Error when it does not in a minute */
export async function untilAnswers(ask: () => Promise<Response>): Promise<void> {
  for (let attempt = 0; attempt < 300; attempt += 1) {
    if (
      await ask().then(
        ({ ok }) => ok,
        () => false,
      )
    )
      return;
    await sleep(200);
  }
  throw new Error("the server does not answer");
}
