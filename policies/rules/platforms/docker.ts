import { all, atLeast, is, isNot, type Rule } from "../../model.ts";

/** Docker. CIS: the Docker Benchmark v1.7.0. */
export const docker: readonly Rule[] = [
  {
    id: "docker-hardened",
    types: ["docker:index/container:Container"],
    must: "containers are read-only, without special rights, and cannot get more",
    why: "what gets into one should find nothing to use",
    mend: 'set readOnly: true, capabilities.drops: ["ALL"], securityOpts: ["no-new-privileges"]',
    severity: "high",
    controls: ["CIS Docker 5.12", "CIS Docker 5.3", "CIS Docker 5.25"],
    check: all(is("readOnly", true), isNot("privileged", true), (see) => {
      if (!see.list("capabilities.drops").includes("ALL")) return "capabilities.drops does not hold ALL";
      return see.list("securityOpts").some((one) => String(one).startsWith("no-new-privileges"))
        ? undefined
        : "securityOpts does not hold no-new-privileges";
    }),
    good: [{ readOnly: true, capabilities: { drops: ["ALL"] }, securityOpts: ["no-new-privileges"] }],
    bad: [
      {},
      {
        readOnly: true,
        privileged: true,
        capabilities: { drops: ["ALL"] },
        securityOpts: ["no-new-privileges"],
      },
      { readOnly: true, capabilities: { drops: [] }, securityOpts: ["no-new-privileges"] },
    ],
  },
  {
    id: "docker-local-ports",
    types: ["docker:index/container:Container"],
    must: "ports are published on this machine alone",
    why: "Docker opens them around the machine's own firewall",
    mend: 'set ports[].ip: "127.0.0.1"',
    severity: "critical",
    controls: ["CIS Docker 5.13"],
    check: (see) => {
      const ports = see.list("ports") as readonly { ip?: string; external?: number; internal?: number }[];
      const open = ports.find(({ ip }) => ip !== "127.0.0.1" && ip !== "::1");
      return open
        ? `port ${open.external ?? open.internal} is published on ${open.ip ?? "every address"}`
        : undefined;
    },
    good: [{}, { ports: [{ ip: "127.0.0.1", external: 1 }] }],
    bad: [{ ports: [{ external: 5432 }] }, { ports: [{ ip: "0.0.0.0", external: 1 }] }],
  },
  {
    id: "docker-limits",
    types: ["docker:index/container:Container"],
    must: "a container's memory is limited",
    why: "one that grows takes the others with it",
    mend: "set memory",
    severity: "medium",
    controls: ["CIS Docker 5.10"],
    check: atLeast("memory", 4),
    good: [{ memory: 64 }],
    bad: [{}],
  },
  {
    id: "docker-socket-shut",
    types: ["docker:index/container:Container"],
    must: "no container has Docker's socket",
    why: "whoever has it is root on the machine",
    mend: "leave the mount out",
    severity: "critical",
    controls: ["CIS Docker 5.31"],
    check: (see) => {
      const mounted = [...see.list("volumes[].hostPath"), ...see.list("mounts[].source")].map(String);
      return mounted.some((path) => path.includes("docker.sock")) ? "docker.sock is mounted" : undefined;
    },
    good: [{ volumes: [{ volumeName: "data" }] }],
    bad: [{ volumes: [{ hostPath: "/var/run/docker.sock" }] }],
  },
];
