import Module, { createRequire } from "node:module";

/*
 * Three things that Pulumi's SDK does in every program, and that this one has no use for: together half of the time
 * and half of the memory that a preview took. Each is left as it is where an SDK to come does otherwise.
 */

/** Requires as the SDK itself does. */
const sdk = createRequire(createRequire(import.meta.url).resolve("@pulumi/pulumi"));

/**
 * npm's dependency resolver, some 400 modules: there to pack the modules of a function that is sent to a cloud. It is
 * loaded once it is asked for.
 */
function loadResolverOnDemand(): void {
  const name = "@npmcli/arborist";
  const path = sdk.resolve(name);
  if (sdk.cache[path]) return;
  const later = new Module(path);
  later.loaded = true;
  later.exports = {
    __esModule: true,
    get Arborist() {
      if (sdk.cache[path] === later) delete sdk.cache[path];
      return sdk(name).Arborist;
    },
  };
  sdk.cache[path] = later;
}

/** The stack of each of four promises a property, to name one that is never kept; the SDK's own switch keeps them. */
function forgetWherePromisesBegan(): void {
  const debuggable: { debuggablePromise?: (...of: unknown[]) => unknown } = sdk("./runtime/debuggable");
  const watched = debuggable.debuggablePromise;
  if (typeof watched !== "function" || process.env.PULUMI_DEBUG_PROMISE_LEAKS) return;
  debuggable.debuggablePromise = (...of) => {
    const limit = Error.stackTraceLimit;
    Error.stackTraceLimit = 0;
    try {
      return watched(...of);
    } finally {
      Error.stackTraceLimit = limit;
    }
  };
}

/** Node strips types in place: lines and columns are right without a source map that each frame is looked up in. */
function readStacksAsTheyAre(): void {
  if (process.features.typescript === "strip") delete (Error as Partial<ErrorConstructor>).prepareStackTrace;
}

for (const lighten of [loadResolverOnDemand, forgetWherePromisesBegan, readStacksAsTheyAre]) {
  try {
    lighten();
  } catch {
    // the SDK has changed: it is only slower
  }
}
