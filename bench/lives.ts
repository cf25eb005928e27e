/**
 * `node bench/lives.ts`: the lives of all hosted stages, each up, previewed, changed in size, refreshed and destroyed:
 * by `rung rehearse --all`, which lives as many at a time as there are cores, and each by itself.
 */
import { stages } from "../components/stages.ts";
import { heading, memory, once, type Timed } from "./measure.ts";

const rehearse = (what: string): Timed => ({
  name: `rung rehearse ${what}`,
  command: ["./rung", "rehearse", what],
});

heading("The lives of all hosted stages");
const all = await once(rehearse("--all"));
console.log(`${"rung rehearse --all".padEnd(44)} ${all.toFixed(1).padStart(8)} s`);
let sum = 0;
for (const stage of Object.keys(stages).filter((name) => name !== "local")) {
  const seconds = await once(rehearse(stage));
  sum += seconds;
  console.log(`${`rung rehearse ${stage}`.padEnd(44)} ${seconds.toFixed(1).padStart(8)} s`);
}
console.log(`${"all to each by itself".padEnd(44)} ${(all / sum).toFixed(2).padStart(8)}`);
console.log(
  `${"memory of all at its peak".padEnd(44)} ${(await memory(rehearse("--all"))).toFixed(0).padStart(8)} MB`,
);
