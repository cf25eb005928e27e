import * as grpc from "@grpc/grpc-js";
import pluginPb from "@pulumi/pulumi/proto/plugin_pb.js";
import service from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import pb from "@pulumi/pulumi/proto/provider_pb.js";
import empty from "google-protobuf/google/protobuf/empty_pb.js";
import { nearMatch } from "../../components/model/diagnostics.ts";
import { autoname } from "./autoname.ts";
import type { StatusLine } from "./engineLog.ts";
import { onTear, withFault } from "./faults.ts";
import { autonaming, diffMessage, failureMessage, isFailed, typeOf } from "./messages.ts";
import type { Call, Provider, ResourceDefinition, Values } from "./provider.ts";
import { redactor, secretsOfOutputs } from "./secrets.ts";
import { type Received, receive, secretTexts, send } from "./wire.ts";

/** Larger than any state that the engine sends. */
const maxMessageBytes = 400 * 1024 * 1024;

export interface Served {
  readonly port: number;
  /** Aborted once the engine has asked to cancel. */
  readonly cancelled: AbortSignal;
  /** Waits for what is under way, then ends. */
  stop(): Promise<void>;
}

/**
 * Serves a provider to the engine on 127.0.0.1: the protocol, secrets and previews, once for all types.
 * @param status where progress lines go
 */
export async function serve(provider: Provider, status: StatusLine = () => {}): Promise<Served> {
  const cancelling = new AbortController();
  const server = new grpc.Server({
    "grpc.max_receive_message_length": maxMessageBytes,
    "grpc.max_send_message_length": maxMessageBytes,
  });
  server.addService(service.ResourceProviderService, handlers(provider, status, cancelling));
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    );
  });
  onTear(() => server.drain(`127.0.0.1:${port}`, 0));
  return {
    port,
    cancelled: cancelling.signal,
    async stop() {
      await new Promise<void>((resolve) => server.tryShutdown(() => resolve()));
      await provider.close?.();
    },
  };
}

interface Addressed {
  getUrn(): string;
  getType(): string;
  getName(): string;
}

function handlers(provider: Provider, status: StatusLine, cancelling: AbortController) {
  /** The definition for a request, and what its functions are called with. */
  function open(request: Addressed, sources: readonly Received[], timeoutSeconds = 0) {
    const urn = request.getUrn();
    const type = request.getType() || typeOf(urn);
    const definition = provider.resource(type);
    if (!definition) throw unknownToken(provider, "resource type", type);
    const redact = redactor(sources.flatMap(({ values, secrets }) => secretTexts(values, secrets)));
    const call: Call = {
      urn,
      type,
      name: request.getName() || (urn.split("::").at(-1) ?? ""),
      signal: cancelling.signal,
      timeoutSeconds: timeoutSeconds > 0 ? timeoutSeconds : undefined,
      redact,
      status: (text) => status(urn, redact(text)),
    };
    return { definition, call };
  }

  const outputs = (definition: ResourceDefinition, state: Values, sources: readonly Received[]) =>
    send(state, secretsOfOutputs(state, definition.secrets, sources));

  return {
    handshake: answer<pb.ProviderHandshakeRequest, pb.ProviderHandshakeResponse>(async () => {
      const response = new pb.ProviderHandshakeResponse();
      response.setAcceptSecrets(true);
      response.setSupportsAutonamingConfiguration(true);
      return response;
    }),

    getPluginInfo: answer<empty.Empty, pluginPb.PluginInfo>(async () => {
      const info = new pluginPb.PluginInfo();
      info.setVersion(provider.version);
      return info;
    }),

    getSchema: answer<pb.GetSchemaRequest, pb.GetSchemaResponse>(async () => {
      const response = new pb.GetSchemaResponse();
      response.setSchema(JSON.stringify({ name: provider.name, version: provider.version }));
      return response;
    }),

    checkConfig: answer<pb.CheckRequest, pb.CheckResponse>(async (request) => {
      const given = receive(request.getNews());
      const response = new pb.CheckResponse();
      response.setInputs(send(given.values, given.secrets));
      response.setFailuresList((provider.checkConfig?.(given.values) ?? []).map(failureMessage));
      return response;
    }),

    diffConfig: answer<pb.DiffRequest, pb.DiffResponse>(async () => new pb.DiffResponse()),

    configure: answer<pb.ConfigureRequest, pb.ConfigureResponse>(async (request) => {
      await provider.configure?.(receive(request.getArgs()).values);
      const response = new pb.ConfigureResponse();
      response.setAcceptsecrets(true);
      response.setSupportspreview(true);
      response.setSupportsAutonamingConfiguration(true);
      return response;
    }),

    check: answer<pb.CheckRequest, pb.CheckResponse>(async (request) => {
      const given = receive(request.getNews());
      const before = request.hasOlds() ? receive(request.getOlds()) : undefined;
      const { definition, call } = open(request, before ? [given, before] : [given]);
      const { inputs, failures } = await masking(call, () =>
        definition.check(given.values, before?.values, {
          ...call,
          autoname: (old) =>
            autoname(call.name, old, request.getRandomseed_asU8(), autonaming(request.getAutonaming())),
        }),
      );
      const response = new pb.CheckResponse();
      response.setInputs(send(inputs, secretsOfOutputs(inputs, [], [given])));
      response.setFailuresList(failures.map(failureMessage));
      return response;
    }),

    diff: answer<pb.DiffRequest, pb.DiffResponse>(async (request) => {
      const [old, state, now] = [request.getOldInputs(), request.getOlds(), request.getNews()].map(receive);
      if (!old || !state || !now) throw new Error("a diff without its three sides"); // map() keeps the length
      const { definition, call } = open(request, [old, state, now]);
      const known = { id: request.getId(), inputs: old.values, state: state.values };
      const { changes, deleteBeforeReplace } = await masking(call, async () =>
        definition.diff(known, now.values, request.getIgnorechangesList()),
      );
      return diffMessage(changes, deleteBeforeReplace ?? false);
    }),

    create: answer<pb.CreateRequest, pb.CreateResponse>(async (request) => {
      const now = receive(request.getProperties());
      const { definition, call } = open(request, [now], request.getTimeout());
      const response = new pb.CreateResponse();
      if (request.getPreview()) {
        response.setProperties(outputs(definition, definition.plan(now.values, undefined), [now]));
        return response;
      }
      const { id, state } = await masking(call, () =>
        withFault("create", () => definition.create(now.values, call)),
      );
      response.setId(id);
      response.setProperties(outputs(definition, state, [now]));
      return response;
    }),

    read: answer<pb.ReadRequest, pb.ReadResponse>(async (request) => {
      const state = receive(request.getProperties());
      const inputs = receive(request.getInputs());
      const { definition, call } = open(request, [state, inputs], request.getTimeout());
      const isKnown = Object.keys(inputs.values).length > 0 || Object.keys(state.values).length > 0;
      const found = await masking(call, () =>
        withFault("read", () =>
          definition.read(
            request.getId(),
            isKnown ? { inputs: inputs.values, state: state.values } : undefined,
            call,
          ),
        ),
      );
      const response = new pb.ReadResponse();
      if (!found) return response;
      response.setId(found.id);
      response.setProperties(outputs(definition, found.state, [inputs, state]));
      response.setInputs(
        send(found.inputs, secretsOfOutputs(found.inputs, definition.secrets, [inputs, state])),
      );
      return response;
    }),

    update: answer<pb.UpdateRequest, pb.UpdateResponse>(async (request) => {
      const [old, state, now] = [request.getOldInputs(), request.getOlds(), request.getNews()].map(receive);
      if (!old || !state || !now) throw new Error("an update without its three sides"); // map() keeps the length
      const { definition, call } = open(request, [old, state, now], request.getTimeout());
      const known = { id: request.getId(), inputs: old.values, state: state.values };
      const updated = request.getPreview()
        ? definition.plan(now.values, state.values, old.values)
        : await masking(call, () => withFault("update", () => definition.update(known, now.values, call)));
      const response = new pb.UpdateResponse();
      response.setProperties(outputs(definition, updated, [now, state]));
      return response;
    }),

    delete: answer<pb.DeleteRequest, empty.Empty>(async (request) => {
      const state = receive(request.getProperties());
      const inputs = receive(request.getOldInputs());
      const { definition, call } = open(request, [state, inputs], request.getTimeout());
      const known = { id: request.getId(), inputs: inputs.values, state: state.values };
      await masking(call, () => withFault("delete", () => definition.delete(known, call)));
      return new empty.Empty();
    }),

    invoke: answer<pb.InvokeRequest, pb.InvokeResponse>(async (request) => {
      const token = request.getTok();
      if (!provider.invoke) throw unknownToken(provider, "function", token);
      const args = receive(request.getArgs());
      const redact = redactor(secretTexts(args.values, args.secrets));
      const result = await masking({ redact }, async () =>
        provider.invoke?.(token, args.values, { signal: cancelling.signal }),
      );
      const response = new pb.InvokeResponse();
      if (isFailed(result)) response.setFailuresList(result.failures.map(failureMessage));
      else response.setReturn(send(result ?? {}));
      return response;
    }),

    cancel: answer<empty.Empty, empty.Empty>(async () => {
      cancelling.abort(new Error("the update was cancelled"));
      return new empty.Empty();
    }),

    attach: answer<pluginPb.PluginAttach, empty.Empty>(async () => new empty.Empty()),
  };
}

/** A handler of the server from a function; what it throws becomes the call's error. */
function answer<Request, Response>(
  work: (request: Request) => Promise<Response>,
): grpc.handleUnaryCall<Request, Response> {
  return ({ request }, callback) => {
    work(request).then(
      (response) => callback(null, response),
      (error: unknown) => {
        const known = error instanceof StatusError;
        callback({ code: known ? error.code : grpc.status.UNKNOWN, details: messageOf(error) });
      },
    );
  };
}

class StatusError extends Error {
  readonly code: grpc.status;

  constructor(code: grpc.status, message: string) {
    super(message);
    this.code = code;
  }
}

function unknownToken(provider: Provider, kind: "resource type" | "function", token: string): StatusError {
  const meant = kind === "resource type" ? nearMatch(token, provider.types()) : undefined;
  const hint = meant ? `; did you mean "${meant}"?` : "";
  return new StatusError(
    grpc.status.UNIMPLEMENTED,
    `the ${provider.name} provider here has no ${kind} "${token}"${hint}`,
  );
}

/** Runs a definition's function; secrets of the resource never leave in an error. */
async function masking<T>({ redact }: Pick<Call, "redact">, work: () => T | Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof StatusError) throw error;
    throw new Error(redact(messageOf(error)));
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
