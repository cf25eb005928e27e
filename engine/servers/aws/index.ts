import http from "node:http";
import type { AddressInfo } from "node:net";
import * as budgets from "@aws-sdk/client-budgets";
import * as cloudControl from "@aws-sdk/client-cloudcontrol";
import * as logs from "@aws-sdk/client-cloudwatch-logs";
import * as ecr from "@aws-sdk/client-ecr";
import * as ecs from "@aws-sdk/client-ecs";
import * as tagging from "@aws-sdk/client-resource-groups-tagging-api";
import { budgetHandlers } from "./budgets.ts";
import { ecsHandlers, type ServiceNow } from "./ecs.ts";
import { type Inventory, inventoryHandlers } from "./inventory.ts";
import { logsHandlers } from "./logs.ts";
import { inAnswer, inRequest, type Shape } from "./model.ts";
import { AwsRefusal } from "./refusal.ts";
import { xmlAnswer } from "./route53.ts";

/** What the account holds, and how it behaves. */
export interface World {
  services(): readonly ServiceNow[];
  logGroups(): readonly string[];
  /** By the stream's name, the oldest line first; milliseconds since 1970. */
  readonly lines: Map<string, { readonly timestamp: number; readonly message: string }[]>;
  /** What containers said that never got healthy, where `lines` has no stream of theirs. */
  dying?: readonly string[];
  /** Whether containers of an image never get healthy. */
  isSick(image: string): boolean;
  /** Looks until a rollout is decided. */
  looks: number;
  /** Where images are pushed, and the password that its token holds. */
  registry?: { readonly endpoint: string; readonly password: string };
  /** What is listed by tag, and removed. */
  inventory?: Inventory;
}

export type Handlers = Readonly<
  Record<string, (request: Readonly<Record<string, unknown>>, at: { readonly region: string }) => object>
>;

export interface AwsServer {
  /** What sends the SDK here, and the key that it must sign with. */
  readonly env: Readonly<Record<string, string>>;
  /** Every operation that was asked, in order. */
  readonly seen: readonly string[];
  stop(): Promise<void>;
}

const shapes: Readonly<Record<string, object>> = {
  AmazonEC2ContainerServiceV20141113: ecs,
  Logs_20140328: logs,
  AmazonEC2ContainerRegistry_V20150921: ecr,
  ResourceGroupsTaggingAPI_20170126: tagging,
  CloudApiService: cloudControl,
  AWSBudgetServiceGateway: budgets,
};

/** The name that requests are signed for. */
const signedFor: Readonly<Record<string, string>> = {
  AmazonEC2ContainerServiceV20141113: "ecs",
  Logs_20140328: "logs",
  AmazonEC2ContainerRegistry_V20150921: "ecr",
  ResourceGroupsTaggingAPI_20170126: "tagging",
  CloudApiService: "cloudcontrolapi",
  AWSBudgetServiceGateway: "budgets",
};

/**
 * A stand-in for what `rung` asks of ECS, CloudWatch Logs, ECR, the Tagging API, Cloud Control and Budgets, by
 * their JSON protocol, and of Route 53 and STS, by theirs in XML, on 127.0.0.1. Requests and answers in JSON are held
 * against the SDK's own model; a request must be signed by the right key for the right service. Signatures themselves
 * are not computed again.
 */
export async function serveAws(world: World): Promise<AwsServer> {
  const key = "AKIAREHEARSAL0000000";
  const seen: string[] = [];
  const handlers: Handlers = {
    ...ecsHandlers(world),
    ...logsHandlers(world),
    ...ecrHandlers(world),
    ...inventoryHandlers(world),
    ...budgetHandlers(world),
  };

  const answer = (headers: http.IncomingHttpHeaders, text: string): object => {
    const target = String(headers["x-amz-target"]);
    const [service = "", name = ""] = target.split(".");
    const region = signed(headers.authorization, key, signedFor[service]);
    const operation = (shapes[service] as Readonly<Record<string, Shape>> | undefined)?.[`${name}$`];
    const handler = handlers[target];
    if (!operation || !handler) throw new AwsRefusal("UnknownOperationException", `no ${target} here`, 404);
    const request = JSON.parse(text) as Record<string, unknown>;
    const problems = inRequest(operation, request);
    if (problems.length > 0) throw new AwsRefusal("ValidationException", problems.join("; "));
    seen.push(name);
    const answered = handler(request, { region });
    const wrong = inAnswer(operation, answered);
    // A stand-in that answers as AWS never would proves nothing.
    if (wrong.length > 0) throw new Error(`${target}: the stand-in's answer: ${wrong.join("; ")}`);
    return answered;
  };

  const server = http.createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const reply = (status: number, body: object) => {
        response.writeHead(status, { "content-type": "application/x-amz-json-1.1" });
        response.end(JSON.stringify(body));
      };
      const body = Buffer.concat(chunks).toString("utf8");
      const url = new URL(request.url ?? "/", "http://127.0.0.1");
      const xml = xmlAnswer({ method: request.method ?? "", url, body }, world);
      const replyXml = (status: number, text: string) => {
        response.writeHead(status, { "content-type": "text/xml" });
        response.end(text);
      };
      try {
        if (!xml) return reply(200, answer(request.headers, body));
        signed(request.headers.authorization, key, xml.service);
        seen.push(xml.name);
        return replyXml(200, xml.answer());
      } catch (error) {
        const { type = "InternalFailure", status = 500, message } = error as Partial<AwsRefusal>;
        if (!xml) return reply(status, { __type: type, message });
        const said = `<Type>Sender</Type><Code>${type}</Code><Message>${message}</Message>`;
        replyXml(status, `<ErrorResponse><Error>${said}</Error><RequestId>1</RequestId></ErrorResponse>`);
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo; // it listens on a port
  const url = `http://127.0.0.1:${port}`;
  return {
    seen,
    env: {
      AWS_ENDPOINT_URL_ECS: url,
      AWS_ENDPOINT_URL_CLOUDWATCH_LOGS: url,
      AWS_ENDPOINT_URL_ECR: url,
      AWS_ENDPOINT_URL_RESOURCE_GROUPS_TAGGING_API: url,
      AWS_ENDPOINT_URL_CLOUDCONTROL: url,
      AWS_ENDPOINT_URL_BUDGETS: url,
      AWS_ENDPOINT_URL_ROUTE_53: url,
      AWS_ENDPOINT_URL_STS: url,
      AWS_ACCESS_KEY_ID: key,
      AWS_SECRET_ACCESS_KEY: "rehearsal",
      AWS_REGION: "eu-central-1",
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** @returns the region that a request was signed for, by the right key for the right service */
function signed(authorization: string | undefined, key: string, service: string | undefined): string {
  const match =
    /^AWS4-HMAC-SHA256 Credential=(\w+)\/\d{8}\/([a-z0-9-]+)\/([a-z0-9]+)\/aws4_request, SignedHeaders=\S+, Signature=[0-9a-f]{64}$/.exec(
      authorization ?? "",
    );
  if (match?.[1] === key && match[3] === service) return match[2] ?? "";
  throw new AwsRefusal(
    "UnrecognizedClientException",
    "The security token included in the request is invalid.",
  );
}

const ecrHandlers = (world: World): Handlers => ({
  "AmazonEC2ContainerRegistry_V20150921.ListImages": ({ repositoryName }) => ({
    imageIds: world.inventory?.images?.get(String(repositoryName)) ?? [],
  }),
  "AmazonEC2ContainerRegistry_V20150921.BatchDeleteImage": ({ repositoryName, imageIds }) => {
    world.inventory?.images?.delete(String(repositoryName));
    return { imageIds, failures: [] };
  },
  "AmazonEC2ContainerRegistry_V20150921.GetAuthorizationToken": () => {
    const { registry } = world;
    if (!registry) throw new AwsRefusal("AccessDeniedException", "not allowed to call GetAuthorizationToken");
    const authorizationToken = Buffer.from(`AWS:${registry.password}`).toString("base64");
    return {
      authorizationData: [{ authorizationToken, expiresAt: 1_900_000_000, proxyEndpoint: registry.endpoint }],
    };
  },
});
