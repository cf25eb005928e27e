import { type Guarded, guardedVariable } from "./guardian.ts";
import { standGuard } from "./standGuard.ts";
import { poolerTraffic } from "./traffic.ts";

/** Run by `startGuardian` alone. */
const { folder, sides, pooler } = JSON.parse(process.env[guardedVariable] ?? "") as Guarded; // written by startGuardian
await standGuard({ folder, sides, traffic: () => poolerTraffic(pooler, sides) });
