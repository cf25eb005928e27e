import { nameOf } from "../../components/kit/context.ts";
import { ensureBaseImage } from "../../engine/baseImage.ts";
import { linuxBinary } from "../../engine/binaries.ts";
import { ensureDocker } from "../../engine/docker.ts";
import { type Report, step } from "../progress.ts";
import type { StageOperations } from "../stage.ts";
import { answers } from "./answers.ts";
import { localArchive } from "./archive.ts";
import { backup } from "./backup.ts";
import { copyRows } from "./copyRows.ts";
import { reachDatabase } from "./database.ts";
import { health } from "./health.ts";
import { labelled } from "./labelled.ts";
import { logs } from "./logs.ts";
import { moveReach } from "./move/reach.ts";
import { removeRelaysOn } from "./move/relays.ts";
import { takenPorts } from "./ports.ts";
import { recover } from "./recover.ts";
import { strangers } from "./strangers.ts";

export const localOperations: StageOperations = {
  providerProtects: false,
  prepare,
  obstacles: async ({ context, file }) => {
    const theirs = await strangers(context, file);
    return theirs.length > 0 ? theirs : takenPorts(context, file);
  },
  recover,
  answers,
  health,
  logs,
  labelled,
  copyRows,
  archive: localArchive,
  database: (living) => reachDatabase(living),
  backup,
  move: moveReach,
  detach: (context) => removeRelaysOn(nameOf(context, "private")),
};

/** Docker, and what the images are built from. */
async function prepare(report: Report): Promise<void> {
  await step(report, "docker", async (say) => {
    await ensureDocker(say);
    await ensureBaseImage(say);
    for (const name of ["node", "dbmate", "versitygw", "supercronic"] as const)
      await linuxBinary(name, undefined, say);
  });
}
