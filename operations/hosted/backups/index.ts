import type { DatabaseAt, DatabaseVendor } from "../../../components/model/databaseAt.ts";
import type { At, Patience, ProviderBackups } from "./provider.ts";

/** Each loaded only when a stack's database is there. */
const vendors: {
  readonly [V in DatabaseVendor]: () => Promise<
    (at: At<V>, stack: string, patience: Patience) => ProviderBackups
  >;
} = {
  rds: async () => (await import("./rds/instance.ts")).rdsBackups,
  aurora: async () => (await import("./rds/cluster.ts")).auroraBackups,
  supabase: async () => (await import("./supabase.ts")).supabaseBackups,
  coolify: async () => (await import("./coolify.ts")).coolifyBackups,
  d1: async () => (await import("./d1.ts")).d1Backups,
};

/** A restore of hundreds of gigabytes takes hours. */
const patience: Patience = {
  withinSeconds: 4 * 60 * 60,
  everyMs: Number(process.env.RUNG_LOOK_MS) || 10_000,
};

/** The backups of a vendor's database. */
export async function backupsAt(at: DatabaseAt, stack: string): Promise<ProviderBackups> {
  // TypeScript does not see that the two are of one kind.
  const open = (await vendors[at.vendor]()) as (
    at: DatabaseAt,
    stack: string,
    p: Patience,
  ) => ProviderBackups;
  return open(at, stack, patience);
}
