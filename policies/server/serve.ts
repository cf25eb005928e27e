import * as grpc from "@grpc/grpc-js";
import service from "@pulumi/pulumi/proto/analyzer_grpc_pb.js";
import pb from "@pulumi/pulumi/proto/analyzer_pb.js";
import pluginPb from "@pulumi/pulumi/proto/plugin_pb.js";
import empty from "google-protobuf/google/protobuf/empty_pb.js";
import type { Analyzer } from "./analyzer.ts";

/** Larger than any stack that the engine sends. */
const maxMessageBytes = 400 * 1024 * 1024;

const asItIs = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** Pulumi's own protocol; messages that are bytes already are sent, or left unread, as they are. */
const { AnalyzerService } = service;
const protocol: grpc.ServiceDefinition = {
  ...AnalyzerService,
  analyze: { ...AnalyzerService.analyze, responseSerialize: asItIs },
  analyzeStack: { ...AnalyzerService.analyzeStack, responseSerialize: asItIs },
  remediate: { ...AnalyzerService.remediate, requestDeserialize: asItIs, responseSerialize: asItIs },
};

/**
 * Serves a policy pack to an engine on 127.0.0.1.
 * @returns its port
 */
export async function serveAnalyzer(analyzer: Analyzer, version: string): Promise<number> {
  const server = new grpc.Server({
    "grpc.max_receive_message_length": maxMessageBytes,
    "grpc.max_send_message_length": maxMessageBytes,
  });
  server.addService(protocol, handlers(analyzer, version));
  return await new Promise((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, port) =>
      error ? reject(error) : resolve(port),
    );
  });
}

/** What is asked before each step of the engine's, and needs no thought. */
const nothingMended = new pb.RemediateResponse().serializeBinary();

const handlers = (analyzer: Analyzer, version: string): grpc.UntypedServiceImplementation => ({
  handshake: answer(() => new pb.AnalyzerHandshakeResponse()),
  getPluginInfo: answer(() => new pluginPb.PluginInfo().setVersion(version)),
  getAnalyzerInfo: answer(() => analyzer.info()),
  configureStack: answer(() => new pb.AnalyzerStackConfigureResponse()),
  configure: answer((request: pb.ConfigureAnalyzerRequest) => {
    analyzer.configure(request);
    return new empty.Empty();
  }),
  remediate: answer(() => nothingMended),
  analyze: answer((request: pb.AnalyzeRequest) => analyzer.analyze(request)),
  analyzeStack: answer((request: pb.AnalyzeStackRequest) => analyzer.analyzeStack(request)),
  cancel: answer(() => new empty.Empty()),
});

/** A handler from a function; what it throws becomes the call's error, and stops the run. */
function answer<Request, Response>(
  work: (request: Request) => Response,
): grpc.handleUnaryCall<Request, Response> {
  return ({ request }, callback) => {
    try {
      callback(null, work(request));
    } catch (error) {
      const details = error instanceof Error ? (error.stack ?? error.message) : String(error);
      callback({ code: grpc.status.UNKNOWN, details });
    }
  };
}
