import type { Provider } from "./provider.ts";

/** The providers that really do their work, each loaded only by the process that serves it. */
const providers: Readonly<Record<string, () => Promise<Provider>>> = {
  coolify: async () =>
    (await import("../../components/providers/coolify/provider/index.ts")).coolifyProvider(),
  d1: async () => (await import("../../components/providers/d1/provider/index.ts")).d1Provider(),
  docker: async () => (await import("./docker/index.ts")).docker,
  random: async () => (await import("./random/index.ts")).random,
  supabase: async () =>
    (await import("../../components/providers/supabase/provider/index.ts")).supabaseProvider(),
  tls: async () => (await import("./tls/index.ts")).tls,
};

/** Those that a rehearsal plays: random values and keys are made in it as well, containers are not. */
const twins: Readonly<Record<string, () => Promise<Provider>>> = {
  "docker-rehearsed": async () => (await import("./docker/rehearsed.ts")).rehearsedDocker,
};

/** The name to serve a provider by in a rehearsal. */
export const twinOf = (name: string): string => (`${name}-rehearsed` in twins ? `${name}-rehearsed` : name);

/** The names of the providers that can be served. */
export const providerNames = (): string[] => Object.keys(providers);

/** The provider of that name: one that does its work, else a stand-in from its SDK; undefined without either. */
export const providerNamed = async (name: string): Promise<Provider | undefined> =>
  (providers[name] ?? twins[name])?.() ?? (await import("./generic/index.ts")).standInFor(name);
