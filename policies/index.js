// Pulumi hands a pack's TypeScript to ts-node, and its JavaScript to Node, which reads the rest as it is.
import "../stacks/lean.ts";
import "./rung.ts";
