import { randomBytes } from "node:crypto";
import http from "node:http";
import type { AddressInfo } from "node:net";
import * as rds from "@aws-sdk/client-rds";
import { membersOf, type Shape } from "../model.ts";
import { AwsRefusal } from "../refusal.ts";
import { clusterHandlers, type RdsCluster, type RdsClusterSnapshot } from "./clusters.ts";
import { type Endpoint, type RdsSnapshot, read } from "./form.ts";
import { instanceHandlers, type RdsInstance } from "./instances.ts";

export interface RdsWorld {
  readonly instances: Map<string, RdsInstance>;
  readonly snapshots: Map<string, RdsSnapshot>;
  readonly clusters: Map<string, RdsCluster>;
  readonly clusterSnapshots: Map<string, RdsClusterSnapshot>;
  /** Looks until what is begun is done. */
  looks: number;
  /** How long after its commit a transaction can be restored, in seconds; RDS needs some five minutes. */
  readonly lagSeconds?: number;
  /** Really makes what a restore to a time asks for, where there is a PostgreSQL to do so. */
  readonly make?: (name: string, time: string) => Promise<Endpoint>;
  readonly unmake?: (name: string) => Promise<void>;
}

export interface RdsServer {
  /** What sends the SDK here, and the key that it must sign with. */
  readonly env: Readonly<Record<string, string>>;
  readonly seen: readonly string[];
  stop(): Promise<void>;
}

/**
 * A stand-in for what `rung backup` and `rung drill` ask of RDS and Aurora, by its Query protocol, on 127.0.0.1. A request must be of an operation
 * and of parameters that the SDK's own model has, with those that are required. Signatures are not computed again.
 */
export async function serveRds(world: RdsWorld): Promise<RdsServer> {
  const key = `AKIA${randomBytes(8).toString("hex").toUpperCase()}`;
  const seen: string[] = [];
  const handlers = { ...instanceHandlers(world), ...clusterHandlers(world) };
  const answer = (request: http.IncomingMessage, text: string): string => {
    const form = new URLSearchParams(text);
    const action = form.get("Action") ?? "";
    if (!request.headers.authorization?.includes(`Credential=${key}/`))
      throw new AwsRefusal("InvalidClientTokenId", "The security token included in the request is invalid.");
    const operation = (rds as unknown as Readonly<Record<string, Shape>>)[`${action}$`];
    const handler = handlers[action];
    if (!operation || !handler) throw new AwsRefusal("InvalidAction", `no ${action} here`);
    const asked = read(form);
    const { names, required } = membersOf(operation);
    const unknown = Object.keys(asked).filter((name) => !names.includes(name));
    const missing = required.filter((name) => asked[name] === undefined);
    if (unknown.length > 0 || missing.length > 0)
      throw new AwsRefusal("ValidationError", `unknown: ${unknown}; missing: ${missing}`);
    seen.push(action);
    return `<${action}Response><${action}Result>${handler(asked)}</${action}Result></${action}Response>`;
  };
  const server = http.createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const reply = (status: number, body: string) => {
        response.writeHead(status, { "content-type": "text/xml" });
        response.end(body);
      };
      try {
        reply(200, answer(request, Buffer.concat(chunks).toString("utf8")));
      } catch (error) {
        const { type = "InternalFailure", status = 500, message } = error as Partial<AwsRefusal>;
        reply(
          status,
          `<ErrorResponse><Error><Type>Sender</Type><Code>${type}</Code><Message>${message}</Message></Error></ErrorResponse>`,
        );
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo; // it listens on a port
  return {
    seen,
    env: {
      AWS_ENDPOINT_URL_RDS: `http://127.0.0.1:${port}`,
      AWS_ACCESS_KEY_ID: key,
      AWS_SECRET_ACCESS_KEY: "rehearsal",
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
