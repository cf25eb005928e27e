import * as grpc from "@grpc/grpc-js";
import service from "@pulumi/pulumi/proto/language_grpc_pb.js";
import pb from "@pulumi/pulumi/proto/language_pb.js";
import pluginPb from "@pulumi/pulumi/proto/plugin_pb.js";
import empty from "google-protobuf/google/protobuf/empty_pb.js";
import { Children } from "./children.ts";
import { installDependencies } from "./install.ts";
import { dependenciesOf, requiredPackages } from "./packages.ts";
import { runPlugin } from "./plugin.ts";
import { runProgram } from "./program.ts";

export interface ServedHost {
  readonly port: number;
  /** Ends every program that still runs, then the server. */
  stop(): Promise<void>;
}

/** What a program may send at once. */
const maxMessageBytes = 400 * 1024 * 1024;

/**
 * Serves the Node language runtime to an engine, in place of Pulumi's own `pulumi-language-nodejs`, which is not
 * published as source that can be built. Programs run under the Node that runs this.
 * @param engine its address, for what the programs log
 */
export async function serveLanguageHost(engine: string): Promise<ServedHost> {
  const children = new Children();
  const server = new grpc.Server({
    "grpc.max_receive_message_length": maxMessageBytes,
    "grpc.max_send_message_length": maxMessageBytes,
  });
  server.addService(service.LanguageRuntimeService, handlers(engine, children));
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    );
  });
  return {
    port,
    async stop() {
      await children.end();
      server.forceShutdown();
    },
  };
}

function handlers(engine: string, children: Children): grpc.UntypedServiceImplementation {
  return {
    handshake: answer(async () => new pb.LanguageHandshakeResponse()),
    getPluginInfo: answer(async () => new pluginPb.PluginInfo()),
    getRequiredPlugins: answer(async (request: pb.GetRequiredPluginsRequest) => {
      const response = new pb.GetRequiredPluginsResponse();
      response.setPluginsList(requiredPackages(programFolder(request.getInfo(), request.getPwd())));
      return response;
    }),
    getRequiredPackages: answer(async (request: pb.GetRequiredPackagesRequest) => {
      const response = new pb.GetRequiredPackagesResponse();
      response.setPackagesList(requiredPackages(programFolder(request.getInfo(), "")));
      return response;
    }),
    runtimeOptionsPrompts: answer(async () => new pb.RuntimeOptionsResponse()),
    getProgramDependencies: answer(async (request: pb.GetProgramDependenciesRequest) => {
      const response = new pb.GetProgramDependenciesResponse();
      response.setDependenciesList(dependenciesOf(programFolder(request.getInfo(), request.getPwd())));
      return response;
    }),
    about: answer(async () => {
      const response = new pb.AboutResponse();
      response.setExecutable(process.execPath);
      response.setVersion(process.version);
      return response;
    }),
    run: answer((request: pb.RunRequest) => runProgram(request, engine, children)),
    runPlugin: (call: grpc.ServerWritableStream<pb.RunPluginRequest, pb.RunPluginResponse>) =>
      runPlugin(call, engine, children),
    installDependencies: (
      call: grpc.ServerWritableStream<pb.InstallDependenciesRequest, pb.InstallDependenciesResponse>,
    ) => installDependencies(call, children),
    cancel: answer(async () => {
      await children.end();
      return new empty.Empty();
    }),
  };
}

const programFolder = (info: pb.ProgramInfo | undefined, otherwise: string): string =>
  info?.getProgramDirectory() || info?.getRootDirectory() || otherwise || process.cwd();

/** A handler from a function; what it throws becomes the call's error. */
function answer<Request, Response>(
  work: (request: Request) => Promise<Response>,
): grpc.handleUnaryCall<Request, Response> {
  return ({ request }, callback) => {
    work(request).then(
      (response) => callback(null, response),
      (error: unknown) =>
        callback({
          code: grpc.status.UNKNOWN,
          details: error instanceof Error ? error.message : String(error),
        }),
    );
  };
}
