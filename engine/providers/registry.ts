import type { Provider } from "./provider.ts";

/** The providers that really do their work, each loaded only by the process that serves it. */
const providers: Readonly<Record<string, () => Promise<Provider>>> = {
  coolify: async () =>
    (await import("../../components/providers/coolify/provider/index.ts")).coolifyProvider(),
  d1: async () => (await import("../../components/providers/d1/provider/index.ts")).d1Provider(),
  // Random values and keys are made in a rehearsal as well; containers are not, unless it is they that are tested.
  docker: async () =>
    process.env.RUNG_REHEARSAL_DIR && !process.env.RUNG_REAL_DOCKER
      ? (await import("./docker/rehearsed.ts")).rehearsedDocker
      : (await import("./docker/index.ts")).docker,
  random: async () => (await import("./random/index.ts")).random,
  supabase: async () =>
    (await import("../../components/providers/supabase/provider/index.ts")).supabaseProvider(),
  tls: async () => (await import("./tls/index.ts")).tls,
};

/** The names of the providers that can be served. */
export const providerNames = (): string[] => Object.keys(providers);

/** The provider of that name: one that does its work, else a stand-in from its SDK; undefined without either. */
export const providerNamed = async (name: string): Promise<Provider | undefined> =>
  providers[name]?.() ?? (await import("./generic/index.ts")).standInFor(name);
