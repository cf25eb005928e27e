import * as pulumi from "@pulumi/pulumi";
import type { z } from "zod";
import type { applicationInputs } from "./provider/application.ts";
import type { backupScheduleInputs } from "./provider/backupSchedule.ts";
import type { deploymentInputs } from "./provider/deployment.ts";
import type { dragonflyInputs } from "./provider/dragonfly.ts";
import type { environmentInputs } from "./provider/environment.ts";
import type { localServerInputs } from "./provider/localServer.ts";
import type { postgresqlInputs } from "./provider/postgresql.ts";
import type { privateKeyInputs } from "./provider/privateKey.ts";
import type { projectInputs } from "./provider/project.ts";
import type { redisInputs } from "./provider/redis.ts";
import type { s3StorageInputs } from "./provider/s3Storage.ts";
import type { scheduledTaskInputs } from "./provider/scheduledTask.ts";
import type { serverInputs } from "./provider/server.ts";
import type { variablesInputs } from "./provider/variables.ts";
import { coolifyVersion } from "./version.ts";

/**
 * Coolify's resources for Pulumi programs. What each takes, and what a change of it does, stands with its inputs in
 * `provider/`; the engine runs that as the plugin `pulumi-resource-coolify`.
 */
type Args<Schema extends z.ZodType> = {
  [K in keyof z.input<Schema>]:
    | pulumi.Input<NonNullable<z.input<Schema>[K]>>
    | Extract<z.input<Schema>[K], undefined>;
};

abstract class CoolifyResource extends pulumi.CustomResource {
  constructor(
    type: string,
    name: string,
    args: object,
    options: pulumi.CustomResourceOptions,
    secrets: string[] = [],
  ) {
    super(
      `coolify:index:${type}`,
      name,
      { ...args },
      {
        version: coolifyVersion,
        // Names are unique in Coolify, and what is half-made is found again by its mark: never two at once.
        deleteBeforeReplace: true,
        additionalSecretOutputs: secrets,
        ...options,
      },
    );
  }
}

/** Where a Coolify is, and the token that it takes. */
export interface ProviderArgs {
  /** e.g. `https://203.0.113.7`. COOLIFY_API_URL overrides it. */
  readonly endpoint: pulumi.Input<string>;
  /** COOLIFY_API_TOKEN overrides it. */
  readonly token: pulumi.Input<string>;
  /** PEM of the authority that signed its certificate; public ones are trusted without it. */
  readonly certificateAuthority?: pulumi.Input<string>;
  /** How long its first boot may take. @default 1200 */
  readonly bootSeconds?: pulumi.Input<number>;
}

export class Provider extends pulumi.ProviderResource {
  constructor(name: string, args: ProviderArgs, options: pulumi.ResourceOptions = {}) {
    const { token, bootSeconds, ...rest } = args;
    const texts = {
      ...rest,
      token: pulumi.secret(token),
      ...(bootSeconds !== undefined && { bootSeconds: pulumi.output(bootSeconds).apply(String) }),
    };
    super("coolify", name, texts, { version: coolifyVersion, ...options });
  }
}

type Options = pulumi.CustomResourceOptions;

export class Project extends CoolifyResource {
  constructor(name: string, args: Args<typeof projectInputs>, options: Options = {}) {
    super("Project", name, args, options);
  }
}

export class Environment extends CoolifyResource {
  declare readonly name: pulumi.Output<string>;
  declare readonly uuid: pulumi.Output<string>;
  constructor(name: string, args: Args<typeof environmentInputs>, options: Options = {}) {
    super("Environment", name, { ...args, uuid: undefined }, options);
  }
}

export class PrivateKey extends CoolifyResource {
  constructor(name: string, args: Args<typeof privateKeyInputs>, options: Options = {}) {
    super("PrivateKey", name, args, options, ["privateKey"]);
  }
}

export class Server extends CoolifyResource {
  declare readonly destinationUuid: pulumi.Output<string>;
  constructor(name: string, args: Args<typeof serverInputs>, options: Options = {}) {
    super("Server", name, { ...args, destinationUuid: undefined }, options);
  }
}

export class LocalServer extends CoolifyResource {
  declare readonly destinationUuid: pulumi.Output<string>;
  constructor(name: string, args: Args<typeof localServerInputs> = {}, options: Options = {}) {
    super("LocalServer", name, { ...args, destinationUuid: undefined }, options);
  }
}

/** The id is its name on its Docker network. */
export class Postgresql extends CoolifyResource {
  constructor(name: string, args: Args<typeof postgresqlInputs>, options: Options = {}) {
    super("Postgresql", name, args, options, ["password", "initSql"]);
  }
}

/** The id is its name on its Docker network. */
export class Redis extends CoolifyResource {
  constructor(name: string, args: Args<typeof redisInputs>, options: Options = {}) {
    super("Redis", name, args, options, ["password"]);
  }
}

/** The id is its name on its Docker network. */
export class Dragonfly extends CoolifyResource {
  constructor(name: string, args: Args<typeof dragonflyInputs>, options: Options = {}) {
    super("Dragonfly", name, args, options, ["password"]);
  }
}

export class Application extends CoolifyResource {
  declare readonly image: pulumi.Output<string>;
  constructor(name: string, args: Args<typeof applicationInputs>, options: Options = {}) {
    super("Application", name, args, options, ["postDeploymentCommand"]);
  }
}

export class Variables extends CoolifyResource {
  constructor(name: string, args: Args<typeof variablesInputs>, options: Options = {}) {
    super("Variables", name, args, options, ["values"]);
  }
}

export class Deployment extends CoolifyResource {
  constructor(name: string, args: Args<typeof deploymentInputs>, options: Options = {}) {
    super("Deployment", name, args, options);
  }
}

export class ScheduledTask extends CoolifyResource {
  constructor(name: string, args: Args<typeof scheduledTaskInputs>, options: Options = {}) {
    super("ScheduledTask", name, args, options);
  }
}

export class S3Storage extends CoolifyResource {
  constructor(name: string, args: Args<typeof s3StorageInputs>, options: Options = {}) {
    super("S3Storage", name, args, options, ["secretAccessKey"]);
  }
}

export class BackupSchedule extends CoolifyResource {
  declare readonly uuid: pulumi.Output<string>;
  constructor(name: string, args: Args<typeof backupScheduleInputs>, options: Options = {}) {
    super("BackupSchedule", name, { ...args, uuid: undefined }, options);
  }
}
