import type { Step } from "../read/steps.ts";
import { isDoor, judgeDoors } from "./network.ts";
import { isPolicy, judgePolicies } from "./permissions.ts";
import { aws } from "./properties/aws/index.ts";
import { cloudflare } from "./properties/cloudflare.ts";
import { docker } from "./properties/docker.ts";
import { everywhere, names } from "./properties/everywhere.ts";
import { hosted } from "./properties/hosted.ts";
import { kubernetes } from "./properties/kubernetes.ts";
import { platforms } from "./properties/platforms.ts";
import { exposes, isUnknown, type Judgement, type PropertyRule, rests, type Surroundings } from "./rule.ts";
import { isRolled, judgeDeleted, judged, judgeReplaced, kindOf } from "./serving.ts";
import { judgeProtection, judgeStore, storeOf } from "./stores.ts";

export type { Judgement, Surroundings } from "./rule.ts";

const properties: readonly PropertyRule[] = [
  ...names,
  ...aws,
  ...kubernetes,
  ...hosted,
  ...platforms,
  ...cloudflare,
  ...docker,
  ...everywhere,
];

/**
 * What one step puts at stake. What no rule knows is for a person to look at: only what is known to be harmless is
 * passed over in silence.
 */
export function judgeStep(step: Step, around: Surroundings): Judgement[] {
  const store = judgeStore(step, around);
  const common = [judgeProtection(step), ...judgeDoors(step), ...judgePolicies(step)].filter(
    (one) => one !== undefined,
  );
  if (step.operation === "delete" || step.operation === "forget") {
    return [store ?? judged(judgeDeleted(step))];
  }
  if (step.operation === "replace") {
    const whole = store ?? replacement(step);
    const rolled = isRolled(step) ? judgeProperties(step) : [];
    return [...(whole ? [whole] : []), ...common, ...rolled];
  }
  if (step.operation === "update") return [...common, ...judgeProperties(step)];
  return [...common, ...judgeCreated(step)];
}

function replacement(step: Step): Judgement | undefined {
  const said = judgeReplaced(step);
  return (
    said &&
    judged(
      said,
      step.differences.filter(({ replaces }) => replaces).map(({ path }) => path),
    )
  );
}

/** Each property by the first row that knows it; those that say the same are said once. */
function judgeProperties(step: Step): Judgement[] {
  const found = new Map<string, Judgement>();
  for (const difference of step.differences) {
    const { path } = difference;
    if (isPolicy(step, path) || (isDoor(step.type) && isDoorProperty(step, path))) continue;
    const row = properties.find((one) => one.type.test(step.type) && one.path.test(path));
    const said = row ? row.judge(difference, step) : unjudged(step, difference.secret, path, difference.to);
    if (!said) continue;
    const key = `${said.rule} ${said.what}`;
    const before = found.get(key);
    const what = said.what.includes(step.name) && !row ? said.what : `${step.name}: ${said.what}`;
    found.set(key, { ...said, what, paths: [...(before?.paths ?? []), path] });
  }
  if (
    step.differences.length === 0 &&
    step.operation === "update" &&
    step.protectedBefore === step.protectedAfter
  ) {
    return [
      judged(
        rests.review([
          "no-property",
          `${step.name} (${kindOf(step.type)}) changes, and no property says how${step.reason ? `: ${step.reason}` : ""}`,
          "ask the vendor's own preview",
        ]),
      ),
    ];
  }
  return [...found.values()];
}

/** The doors of these types are all that such a property says. */
const isDoorProperty = (step: Step, path: string): boolean =>
  /^(ingress|rules|ports|vpcConfig|cidr|from|to|prefixList|referenced|allowedCidrs|dbAllowedCidrs|spec\.(ports|type|loadBalancerSource))/.test(
    path,
  ) && !/^docker:/.test(step.type);

function unjudged(step: Step, secret: boolean, path: string, to: unknown) {
  const kind = kindOf(step.type);
  if (secret) {
    return rests.review([
      "secret-changed",
      `a secret of ${step.name} (${kind}) changes`,
      "make sure that what reads it is told in the same update",
    ]);
  }
  return rests.review([
    "not-known",
    `${path} of ${step.name} (${kind}) changes${isUnknown(to) ? ", to what is known only once it is made" : ""}, and no rule knows what that does`,
    "look it up in the vendor's documentation",
  ]);
}

/** What gives somebody rights by being there. */
const grants =
  /^aws:(iam\/(role|user|group)?[pP]olicyAttachment|eks\/accessPolicyAssociation):|^kubernetes:rbac\.authorization\.k8s\.io\/v1:(Cluster)?RoleBinding$|^cloudflare:index\/(accountToken|apiToken):/;

/** New things take nothing from anybody; a few let somebody in. */
function judgeCreated(step: Step): Judgement[] {
  if (
    /^aws:(iam\/(user|accessKey)|lb\/loadBalancer|ec2\/(eip|internetGateway))|^hcloud:index\/(floatingIp|primaryIp):/.test(
      step.type,
    )
  ) {
    return [
      judged(
        exposes.review([
          "public-address",
          `${step.name} (${kindOf(step.type)}) is new: a way in or out that was not there`,
          "make sure that it is meant",
        ]),
      ),
    ];
  }
  if (grants.test(step.type)) {
    const what = String(step.after.policyArn ?? step.after.name ?? kindOf(step.type));
    const said = /AdministratorAccess$/.test(what) ? exposes.block : exposes.review;
    return [
      judged(
        said([
          "permissions-wider",
          `${step.name} is new: it gives rights by ${what.split("/").at(-1)}`,
          "make sure that who gets them needs them",
        ]),
      ),
    ];
  }
  if (step.after.publiclyAccessible === true) {
    return [
      judged(exposes.block(["public-database", `${step.name} gets a public address`, "keep it private"])),
    ];
  }
  return [];
}

export { kindOf, storeOf };
