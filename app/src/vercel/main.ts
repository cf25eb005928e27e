import type { IncomingMessage, ServerResponse } from "node:http";
import { getRequestListener } from "@hono/node-server";
import { createApp } from "../app.ts";
import { readBindings } from "../bindings.ts";
import { loadAssets } from "../node/assets.ts";
import { nodeServices } from "../node/services.ts";
import { Stopping } from "./stopping.ts";

/**
 * The same app as a Vercel function on Node. What it stands on is bound once an instance: instances serve many
 * requests, one after the other and side by side.
 */
const stopping = new Stopping();
process.once("SIGTERM", () => stopping.stop());
process.on("unhandledRejection", (error) => console.error("unhandled", error));

const services = await nodeServices(
  readBindings(process.env),
  await loadAssets(import.meta.dirname),
  stopping,
);
const handle = getRequestListener(createApp(services).fetch, { overrideGlobalObjects: false });

export default (request: IncomingMessage, response: ServerResponse): Promise<void> => {
  // A stream that Vercel would cut off is ended before: clients come again at once.
  stopping.begun();
  response.once("close", () => stopping.ended());
  return handle(request, response);
};
