import * as pulumi from "@pulumi/pulumi";
import { d1Version } from "./version.ts";

/**
 * D1's schema for Pulumi programs: Cloudflare's own provider makes databases, and nothing in them. What it takes, and
 * what a change of it does, stands with its inputs in `provider/`; the engine runs that as the plugin
 * `pulumi-resource-d1`.
 */
export interface ProviderArgs {
  /** Cloudflare's API token, with the permission D1 Write. CLOUDFLARE_API_TOKEN overrides it. */
  readonly apiToken: pulumi.Input<string> | undefined;
}

export class Provider extends pulumi.ProviderResource {
  constructor(name: string, { apiToken }: ProviderArgs, options: pulumi.ResourceOptions = {}) {
    const given = apiToken === undefined ? {} : { apiToken: pulumi.secret(apiToken) };
    super("d1", name, given, { version: d1Version, ...options });
  }
}

export interface SchemaArgs {
  readonly accountId: pulumi.Input<string>;
  readonly databaseId: pulumi.Input<string>;
  readonly migrations: pulumi.Input<
    readonly pulumi.Input<{ readonly version: string; readonly sql: string }>[]
  >;
}

export class Schema extends pulumi.CustomResource {
  constructor(name: string, args: SchemaArgs, options: pulumi.CustomResourceOptions) {
    super("d1:index:Schema", name, { ...args }, { version: d1Version, ...options });
  }
}
