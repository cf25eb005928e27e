import type {
  PolicyResource,
  ResourceValidation,
  ResourceValidationPolicy,
  StackValidationArgs,
  StackValidationPolicy,
} from "@pulumi/policy";
import type { Subject } from "../../policies/model.ts";
import { aboutCompliance, compliance, descriptionOf, levelOf } from "../../policies/pack.ts";
import { type Judges, judgeEach, judgeTogether } from "../../policies/violations.ts";

type Policy = ResourceValidationPolicy | StackValidationPolicy;

/** The rules as policies of Pulumi's own SDK: what its server says is what ours is to say. */
export function crossGuardPolicies(judges: Judges): Policy[] {
  const given = new Map<string, Subject["props"]>();
  const remembers: ResourceValidationPolicy = {
    name: "inputs",
    description: "Keeps what each resource is given, for the rules on whole stacks",
    enforcementLevel: "advisory",
    validateResource: ({ urn, props }) => void given.set(urn, plain(props)),
  };
  const wholeOf = ({ resources }: StackValidationArgs): Subject[] =>
    resources.map((one) => ({
      ...subjectOf(one),
      props: { ...plain(one.props), ...given.get(one.urn) },
      from: Object.fromEntries(
        Object.entries(one.propertyDependencies).map(([name, from]) => [name, from.map(({ urn }) => urn)]),
      ),
    }));
  const stackPolicy = (policy: Omit<StackValidationPolicy, "validateStack">, asked: Judges) => ({
    ...policy,
    validateStack: ((args, report) => {
      for (const { message, urn } of judgeTogether(wholeOf(args), asked).violations) report(message, urn);
    }) satisfies StackValidationPolicy["validateStack"],
  });
  const none = { ...judges, stackRules: [], packs: [] };
  return [
    remembers,
    ...judges.rules.map(
      (rule): Policy => ({
        name: rule.id,
        description: descriptionOf(rule),
        enforcementLevel: levelOf(rule.severity),
        severity: rule.severity,
        validateResource: Object.assign(
          ((args, report) => {
            const { violations } = judgeEach([subjectOf(args)], { ...judges, rules: [rule] });
            for (const { message, urn } of violations) report(message, urn);
          }) satisfies ResourceValidation,
          // The mark that the SDK's own validateResourceOfType leaves: for other types not even the properties are read.
          rule.types.length === 1 ? { __pulumiType: rule.types[0] } : {},
        ),
      }),
    ),
    ...judges.stackRules.map((rule) =>
      stackPolicy(
        {
          name: rule.id,
          description: descriptionOf(rule),
          enforcementLevel: levelOf(rule.severity),
          severity: rule.severity,
        },
        { ...none, stackRules: [rule] },
      ),
    ),
    stackPolicy(
      { name: compliance, description: aboutCompliance, enforcementLevel: "mandatory" },
      { ...none, packs: judges.packs },
    ),
  ];
}

/** The SDK hands properties out behind a proxy that throws for what is not known; the rules say so themselves. */
const plain = (props: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> =>
  (props as { readonly __getSpecialProxyTarget?: Readonly<Record<string, unknown>> })
    .__getSpecialProxyTarget ?? props;

const subjectOf = ({
  type,
  name,
  urn,
  props,
  opts,
}: Pick<PolicyResource, "type" | "name" | "urn" | "props" | "opts">): Subject => ({
  type,
  name,
  urn,
  props: plain(props),
  protect: opts.protect,
});
