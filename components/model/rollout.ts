/**
 * What brought the app's newest release out, as the platform's own API names it: enough to ask whether it is that
 * which serves, and what it says.
 */
export type Rollout =
  | {
      readonly platform: "ecs";
      readonly region: string;
      readonly cluster: string;
      readonly service: string;
      /** The ARN, revision included. */
      readonly taskDefinition: string;
      readonly logGroup: string;
    }
  | {
      readonly platform: "eks";
      readonly namespace: string;
      /** One a region: Container Insights' group of what pods say. */
      readonly places: readonly { readonly region: string; readonly logGroup: string }[];
    }
  | { readonly platform: "coolify"; readonly application: string; readonly deployment: string }
  | {
      readonly platform: "vercel";
      readonly project: string;
      readonly deployment: string;
      /** Slug or id. */
      readonly team?: string;
    }
  | {
      readonly platform: "workers";
      readonly account: string;
      readonly script: string;
      readonly version: string;
    };

export type PlatformName = Rollout["platform"];
