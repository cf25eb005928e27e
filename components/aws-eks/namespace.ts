import type { Site } from "./eks.ts";
import { appNamespace, core, inside, metadata, restrictedLabels } from "./kubernetes.ts";
import { networkPolicies } from "./policies.ts";

/**
 * The app's namespace under the restricted pod security standard, with a service account of its own that the cluster's
 * API knows no rights of, and nothing that may speak but what is named.
 */
export function namespace(site: Site) {
  const { labels, annotations, name } = metadata(site, appNamespace, "app");
  const space = new core.Namespace(
    `${site.prefix}app`,
    {
      metadata: {
        name,
        annotations,
        labels: {
          ...labels,
          ...restrictedLabels,
          // A pod is ready when the load balancer says so.
          "elbv2.k8s.aws/pod-readiness-gate-inject": "enabled",
        },
      },
    },
    inside(site),
  );
  const options = { ...inside(site), dependsOn: [...site.cluster.ready, space] };
  const account = new core.ServiceAccount(
    `${site.prefix}app`,
    { metadata: metadata(site, "app", "app"), automountServiceAccountToken: false },
    options,
  );
  const policies = networkPolicies(site, options);
  return { space, account, policies };
}
