import type { Step } from "../read/steps.ts";
import { exposes, type Judgement, loses, rests, type Said, stops } from "./rule.ts";

interface Row {
  readonly type: RegExp;
  readonly say: (step: Step) => Said | undefined;
}

/** New ones stand beside the old before these go: a revision, a version, a rule. */
const rolls =
  /^cloudflare:index\/(workerVersion|workersDeployment):|^aws:(ecs\/taskDefinition|lambda\/function|ec2\/launchTemplate|secretsmanager\/secretVersion|acm\/certificateValidation|iam\/rolePolicyAttachment|appautoscaling\/policy|cloudfront\/responseHeadersPolicy|s3\/bucketObject)|^coolify:index:Deployment$|^supabase:index:Schema$|^vercel:index\/deployment:|^kubernetes:batch\/v1:Job$|^docker:index\/remoteImage:/;

/** All of the stack stands on these. */
const ground =
  /^aws:(ec2\/vpc|eks\/cluster|ecs\/cluster|ec2\/subnet):|^hcloud:index\/(network|networkSubnet):|^kubernetes:core\/v1:Namespace$/;

export const nameChanged = stops.review([
  "name-changed",
  "a public name changes: who asks by the old one is no longer answered",
  "keep the old name beside the new one, and send its visitors on",
]);

const replacedRows: readonly Row[] = [
  { type: rolls, say: () => undefined },
  {
    type: /^cloudflare:index\/(record|dnsRecord|workersCustomDomain):|^vercel:index\/projectDomain:|^aws:route53\/record:/,
    say: () => nameChanged,
  },
  {
    type: ground,
    say: ({ name }) =>
      stops.block([
        "ground-replaced",
        `${name} is replaced, and with it all that stands in it`,
        "make the new one beside the old, move what runs there, and then let the old one go",
      ]),
  },
  {
    type: /^aws:(ec2\/eip|ec2\/natGateway):|^hcloud:index\/primaryIp:/,
    say: ({ name }) =>
      stops.review([
        "address-changed",
        `${name} is replaced: the address changes, and connections through the old one are cut`,
        "tell those who let the old address in, or keep it",
      ]),
  },
  {
    type: /^aws:backup\/selection:/,
    say: ({ name, before, after }) => {
      const count = ({ resources }: Step["before"]) => (Array.isArray(resources) ? resources.length : 0);
      return count(after) >= count(before)
        ? undefined
        : loses.review([
            "backup-weakened",
            `${name} backs up ${count(after)} stores instead of ${count(before)}`,
            "keep every store in the selection",
          ]);
    },
  },
  {
    type: /^aws:eks\/nodeGroup:/,
    say: ({ name, deletesFirst }) =>
      stops.review([
        "nodes-replaced",
        deletesFirst
          ? `the nodes of ${name} are deleted before new ones are there: nothing can run in between`
          : `the nodes of ${name} are replaced: every pod on them is moved`,
        "let the new group become ready first; disruption budgets must allow the move",
      ]),
  },
  {
    type: /^docker:index\/container:/,
    say: ({ name, deletesFirst }) =>
      deletesFirst
        ? stops.review([
            "restart",
            `${name} is stopped before its replacement starts`,
            "do it when there is little traffic",
          ])
        : undefined,
  },
];

/** What is said when something that holds no data is replaced. */
export function judgeReplaced(step: Step): Said | undefined {
  const row = replacedRows.find(({ type }) => type.test(step.type));
  if (row) return row.say(step);
  const why = step.differences.find(({ replaces }) => replaces)?.path;
  return stops.review([
    "replaced",
    step.deletesFirst
      ? `${step.name} is deleted before its replacement is there`
      : `${step.name} is replaced${why ? `, forced by ${why}` : ""}`,
    "look whether what hangs on it bears the change; keep the property as it is where it does not",
  ]);
}

/** Taking these away leaves something open, unseen or unguarded. */
const guards: readonly Row[] = [
  {
    type: /^docker:index\/remoteImage:/,
    say: ({ name }) =>
      rests.note(["image-left", `${name} is no longer managed: the image stays on the machine`, "nothing"]),
  },
  {
    type: /^supabase:index:SslEnforcement$/,
    say: ({ name }) =>
      exposes.block([
        "tls-off",
        `${name} is deleted: the database takes connections without TLS`,
        "keep it enforced",
      ]),
  },
  {
    type: /^aws:s3\/bucketPublicAccessBlock:/,
    say: ({ name }) =>
      exposes.block([
        "guard-deleted",
        `the bucket ${name} may be made public: what forbids it is deleted`,
        "keep the public access block",
      ]),
  },
  {
    type: /^aws:(wafv2\/webAcl|wafv2\/webAclAssociation|guardduty|securityhub|ec2\/flowLog|cloudtrail|s3\/bucketServerSide|s3\/bucketOwnership|s3\/bucketPolicy)|^cloudflare:index\/(ruleset|zoneSetting):|^kubernetes:networking\.k8s\.io\/v1:NetworkPolicy$|^supabase:index:NetworkRestrictions$|^vercel:index\/firewallConfig:|^hcloud:index\/firewall(Attachment)?:/,
    say: ({ name, type }) =>
      exposes.review([
        "guard-deleted",
        `${name} (${kindOf(type)}) is deleted: what it kept away or wrote down no longer is`,
        "say what stands in its place",
      ]),
  },
  {
    type: /^aws:(backup\/(plan|selection|vaultLock)|s3\/bucket(Versioning|Replication))|^supabase:index:Pitr$|^hcloud:index\/snapshot:/,
    say: ({ name, type }) => ({
      rank: "data loss",
      severity: "block",
      rule: "backup-deleted",
      what: `${name} (${kindOf(type)}) is deleted: what it kept can no longer be restored`,
      instead: "have the other backup in place, and restored once, before this one goes",
    }),
  },
  {
    type: /^aws:(cloudwatch\/metricAlarm|budgets|sns\/topic)|^kubernetes:policy\/v1:PodDisruptionBudget$/,
    say: ({ name, type }) =>
      rests.review([
        "watch-deleted",
        `${name} (${kindOf(type)}) is deleted: nobody is told any more`,
        "say who notices instead",
      ]),
  },
  {
    type: /^aws:rds\/clusterInstance:/,
    say: ({ name }) =>
      stops.review([
        "standby-removed",
        `${name} is deleted: one machine fewer that can take over from the writer, or read`,
        "keep two in each region, in different zones",
      ]),
  },
  {
    type: /^aws:(ec2\/(eip|natGateway|route|routeTable|internetGateway|subnet|vpc|vpcEndpoint)|vpc\/|lb\/|ecs\/(service|cluster)|cloudfront\/distribution|route53\/record|rds\/(instance|proxy|clusterInstance)|eks\/|acm\/)|^hcloud:|^cloudflare:index\/(record|dnsRecord|workersScript|workersRoute|workersCustomDomain):|^kubernetes:(core\/v1:Service|apps\/v1:Deployment|networking|autoscaling)|^docker:index\/(container|network):|^coolify:index:Application$|^supabase:index:ReadReplica$|^vercel:index\/(project|projectDomain):/,
    say: ({ name, type }) =>
      stops.review([
        "serving-deleted",
        `${name} (${kindOf(type)}) is deleted: what goes through it stops`,
        "make sure that nothing uses it any more",
      ]),
  },
];

/** What is said when something that holds no data is deleted. */
export function judgeDeleted(step: Step): Said {
  const row = guards.find(({ type }) => type.test(step.type));
  return (
    row?.say(step) ??
    rests.review([
      "deleted",
      `${step.name} (${kindOf(step.type)}) is deleted`,
      "make sure that nothing uses it any more",
    ])
  );
}

/** What a new version of a revisioned resource brings is judged by its properties; a container is always made anew. */
export const isRolled = ({ type }: Pick<Step, "type">): boolean =>
  rolls.test(type) || type.startsWith("docker:index/container:");

/** `aws:rds/instance:Instance` → `aws rds Instance`, `kubernetes:apps/v1:Deployment` → `kubernetes apps Deployment`. */
export function kindOf(type: string): string {
  const [vendor = "", module = "", name = ""] = type.split(":");
  const [part = ""] = module.split("/");
  return [vendor, part === "index" ? "" : part, name].filter((word) => word !== "").join(" ");
}

export const judged = (said: Said, paths: readonly string[] = []): Judgement => ({ ...said, paths });
