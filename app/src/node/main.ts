import { createServer, type Server } from "node:http";
import { getRequestListener } from "@hono/node-server";
import { createApp } from "../app.ts";
import { BindingsError, readBindings } from "../bindings.ts";
import { loadAssets } from "./assets.ts";
import { Draining } from "./drain.ts";
import { type NodeServices, nodeServices } from "./services.ts";

/** Longer than any proxy keeps an idle connection: who closes first must not be the one who is written to. */
const keepAliveMs = 75_000;

async function main(): Promise<void> {
  const bindings = readBindings(process.env);
  const draining = new Draining();
  const services = await nodeServices(bindings, await loadAssets(import.meta.dirname), draining);
  const { log } = services;

  const handle = getRequestListener(createApp(services).fetch, { overrideGlobalObjects: false });
  const server = createServer(
    { keepAliveTimeout: keepAliveMs, headersTimeout: 20_000 },
    (request, response) => {
      if (draining.draining) response.setHeader("Connection", "close");
      void handle(request, response);
    },
  );
  const measured = bindings.METRICS_PORT === undefined ? undefined : metricsServer(services);
  await Promise.all([
    listening(server, bindings.PORT),
    measured && listening(measured, bindings.METRICS_PORT),
  ]);
  const { stage, size, version } = services.info;
  log.info({ stage, size, version, port: bindings.PORT }, "serving");

  const stop = async (signal: string) => {
    // A second signal: someone is in a hurry.
    if (draining.draining) process.exit(1);
    log.info({ signal }, "told to stop");
    await draining.stop(server, bindings.DRAIN_SECONDS, log);
    measured?.close();
    await services.close();
    log.info({}, "stopped");
    process.exit(0);
  };
  for (const signal of ["SIGTERM", "SIGINT"] as const) process.on(signal, () => void stop(signal));
  process.on("unhandledRejection", (err) => log.error({ err }, "unhandled"));
}

/** Apart from the app: the edge leads nobody here. */
const metricsServer = ({ exposition }: NodeServices): Server =>
  createServer((request, response) => {
    if (request.url !== "/metrics") return void response.writeHead(404).end();
    exposition().then(
      ({ contentType, body }) => response.writeHead(200, { "Content-Type": contentType }).end(body),
      () => response.writeHead(500).end(),
    );
  });

const listening = (server: Server, port: number | undefined): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, resolve);
  });

main().catch((error: unknown) => {
  // Before there is a logger, or because there can be none.
  console.error(error instanceof BindingsError ? error.message : error);
  process.exit(1);
});
