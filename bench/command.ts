/**
 * `node bench/command.ts`: what the command costs before it does anything, and an `up` that changes nothing against
 * bare Pulumi on the same stack. The stack `dev` must be up.
 */

import { engineSettings } from "../engine/settingsFile.ts";
import { ensureToolchain } from "../engine/toolchain.ts";
import { heading, pair } from "./measure.ts";

const toolchain = await ensureToolchain();
const { configFile } = await engineSettings("dev");
const bare = [
  "up",
  "--yes",
  "--skip-preview",
  "--non-interactive",
  "--stack",
  "dev",
  "--config-file",
  configFile,
];

heading("The command");
await pair(
  { name: "./rung --help", command: ["./rung", "--help"] },
  { name: "node cli/main.ts --help", command: ["node", "cli/main.ts", "--help"] },
  15,
);
await pair(
  { name: "./rung up, no change", command: ["./rung", "up"] },
  { name: "pulumi up --skip-preview, no change", command: [toolchain.pulumi, ...bare], env: toolchain.env() },
  7,
);
await pair(
  { name: "./rung plan", command: ["./rung", "plan"] },
  { name: "pulumi preview", command: [toolchain.pulumi, "preview", ...bare.slice(3)], env: toolchain.env() },
  5,
);
