import type * as pulumi from "@pulumi/pulumi";
import type { Bindings } from "../model/bindings.ts";
import type { Site } from "./eks.ts";
import { labelsOf } from "./kubernetes.ts";

export interface PodOptions {
  /** `app`, `migrate` or `job`: also the container's name. */
  readonly part: string;
  readonly args: readonly string[];
  readonly variables: Bindings<pulumi.Input<string>> | Readonly<Record<string, pulumi.Input<string>>>;
  /** Names of the cluster's secrets whose keys become variables. */
  readonly secrets: readonly pulumi.Input<string>[];
  readonly image: string;
  readonly restartPolicy?: "Never" | "Always";
  readonly graceSeconds?: number;
  /** What it asks for; what the size gives the app unless said. */
  readonly resources?: { readonly cpuMilli: number; readonly memoryMb: number };
  /** More of the container and of the pod, e.g. probes. */
  readonly container?: object;
  readonly pod?: object;
}

/**
 * A pod as the restricted standard wants it: not root, no rights to gain, no capabilities, the default seccomp profile;
 * besides, a root that cannot be written, the image by digest, and no token for the cluster's API.
 */
export function podOf(site: Site, options: PodOptions) {
  const { cpuMilli, memoryMb } = options.resources ?? site.plan.app.detail;
  return {
    metadata: { labels: labelsOf(site, options.part) },
    spec: {
      serviceAccountName: "app",
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      restartPolicy: options.restartPolicy ?? "Never",
      terminationGracePeriodSeconds: options.graceSeconds ?? 30,
      nodeSelector: { "kubernetes.io/arch": "arm64" },
      securityContext: {
        runAsNonRoot: true,
        runAsUser: 10001,
        runAsGroup: 10001,
        fsGroup: 10001,
        seccompProfile: { type: "RuntimeDefault" },
      },
      volumes: [{ name: "tmp", emptyDir: { sizeLimit: "256Mi" } }],
      ...options.pod,
      containers: [
        {
          name: options.part,
          image: options.image,
          args: [...options.args],
          env: Object.entries<pulumi.Input<string> | undefined>(options.variables).flatMap(([name, value]) =>
            value === undefined ? [] : [{ name, value }],
          ),
          envFrom: options.secrets.map((name) => ({ secretRef: { name } })),
          // No limit on CPU: what is idle may be used; memory is what it asked for.
          resources: {
            requests: { cpu: `${cpuMilli}m`, memory: `${memoryMb}Mi` },
            limits: { memory: `${memoryMb}Mi` },
          },
          securityContext: {
            allowPrivilegeEscalation: false,
            readOnlyRootFilesystem: true,
            runAsNonRoot: true,
            capabilities: { drop: ["ALL"] },
          },
          volumeMounts: [{ name: "tmp", mountPath: "/tmp" }],
          ...options.container,
        },
      ],
    },
  };
}
