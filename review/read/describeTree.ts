import { text } from "node:stream/consumers";
import { type Asked, describedIn } from "./describeIn.ts";

/** Runs in a tree of another version: see `describe.ts`. */
const asked = JSON.parse(await text(process.stdin)) as Asked;
process.stdout.write(JSON.stringify(await describedIn(asked)));
