// Pulumi hands a pack's TypeScript to ts-node, and its JavaScript to Node, which reads the rest as it is.
import { flushCompileCache } from "node:module";
import "../stacks/lean.ts";
import "./rung.ts";

// The engine ends a pack by a signal, and what Node compiled it keeps only when it ends by itself.
flushCompileCache();
