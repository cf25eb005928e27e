import * as grpc from "@grpc/grpc-js";
import engineService from "@pulumi/pulumi/proto/engine_grpc_pb.js";
import enginePb from "@pulumi/pulumi/proto/engine_pb.js";

/** Shows a line beside a resource in the engine's output, replaced by the next one. */
export type StatusLine = (urn: string, text: string) => void;

/** Lines go to the engine that listens there; one that cannot be reached loses them, and nothing else. */
export function statusLines(address: string): StatusLine {
  const engine = new engineService.EngineClient(address, grpc.credentials.createInsecure());
  return (urn, text) => {
    const request = new enginePb.LogRequest();
    request.setSeverity(enginePb.LogSeverity.INFO);
    request.setUrn(urn);
    request.setMessage(text);
    request.setEphemeral(true);
    engine.log(request, () => {});
  };
}

/** Writes one line into the engine's output, for good. */
export function say(address: string, text: string): Promise<void> {
  const engine = new engineService.EngineClient(address, grpc.credentials.createInsecure());
  const request = new enginePb.LogRequest();
  request.setSeverity(enginePb.LogSeverity.INFO);
  request.setMessage(text);
  // An engine that cannot be reached loses the line, and nothing else.
  return new Promise((resolve) => engine.log(request, () => resolve()));
}
