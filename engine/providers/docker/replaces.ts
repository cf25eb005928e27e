/**
 * Inputs whose change takes a new object, by type: from the schema of the official provider 5.2.0
 * (`replaceOnChanges`; its `forceNew` in Terraform).
 */
export const officialReplaces = {
  Network: [
    "attachable",
    "driver",
    "ingress",
    "internal",
    "ipamConfigs",
    "ipamDriver",
    "ipamOptions",
    "ipv6",
    "labels",
    "name",
    "options",
  ],
  Volume: ["driver", "driverOpts", "labels", "name"],
  RemoteImage: ["name", "platform", "pullTriggers", "triggers"],
  Container:
    `capabilities cgroupParent cgroupnsMode command cpus deviceRequests devices dns dnsOpts dnsSearches
    domainname entrypoints envs gpus groupAdds hostname hosts image ipcMode labels logDriver logOpts mounts name
    networkMode networksAdvanced pidMode platform ports privileged publishAllPorts readOnly runtime securityOpts
    shmSize stdinOpen stopSignal stopTimeout storageOpts sysctls tty ulimits uploads user usernsMode volumes
    workingDir`.split(/\s+/),
} as const;
