import type { Step } from "../read/steps.ts";
import { exposes, type Judgement } from "./rule.ts";

/** Who may reach what: an address range, or the name of another group, and the ports. */
interface Door {
  readonly from: string;
  readonly ports: string;
}

type Inputs = Readonly<Record<string, unknown>>;

/** For each type that lets something in: the doors that its inputs open. */
const doorsOf: readonly { readonly type: RegExp; readonly read: (inputs: Inputs) => Door[] }[] = [
  {
    type: /^aws:vpc\/securityGroupIngressRule:/,
    read: (rule) =>
      sources(rule.cidrIpv4, rule.cidrIpv6, rule.prefixListId, rule.referencedSecurityGroupId).map(
        (from) => ({
          from,
          ports: range(rule.fromPort, rule.toPort),
        }),
      ),
  },
  {
    type: /^aws:ec2\/securityGroup:/,
    read: ({ ingress }) =>
      list(ingress).flatMap((rule) =>
        sources(...list(rule.cidrBlocks), ...list(rule.ipv6CidrBlocks), ...list(rule.securityGroups)).map(
          (from) => ({ from, ports: range(rule.fromPort, rule.toPort) }),
        ),
      ),
  },
  {
    type: /^aws:ec2\/securityGroupRule:/,
    read: (rule) =>
      rule.type === "egress"
        ? []
        : sources(...list(rule.cidrBlocks), rule.sourceSecurityGroupId).map((from) => ({
            from,
            ports: range(rule.fromPort, rule.toPort),
          })),
  },
  {
    type: /^hcloud:index\/firewall:/,
    read: ({ rules }) =>
      list(rules)
        .filter(({ direction }) => direction !== "out")
        .flatMap(({ sourceIps, port, protocol }) =>
          list(sourceIps).map((from) => ({ from: String(from), ports: String(port ?? protocol ?? "any") })),
        ),
  },
  {
    type: /^aws:eks\/cluster:/,
    read: ({ vpcConfig }) => {
      const { endpointPublicAccess, publicAccessCidrs } = (vpcConfig ?? {}) as Inputs;
      if (endpointPublicAccess === false) return [];
      const cidrs = list(publicAccessCidrs);
      return (cidrs.length > 0 ? cidrs : ["0.0.0.0/0"]).map((from) => ({
        from: String(from),
        ports: "the Kubernetes API",
      }));
    },
  },
  {
    type: /^supabase:index:NetworkRestrictions$/,
    read: ({ cidrs }) => list(cidrs).map((from) => ({ from: String(from), ports: "5432" })),
  },
  {
    type: /^docker:index\/container:/,
    read: ({ ports }) =>
      list(ports).map(({ ip, external, internal }) => ({
        from: ip === undefined || ip === "0.0.0.0" || ip === "::" ? "0.0.0.0/0" : `the host's ${ip}`,
        ports: String(external ?? internal),
      })),
  },
  {
    type: /^kubernetes:core\/v1:Service$/,
    read: ({ spec }) => {
      const { type, ports, loadBalancerSourceRanges } = (spec ?? {}) as Inputs;
      if (type !== "LoadBalancer" && type !== "NodePort") return [];
      const ranges = list(loadBalancerSourceRanges);
      return (ranges.length > 0 ? ranges : ["0.0.0.0/0"]).flatMap((from) =>
        list(ports).map(({ port }) => ({ from: String(from), ports: String(port) })),
      );
    },
  },
];

// The engine's values are of any shape; what is read of them is made text.
// biome-ignore lint/suspicious/noExplicitAny: see above
const list = (value: unknown): any[] => (Array.isArray(value) ? value : []);

const sources = (...all: unknown[]): string[] =>
  all.filter((one) => one !== undefined && one !== "").map(String);

const range = (from: unknown, to: unknown): string =>
  from === undefined || Number(from) === -1
    ? "any"
    : String(from) === String(to)
      ? String(from)
      : `${from}-${to}`;

const anywhere = new Set(["0.0.0.0/0", "::/0", "*"]);

/** What the world may reach by nature of the thing. */
const publicPorts = new Set(["80", "443"]);

/** Which doors are new, and whether they stand open to the world. A door that closes is harmless here. */
export function judgeDoors(step: Step): Judgement[] {
  const row = doorsOf.find(({ type }) => type.test(step.type));
  if (!row || step.operation === "delete" || step.operation === "forget") return [];
  const before = new Set(row.read(step.before).map(keyOf));
  const opened = row.read(step.after).filter((door) => !before.has(keyOf(door)));
  const world = opened.filter(({ from }) => anywhere.has(from));
  const bad = world.filter(({ ports }) => !publicPorts.has(ports));
  const paths = step.differences.map(({ path }) => path);
  if (bad.length > 0) {
    const said = exposes.block([
      "open-to-the-world",
      `${step.name} lets the whole internet in: ${ports(bad)}`,
      "name the addresses or the security group that need it",
    ]);
    return [{ ...said, paths }];
  }
  if (world.length > 0) {
    const said = exposes.review([
      "open-to-the-world",
      `${step.name} lets the whole internet in: ${ports(world)}`,
      "let in the CDN's addresses alone where there is one",
    ]);
    return [{ ...said, paths }];
  }
  if (opened.length === 0) return [];
  const said = exposes.review([
    "door-opened",
    `${step.name} lets in ${opened
      .slice(0, 3)
      .map(({ from, ports }) => `${readable(from)} on ${ports}`)
      .join(", ")}${opened.length > 3 ? ` and ${opened.length - 3} more` : ""}`,
    "make sure that each of them needs it",
  ]);
  return [{ ...said, paths }];
}

/** Whether doors are what a property of this type is about: then the doors decide, not the property. */
export const isDoor = (type: string): boolean => doorsOf.some((row) => row.type.test(type));

const keyOf = ({ from, ports }: Door): string => `${from} ${ports}`;

const ports = (doors: readonly Door[]): string =>
  [...new Set(doors.map((door) => (/^[\d-]+$/.test(door.ports) ? `port ${door.ports}` : door.ports)))].join(
    ", ",
  );

const readable = (from: string): string =>
  /^[0-9a-f]{8}-/.test(from) ? "a group made by this change" : from;
