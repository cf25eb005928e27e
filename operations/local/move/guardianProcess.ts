import { guardedVariable } from "../../../migrations/stages/guardian.ts";
import { standGuard } from "../../../migrations/stages/standGuard.ts";
import { type LocalGuarded, reachEnds } from "./reach.ts";

/** Run by `startGuardian` alone: it has ways of its own into both stacks, since its parent's end with the parent. */
const { folder, ...ends } = JSON.parse(process.env[guardedVariable] ?? "") as LocalGuarded; // written by moveReach
const { close, ...reached } = await reachEnds(ends);
await standGuard({ folder, ...reached });
await close();
