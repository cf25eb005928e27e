// Pulumi hands a pack's TypeScript to ts-node, and its JavaScript to Node, which reads the rest as it is.
import { enableCompileCache, flushCompileCache } from "node:module";
import { join } from "node:path";

enableCompileCache(join(import.meta.dirname, "..", ".rung", "cache", "compile"));
// Pulumi requires this file, and what is required cannot wait; the server keeps the process.
import("./rung.ts");
// The engine ends a pack by a signal: what Node compiled is kept while there is time.
setTimeout(flushCompileCache, 1000).unref();
