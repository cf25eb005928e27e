import * as pulumi from "@pulumi/pulumi";
import type { z } from "zod";
import type { apiKeysInputs } from "./provider/apiKeys.ts";
import type { authSettingsInputs } from "./provider/authSettings.ts";
import type { bucketInputs } from "./provider/bucket.ts";
import type { computeInputs } from "./provider/compute.ts";
import type { networkRestrictionsInputs } from "./provider/networkRestrictions.ts";
import type { pitrInputs } from "./provider/pitr.ts";
import type { poolerSettingsInputs } from "./provider/poolerSettings.ts";
import type { projectInputs } from "./provider/project.ts";
import type { readReplicaInputs } from "./provider/readReplica.ts";
import type { schemaInputs } from "./provider/schema.ts";
import type { sslEnforcementInputs } from "./provider/sslEnforcement.ts";
import type { storageSettingsInputs } from "./provider/storageSettings.ts";
import { supabaseVersion } from "./version.ts";

/**
 * Supabase's resources for Pulumi programs, by its management API. What each takes, and what a change of it does,
 * stands with its inputs in `provider/`; the engine runs that as the plugin `pulumi-resource-supabase`. The provider
 * takes `supabase:accessToken`, or SUPABASE_ACCESS_TOKEN.
 */
type Args<Schema extends z.ZodType> = {
  [K in keyof z.input<Schema>]:
    | pulumi.Input<NonNullable<z.input<Schema>[K]>>
    | Extract<z.input<Schema>[K], undefined>;
};
type Options = pulumi.CustomResourceOptions;

abstract class SupabaseResource extends pulumi.CustomResource {
  constructor(type: string, name: string, args: object, options: Options, secrets: string[] = []) {
    super(
      `supabase:index:${type}`,
      name,
      { ...args },
      {
        version: supabaseVersion,
        // What is half-made is found again by its mark or name: never two at once.
        deleteBeforeReplace: true,
        additionalSecretOutputs: secrets,
        ...options,
      },
    );
  }
}

/** The id is its reference. */
export class Project extends SupabaseResource {
  declare readonly ref: pulumi.Output<string>;
  declare readonly databaseHost: pulumi.Output<string>;
  declare readonly poolerHost: pulumi.Output<string>;
  declare readonly apiUrl: pulumi.Output<string>;
  declare readonly storageUrl: pulumi.Output<string>;
  constructor(name: string, args: Args<typeof projectInputs>, options: Options = {}) {
    const outputs = {
      ref: undefined,
      databaseHost: undefined,
      poolerHost: undefined,
      apiUrl: undefined,
      storageUrl: undefined,
    };
    super("Project", name, { ...args, ...outputs }, options, ["password"]);
  }
}

export class Compute extends SupabaseResource {
  constructor(name: string, args: Args<typeof computeInputs>, options: Options = {}) {
    super("Compute", name, args, options);
  }
}

export class NetworkRestrictions extends SupabaseResource {
  constructor(name: string, args: Args<typeof networkRestrictionsInputs>, options: Options = {}) {
    super("NetworkRestrictions", name, args, options);
  }
}

export class SslEnforcement extends SupabaseResource {
  constructor(name: string, args: Args<typeof sslEnforcementInputs>, options: Options = {}) {
    super("SslEnforcement", name, args, options);
  }
}

export class AuthSettings extends SupabaseResource {
  constructor(name: string, args: Args<typeof authSettingsInputs>, options: Options = {}) {
    super("AuthSettings", name, args, options);
  }
}

export class StorageSettings extends SupabaseResource {
  constructor(name: string, args: Args<typeof storageSettingsInputs>, options: Options = {}) {
    super("StorageSettings", name, args, options);
  }
}

export class PoolerSettings extends SupabaseResource {
  constructor(name: string, args: Args<typeof poolerSettingsInputs>, options: Options = {}) {
    super("PoolerSettings", name, args, options);
  }
}

export class ApiKeys extends SupabaseResource {
  declare readonly anonKey: pulumi.Output<string>;
  declare readonly serviceKey: pulumi.Output<string>;
  constructor(name: string, args: Args<typeof apiKeysInputs>, options: Options = {}) {
    const outputs = { anonKey: undefined, serviceKey: undefined };
    super("ApiKeys", name, { ...args, ...outputs }, options, ["anonKey", "serviceKey"]);
  }
}

export class Bucket extends SupabaseResource {
  declare readonly name: pulumi.Output<string>;
  constructor(name: string, args: Args<typeof bucketInputs>, options: Options = {}) {
    super("Bucket", name, args, options);
  }
}

export class Pitr extends SupabaseResource {
  constructor(name: string, args: Args<typeof pitrInputs>, options: Options = {}) {
    super("Pitr", name, args, options);
  }
}

export class ReadReplica extends SupabaseResource {
  declare readonly identifier: pulumi.Output<string>;
  constructor(name: string, args: Args<typeof readReplicaInputs>, options: Options = {}) {
    super("ReadReplica", name, { ...args, identifier: undefined }, options);
  }
}

export class Schema extends SupabaseResource {
  constructor(name: string, args: Args<typeof schemaInputs>, options: Options = {}) {
    super("Schema", name, args, options, ["passwords"]);
  }
}
