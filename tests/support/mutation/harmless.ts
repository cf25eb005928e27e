/** Settings whose change is no weakness, and why: what the share of caught ones is not counted over. */
export interface Harmless {
  /** Matches `<type> <path>: <how>`. */
  readonly what: RegExp;
  readonly why: string;
}

export const harmless: readonly Harmless[] = [
  {
    what: /(applyImmediately|waitForSteadyState|skipDestroy|allowOverwrite|updateDefaultVersion|override: false → true|returnData|atomic|installCRDs|createIngressClassResource|autoAccept|setSubjectKeyId|setAuthorityKeyId|autoAssignCustomDomains|keepDisk|Release compat|deleteOnTermination|shutdownBeforeDeletion|automount):?/,
    why: "how a change is brought out, or how a provider works: the thing itself is the same",
  },
  {
    what: /(compress|isIpv6Enabled|bucketKeyEnabled|actionParameters\.cache|resourceConfig\.fluid|pod-readiness-gate-inject|initProcessEnabled):/,
    why: "speed and cost",
  },
  {
    what: /(essential|evaluateTargetHealth|zonalShiftConfig\.enabled|nodeRepairConfig\.enabled|podDisruptionBudget\.enabled|\.lifecycle: removed|aws:cloudfront\/distribution:Distribution enabled|spec\.suspend|projectCrons:ProjectCrons enabled|ScheduledTask enabled|Deployment production|ipv[46]Enabled|autoDelete):?/,
    why: "whether it runs, not who gets at it: a platform's health and alarms tell",
  },
  {
    what: /(forceDestroy|forceDelete): true → false|skipFinalSnapshot: true → false|sensitive: false → true|proxied: false → true|endpointPublicAccess: true → false|httpEndpoint: enabled → disabled|isCaCertificate: true → false|bootstrapClusterCreatorAdminPermissions: true → false|StorageSettings s3: true → false|\.except\[\]: /,
    why: "the other way round: it is safer so",
  },
  {
    what: /(Vpc|Subnet|Network|NetworkSubnet|Route|Cluster) \S*(cidrBlock|destinationCidrBlock|ipRange|serviceIpv4Cidr): → 0\.0\.0\.0\/0|certificateValidation\S* certificateArn|messageRetentionSeconds: → 0|loggingFilter\.filters\[\]\.conditions: emptied|(kubernetesNetworkConfig\.elasticLoadBalancing|computeConfig|storageConfig\.blockStorage)\.enabled: false|bootstrapSelfManagedAddons|maxRetentionDays: → 0/,
    why: "the vendor's API refuses it",
  },
  {
    what: /random:index\/randomPassword:RandomPassword (lower|number|numeric|special|upper):/,
    why: "at the length that password-long asks for, any two kinds of characters are enough",
  },
  {
    what: /env(ironment)?\[\]\.value: → latest|containerDefinitions\{\}\[\]\.secrets: emptied|ExternalSecret spec\.target\.immutable/,
    why: "the app is told a name that it only shows, or does not start without: no way in",
  },
  {
    what: /spec\.securityContext\.runAsNonRoot: true → false/,
    why: "of the pod: each of its containers says so itself, and that is caught",
  },
  {
    what: /backup\/plan:Plan rules\[\]\.(copyActions\[\]\.)?lifecycle: removed|lifecyclePolicy:LifecyclePolicy policy\{\}\.rules: emptied|BackupSchedule keepLocally|r2BucketLifecycle\S* rules\[\]\.(conditions|\S*Transition\.condition): removed/,
    why: "kept longer, or in one place of two: it costs, and loses nothing",
  },
  {
    what: /hcloud:index\/firewall:Firewall rules: emptied/,
    why: "a firewall of Hetzner's without rules lets nobody in",
  },
  {
    what: /helm\.sh\/v3:Release values\.(enableShield|enableWaf|enableWafv2|enableServiceMutatorWebhook|serviceAccount\.create)/,
    why: "parts of a chart that this cluster does not use, or that do nothing without its role",
  },
  {
    what: /upstash:index\/redisDatabase:RedisDatabase eviction|copyTagsToSnapshot|revokeRulesOnDelete|enableDns(Hostnames|Support)|Postgresql user: → root/,
    why: "as the spec asks, or tags and names: rights do not hang on it",
  },
];
