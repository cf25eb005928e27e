import { none } from "../model/none.ts";

/** Coolify tells of full disks, failed deployments and backups; where to is set in Coolify, its API has no word for it. */
export const alerts = none("alerts", "Coolify's notifications cannot be set through its API");
