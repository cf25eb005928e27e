import { spawn } from "node:child_process";
import { AwsClient } from "aws4fetch";
import { cached } from "../../engine/cached.ts";
import { aptInstall, isDebian } from "../../engine/docker.ts";
import { lastLines, onPath, run } from "../../engine/run.ts";
import { freePorts } from "../../operations/freePorts.ts";
import { untilAnswers } from "./objects.ts";

/** A stand-in for AWS KMS: moto, which speaks KMS's protocol and keeps its keys in memory. */
export interface Kms {
  /** What a client of AWS finds it by. */
  readonly env: Readonly<Record<string, string>>;
  /** Makes a key. @returns its id */
  createKey(): Promise<string>;
  stop(): void;
}

const version = "5.2.5";
const login = { accessKeyId: "testing", secretAccessKey: "testing", region: "us-east-1" };

/** Starts it; the first time it is brought from PyPI. */
export async function serveKms(): Promise<Kms> {
  const modules = await moto();
  const [port] = await freePorts(1);
  const url = `http://127.0.0.1:${port}`;
  const child = spawn("python3", ["-m", "moto.server", "-p", String(port)], {
    env: { ...process.env, PYTHONPATH: modules },
    stdio: "ignore",
  });
  await untilAnswers(() => fetch(`${url}/moto-api/data.json`));
  const client = new AwsClient({ ...login, service: "kms", retries: 0 });
  return {
    env: {
      AWS_ENDPOINT_URL_KMS: url,
      AWS_ACCESS_KEY_ID: login.accessKeyId,
      AWS_SECRET_ACCESS_KEY: login.secretAccessKey,
      AWS_REGION: login.region,
    },
    async createKey() {
      const headers = {
        "content-type": "application/x-amz-json-1.1",
        "x-amz-target": "TrentService.CreateKey",
      };
      const answer = await client.fetch(`${url}/`, { method: "POST", headers, body: "{}" });
      const { KeyMetadata } = (await answer.json()) as { KeyMetadata: { KeyId: string } };
      return KeyMetadata.KeyId;
    },
    stop: () => void child.kill("SIGKILL"),
  };
}

/** @returns the folder of its modules */
async function moto(): Promise<string> {
  return cached(
    `moto-${version}`,
    () => {},
    async (making) => {
      if (!onPath("pip3") && isDebian() && process.getuid?.() === 0) await aptInstall(["python3-pip"]);
      const { code, stderr } = await run("python3", [
        ...["-m", "pip", "install", "--quiet", "--target", making],
        `moto[server,kms]==${version}`,
      ]);
      if (code !== 0)
        throw new Error(`moto cannot be brought, which takes python3 and pip: ${lastLines(stderr)}`);
    },
  );
}
