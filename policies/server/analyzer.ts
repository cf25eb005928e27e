import pb from "@pulumi/pulumi/proto/analyzer_pb.js";
import type { Rule, Severity, StackRule, Subject } from "../model.ts";
import { aboutCompliance, compliance, descriptionOf, type Level, levelOf } from "../pack.ts";
import { type Judgement, type Judges, judgeEach, judgeTogether, type Violation } from "../violations.ts";
import { plain } from "./plain.ts";

/** What a policy is set to by `--policy-pack-config`, or by itself. */
type Enforced = Level | "disabled";

/** A pack's name and version, as its files say. */
export interface PackAbout {
  readonly name: string;
  readonly version: string;
  readonly description: string;
}

/**
 * Answers what an engine asks a policy pack, in Pulumi's own messages. Each resource's properties are read once, however
 * many rules look at them: Pulumi's SDK reads them anew for each.
 */
export class Analyzer {
  readonly #about: PackAbout;
  readonly #judges: Judges;
  readonly #say: (line: string) => void;
  readonly #rulesOf: ReadonlyMap<string, readonly Rule[]>;
  readonly #descriptions: ReadonlyMap<string, string>;
  readonly #elsewhere = new Map<string, Uint8Array>();
  /**
   * What each resource was given. A stack as a whole is told by what its resources gave back, and a component's inputs are
   * not among that.
   */
  readonly #given = new Map<string, Subject["props"]>();
  #enforced: ReadonlyMap<string, Enforced> = new Map();

  /** @param say takes what a value stands in the way of that is not known yet, a line each */
  constructor(about: PackAbout, judges: Judges, say: (line: string) => void) {
    this.#about = about;
    this.#judges = judges;
    this.#say = say;
    const each = judges.rules.flatMap((rule) => rule.types.map((type) => ({ type, rule })));
    const byType = Map.groupBy(each, ({ type }) => type);
    this.#rulesOf = new Map([...byType].map(([type, all]) => [type, all.map(({ rule }) => rule)]));
    const { rules, stackRules } = judges;
    this.#descriptions = new Map([
      ...[...rules, ...stackRules].map((rule) => [rule.id, descriptionOf(rule)] as const),
      [compliance, aboutCompliance],
    ]);
  }

  /** All policies, for the engine to list and to check a configuration by. */
  info(): pb.AnalyzerInfo {
    const { rules, stackRules } = this.#judges;
    const held = new pb.PolicyInfo();
    held.setName(compliance).setDescription(aboutCompliance);
    held.setEnforcementlevel(pb.EnforcementLevel.MANDATORY).setPolicyType(pb.PolicyType.POLICY_TYPE_STACK);
    const info = new pb.AnalyzerInfo();
    info.setName(this.#about.name).setVersion(this.#about.version).setDescription(this.#about.description);
    info.setSupportsconfig(true);
    info.setPoliciesList([
      ...rules.map((rule) => policyInfo(rule, pb.PolicyType.POLICY_TYPE_RESOURCE)),
      ...stackRules.map((rule) => policyInfo(rule, pb.PolicyType.POLICY_TYPE_STACK)),
      held,
    ]);
    return info;
  }

  /** Takes what `--policy-pack-config` says. */
  configure(request: pb.ConfigureAnalyzerRequest): void {
    const all = [...request.getPolicyconfigMap().entries()];
    this.#enforced = new Map(all.map(([name, config]) => [name, enforcedOf(config.getEnforcementlevel())]));
  }

  /** @returns the message's bytes: which rules do not concern a type is said anew for each of its resources */
  analyze(request: pb.AnalyzeRequest): Uint8Array {
    const type = request.getType();
    const props = plain(request.getProperties());
    this.#given.set(request.getUrn(), props);
    const subject: Subject = {
      type,
      name: request.getName(),
      urn: request.getUrn(),
      props,
      protect: request.getOptions()?.getProtect() === true,
    };
    const judged = judgeEach([subject], { ...this.#judges, rules: this.#rulesOf.get(type) ?? [] });
    // Messages that follow one another are one, with the lists of both.
    return Buffer.concat([this.#answer(judged), this.#notApplicable(type)]);
  }

  analyzeStack(request: pb.AnalyzeStackRequest): Uint8Array {
    const whole = request.getResourcesList().map((one): Subject => {
      const props = { ...plain(one.getProperties()), ...this.#given.get(one.getUrn()) };
      const from = [...one.getPropertydependenciesMap().entries()];
      return {
        type: one.getType(),
        name: one.getName(),
        urn: one.getUrn(),
        props,
        protect: one.getOptions()?.getProtect() === true,
        from: Object.fromEntries(from.map(([property, urns]) => [property, urns.getUrnsList()])),
      };
    });
    return this.#answer(judgeTogether(whole, this.#judges));
  }

  #answer({ violations, unknown }: Judgement): Uint8Array {
    for (const line of unknown) this.#say(line);
    const response = new pb.AnalyzeResponse();
    response.setDiagnosticsList(violations.flatMap((one) => this.#diagnostic(one)));
    return response.serializeBinary();
  }

  #diagnostic({ policy, level, severity, urn, message }: Violation): pb.AnalyzeDiagnostic[] {
    const enforced = this.#enforced.get(policy) ?? level;
    if (enforced === "disabled") return [];
    const description = this.#descriptions.get(policy) ?? "";
    const diagnostic = new pb.AnalyzeDiagnostic();
    diagnostic.setPolicyname(policy).setPolicypackname(this.#about.name);
    diagnostic.setPolicypackversion(this.#about.version).setDescription(description);
    diagnostic.setMessage(`${description}\n${message}`).setUrn(urn).setEnforcementlevel(levels[enforced]);
    diagnostic.setSeverity(severity ? severities[severity] : severities.none);
    return [diagnostic];
  }

  /** That the rules on other types say nothing of this one. */
  #notApplicable(type: string): Uint8Array {
    const known = this.#elsewhere.get(type);
    if (known) return known;
    const response = new pb.AnalyzeResponse();
    response.setNotApplicableList(
      this.#judges.rules
        .filter(({ types }) => !types.includes(type))
        .map(({ id }) => new pb.PolicyNotApplicable().setPolicyName(id).setReason("about other types")),
    );
    const bytes = response.serializeBinary();
    this.#elsewhere.set(type, bytes);
    return bytes;
  }
}

function policyInfo(rule: Rule | StackRule, type: pb.PolicyType): pb.PolicyInfo {
  const info = new pb.PolicyInfo();
  info.setName(rule.id).setDescription(descriptionOf(rule)).setRemediationSteps(rule.mend);
  info.setEnforcementlevel(levels[levelOf(rule.severity)]).setSeverity(severities[rule.severity]);
  info.setPolicyType(type).setTagsList([...rule.controls]);
  return info;
}

const levels: Readonly<Record<Level, pb.EnforcementLevel>> = {
  mandatory: pb.EnforcementLevel.MANDATORY,
  advisory: pb.EnforcementLevel.ADVISORY,
};

/** None of the rules mends anything itself: asked to, it refuses instead, as Pulumi's SDK does. */
function enforcedOf(level: pb.EnforcementLevel): Enforced {
  if (level === pb.EnforcementLevel.DISABLED) return "disabled";
  return level === pb.EnforcementLevel.ADVISORY ? "advisory" : "mandatory";
}

const severities: Readonly<Record<Severity | "none", pb.PolicySeverity>> = {
  none: pb.PolicySeverity.POLICY_SEVERITY_UNSPECIFIED,
  low: pb.PolicySeverity.POLICY_SEVERITY_LOW,
  medium: pb.PolicySeverity.POLICY_SEVERITY_MEDIUM,
  high: pb.PolicySeverity.POLICY_SEVERITY_HIGH,
  critical: pb.PolicySeverity.POLICY_SEVERITY_CRITICAL,
};
