/** One safe setting turned off at a time: what there is to weaken in a resource's properties, found by its shape. */

export type Values = Readonly<Record<string, unknown>>;

export interface Weakened {
  /** e.g. `rules[].fromPort`: `[]` stands for any element. */
  readonly path: string;
  readonly how: string;
  readonly props: Values;
}

const isObject = (value: unknown): value is Values =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Words that mean "on", and what they are turned to. */
const off: Readonly<Record<string, string>> = {
  ENABLED: "DISABLED",
  Enabled: "Disabled",
  enabled: "disabled",
  on: "off",
  ON: "OFF",
  required: "optional",
  enforced: "disabled",
  strict: "flexible",
  HTTPS: "HTTP",
  https: "http",
  "https-only": "http-only",
  "redirect-to-https": "allow-all",
  IMMUTABLE: "MUTABLE",
  REQUIRED: "DISABLED",
  defensive: "monitor",
  strictest: "monitor",
  always: "never",
  awsvpc: "host",
  restricted: "privileged",
  RuntimeDefault: "Unconfined",
  private: "public-read",
  BucketOwnerEnforced: "ObjectWriter",
  ALL: "ACCEPT",
  "aws:kms": "AES256",
  KMS: "AES256",
  secret_text: "plain_text",
  block: "log",
  reject: "accept",
};

const openly = "0.0.0.0/0";
const cidr = /^\d+\.\d+\.\d+\.\d+\/\d+$/;
const key = /(kms|encryptionKey|keyArn|keyIdentifier|certificateArn|webAclId|webAclArn)/i;
const time =
  /(retention|backup.*(days|count|keep)|deletionWindow|recoveryWindow|(min|max)RetentionDays|keep(Days|Locally)?$|deleteAfter|reservedConcurrent)/i;

/** Each way to weaken one value that stands at a property. */
function ways(name: string, value: unknown): readonly (readonly [how: string, value: unknown])[] {
  if (typeof value === "boolean") return [[`${value} → ${!value}`, !value]];
  if (typeof value === "number" && name === "length") return [["→ 8", 8]];
  if (typeof value === "number") return time.test(name) && value > 0 ? [["→ 0", 0]] : [];
  if (typeof value !== "string") return [];
  if (value === "true") return [["true → false", "false"]];
  if (cidr.test(value) && value !== openly) return [[`→ ${openly}`, openly]];
  if (/^ELBSecurityPolicy-TLS13/.test(value)) return [["→ 2016-08", "ELBSecurityPolicy-2016-08"]];
  if (/^TLSv1\.[23]/.test(value)) return [["→ TLSv1", "TLSv1"]];
  if (/tls/i.test(name) && /^1\.[23]$/.test(value)) return [["→ 1.0", "1.0"]];
  if (name in { user: 1, runAsUser: 1 } && value !== "0") return [["→ root", "root"]];
  if (/@sha256:/.test(value)) return [["→ latest", value.replace(/@sha256:.*/, ":latest")]];
  if (name === "dockerOptions") {
    return value
      .split(" ")
      .filter((option) => /^--(read-only|cap-drop|security-opt)/.test(option))
      .map((option) => [`without ${option}`, value.replace(option, "")] as const);
  }
  const turned = off[value];
  if (turned !== undefined && turned !== value) return [[`${value} → ${turned}`, turned]];
  return key.test(name) && value !== "" ? [["removed", undefined]] : [];
}

const structural =
  /^(securityContext|capabilities|logging|logConfiguration|accessLogs|enabledCloudwatchLogsExports|enabledClusterLogTypes|serverSideEncryption\w*|encryptionConfig\w*|encryptionAtRest\w*|deploymentCircuitBreaker|vpcConfig\w*|viewerCertificate|topologySpreadConstraints|seccompProfile|resources|readinessProbe|livenessProbe|redactedFields|copyActions|lifecycle|firewallIds|sshKeys|securityOpts|drop|drops|secrets|condition|conditions|Condition|imageScanningConfiguration|metadataOptions|notifications|rules?)$/;

/** What stands in text as JSON is weakened inside. */
function parsed(value: unknown): unknown {
  if (typeof value !== "string" || !/^\s*[[{]/.test(value)) return undefined;
  try {
    return JSON.parse(value);
  } catch {
    return undefined;
  }
}

/** A policy's statements are weakened as such. */
function statementWays(statement: Values): readonly (readonly [how: string, value: Values | undefined])[] {
  const { Condition, ...bare } = statement;
  if (statement.Effect === "Deny") return [["Deny dropped", undefined]];
  return [
    ...(statement.Principal === undefined ? [] : [["for everyone", { ...bare, Principal: "*" }] as const]),
    ["every action", { ...statement, Action: "*", ...(statement.Resource ? { Resource: "*" } : {}) }],
    ...(Condition && JSON.stringify(statement.Action).includes("AssumeRoleWithWebIdentity")
      ? [["condition dropped", bare] as const]
      : []),
  ];
}

const isStatement = (value: unknown): value is Values =>
  isObject(value) && (value.Effect === "Allow" || value.Effect === "Deny") && "Action" in value;

function* within(
  value: unknown,
  name: string,
  path: string,
): Generator<{ path: string; how: string; value: unknown }> {
  if (isStatement(value)) {
    for (const [how, weak] of statementWays(value)) yield { path, how, value: weak };
    return;
  }
  for (const [how, weak] of ways(name, value)) yield { path, how, value: weak };
  const json = parsed(value);
  if (json !== undefined) {
    for (const { path: inner, how, value: weak } of within(json, name, `${path}{}`))
      yield { path: inner, how, value: JSON.stringify(weak) };
  } else if (Array.isArray(value)) {
    for (const [index, one] of value.entries())
      for (const weak of within(one, name, `${path}[]`)) {
        const rest = weak.value === undefined ? value.toSpliced(index, 1) : value.with(index, weak.value);
        yield { ...weak, value: rest };
      }
    if (value.length > 0 && structural.test(name)) yield { path, how: "emptied", value: [] };
  } else if (isObject(value) && !("4dabf18193072939515e22adb298388d" in value)) {
    for (const [inner, one] of Object.entries(value)) {
      const at = path ? `${path}.${inner}` : inner;
      for (const weak of within(one, inner, at)) yield { ...weak, value: { ...value, [inner]: weak.value } };
      if (isObject(one) && structural.test(inner))
        yield { path: at, how: "removed", value: { ...value, [inner]: undefined } };
    }
  }
}

/** Every way to weaken a resource by one setting. */
export const weakened = (props: Values): readonly Weakened[] =>
  [...within(props, "", "")].map(({ path, how, value }) => ({
    path,
    how,
    // what goes in as an object comes out as one
    props: value as Values,
  }));
