import { isEveryone, list, type Statement, statements } from "../../documents.ts";
import { all, atLeast, type Check, given, is, isNot, type Rule } from "../../model.ts";

const roles = [
  "aws:iam/rolePolicy:RolePolicy",
  "aws:iam/policy:Policy",
  "aws:iam/userPolicy:UserPolicy",
  "aws:iam/groupPolicy:GroupPolicy",
];
const allowing = (document: unknown): readonly Statement[] =>
  statements(document).filter(({ Effect }) => Effect === "Allow");
const document = (...all: readonly object[]) => JSON.stringify({ Version: "2012-10-17", Statement: all });

/** The first statement that is wrong, by its words. */
const noStatement =
  (path: string, wrong: (statement: Statement) => string | undefined): Check =>
  (see) => {
    for (const one of allowing(see.json(path))) {
      const what = wrong(one);
      if (what) return `${one.Sid ? `statement ${one.Sid}` : "a statement"} ${what}`;
    }
    return undefined;
  };

/** Rights by which a role gives itself more (Rhino Security's list of escalations, 2018 and later). */
const escalations = [
  "iam:CreatePolicyVersion",
  "iam:SetDefaultPolicyVersion",
  "iam:AttachRolePolicy",
  "iam:PutRolePolicy",
  "iam:UpdateAssumeRolePolicy",
  "iam:CreateAccessKey",
  "iam:CreateLoginProfile",
];

/** Controls: AWS Foundational Security Best Practices, IAM, KMS and Secrets Manager (docs.aws.amazon.com/securityhub, 2026). */
export const identity: readonly Rule[] = [
  {
    id: "iam-no-full-rights",
    types: roles,
    must: "no policy allows everything on everything",
    why: "whoever takes the role on owns the account",
    mend: "name the actions and the resources",
    severity: "critical",
    controls: ["FSBP IAM.1", "CIS AWS 1.16"],
    check: noStatement("policy", ({ Action, Resource }) =>
      list(Action).includes("*") && list(Resource).includes("*")
        ? "allows everything on everything"
        : undefined,
    ),
    good: [{ policy: document({ Effect: "Allow", Action: "s3:GetObject", Resource: "arn" }) }],
    bad: [{ policy: document({ Effect: "Allow", Action: "*", Resource: "*" }) }],
  },
  {
    id: "iam-no-whole-services",
    types: roles,
    must: "no policy allows all that a service can do on everything",
    why: "s3:* reads, opens and deletes every bucket",
    mend: "name the actions, or the resources",
    severity: "high",
    controls: ["FSBP IAM.21"],
    check: noStatement("policy", ({ Action, Resource }) => {
      const whole = list(Action).find((one) => /^[\w-]+:\*$/.test(one));
      return whole && list(Resource).includes("*") ? `allows ${whole} on everything` : undefined;
    }),
    good: [{ policy: document({ Effect: "Allow", Action: "s3:*", Resource: "arn:aws:s3:::mine/*" }) }],
    bad: [{ policy: document({ Effect: "Allow", Action: ["s3:*"], Resource: ["*"] }) }],
  },
  {
    id: "iam-no-escalation",
    types: roles,
    must: "no role may give itself more rights",
    why: "then it has them all",
    mend: "name the roles that it may change, and not its own",
    severity: "high",
    controls: [],
    check: noStatement("policy", ({ Action, Resource }) => {
      const found = list(Action).find((one) => escalations.includes(one));
      return found && list(Resource).includes("*") ? `allows ${found} on everything` : undefined;
    }),
    good: [{ policy: document({ Effect: "Allow", Action: "iam:GetRole", Resource: "*" }) }],
    bad: [{ policy: document({ Effect: "Allow", Action: "iam:PutRolePolicy", Resource: "*" }) }],
  },
  {
    id: "iam-pass-role-named",
    types: roles,
    must: "roles are passed on by name",
    why: "else the strongest one can be passed to a machine of one's own",
    mend: "name the roles, and the service in iam:PassedToService",
    severity: "high",
    controls: [],
    check: noStatement("policy", ({ Action, Resource }) =>
      list(Action).some((one) => one === "iam:PassRole" || one === "iam:*") && list(Resource).includes("*")
        ? "allows iam:PassRole on everything"
        : undefined,
    ),
    good: [{ policy: document({ Effect: "Allow", Action: "iam:PassRole", Resource: "arn" }) }],
    bad: [{ policy: document({ Effect: "Allow", Action: "iam:PassRole", Resource: "*" }) }],
  },
  {
    id: "iam-no-foreign-everyone",
    types: ["aws:iam/role:Role"],
    must: "no role can be taken on by everyone",
    why: "every AWS account in the world could",
    mend: "name the principal, or add a condition",
    severity: "critical",
    controls: [],
    check: noStatement("assumeRolePolicy", (one) =>
      isEveryone(one) && !one.Condition ? "lets everyone take the role on" : undefined,
    ),
    good: [
      {
        assumeRolePolicy: document({
          Effect: "Allow",
          Principal: { Service: "ecs-tasks.amazonaws.com" },
          Action: "sts:AssumeRole",
        }),
      },
    ],
    bad: [
      { assumeRolePolicy: document({ Effect: "Allow", Principal: { AWS: "*" }, Action: "sts:AssumeRole" }) },
    ],
  },
  {
    id: "iam-github-by-repository",
    types: ["aws:iam/role:Role"],
    must: "GitHub's workflows take a role on for one repository",
    why: "else every repository on GitHub can",
    mend: 'add a condition on "token.actions.githubusercontent.com:sub"',
    severity: "critical",
    controls: [],
    check: noStatement("assumeRolePolicy", (one) => {
      if (!JSON.stringify(one.Principal ?? "").includes("token.actions.githubusercontent.com"))
        return undefined;
      const subject = Object.values(one.Condition ?? {})
        .map((each) => each["token.actions.githubusercontent.com:sub"])
        .find((each) => each !== undefined);
      return subject === undefined || /^(repo:)?\*/.test(String(subject))
        ? "lets every repository of GitHub in"
        : undefined;
    }),
    good: [
      {
        assumeRolePolicy: document({
          Effect: "Allow",
          Principal: { Federated: "arn:aws:iam::1:oidc-provider/token.actions.githubusercontent.com" },
          Condition: { StringLike: { "token.actions.githubusercontent.com:sub": "repo:acme/pulse:*" } },
        }),
      },
    ],
    bad: [
      {
        assumeRolePolicy: document({
          Effect: "Allow",
          Principal: { Federated: "arn:aws:iam::1:oidc-provider/token.actions.githubusercontent.com" },
        }),
      },
    ],
  },
  {
    id: "iam-no-user-policies",
    types: ["aws:iam/userPolicy:UserPolicy", "aws:iam/userPolicyAttachment:UserPolicyAttachment"],
    must: "rights hang on groups and roles, not on users",
    why: "what one person was given once is never taken back",
    mend: "give it to a group or a role",
    severity: "low",
    controls: ["FSBP IAM.2", "CIS AWS 1.15"],
    check: () => "hangs on a user",
    good: [],
    bad: [{}],
  },
  {
    id: "iam-no-access-keys",
    types: ["aws:iam/accessKey:AccessKey"],
    must: "nobody has a key that never expires",
    why: "sooner or later it is in a repository",
    mend: "use a role: OIDC for CI, IAM Identity Center for people",
    severity: "high",
    controls: ["FSBP IAM.3", "FSBP IAM.4", "Security Hub IAM.22"],
    check: () => "is a key that never expires",
    good: [],
    bad: [{}],
  },
  {
    id: "iam-password-policy",
    types: ["aws:iam/accountPasswordPolicy:AccountPasswordPolicy"],
    must: "passwords of the account are long, mixed and not used again",
    why: "they are guessed",
    mend: "set minimumPasswordLength: 14, all four require…, passwordReusePrevention: 24",
    severity: "medium",
    controls: ["FSBP IAM.7", "Security Hub IAM.10", "CIS AWS 1.8", "CIS AWS 1.9"],
    check: all(
      atLeast("minimumPasswordLength", 14),
      is("requireLowercaseCharacters", true),
      is("requireUppercaseCharacters", true),
      is("requireNumbers", true),
      is("requireSymbols", true),
      atLeast("passwordReusePrevention", 24),
    ),
    good: [
      {
        minimumPasswordLength: 14,
        requireLowercaseCharacters: true,
        requireUppercaseCharacters: true,
        requireNumbers: true,
        requireSymbols: true,
        passwordReusePrevention: 24,
      },
    ],
    bad: [{ minimumPasswordLength: 8 }, {}],
  },
  {
    id: "kms-rotation",
    types: ["aws:kms/key:Key"],
    must: "customer keys are rotated every year",
    why: "the longer a key is used the more it unlocks when it is lost",
    mend: "set enableKeyRotation: true",
    severity: "medium",
    controls: ["Security Hub KMS.4", "CIS AWS 3.6"],
    check: (see, subject) =>
      (see.at("customerMasterKeySpec") ?? "SYMMETRIC_DEFAULT") === "SYMMETRIC_DEFAULT"
        ? is("enableKeyRotation", true)(see, subject)
        : undefined,
    good: [{ enableKeyRotation: true }, { customerMasterKeySpec: "RSA_4096" }],
    bad: [{}, { enableKeyRotation: false }],
  },
  {
    id: "kms-not-public",
    types: ["aws:kms/key:Key", "aws:kms/keyPolicy:KeyPolicy"],
    must: "no key can be used by everyone",
    why: "what it encrypts is everyone's to read",
    mend: "name the principals, or add a condition",
    severity: "critical",
    controls: ["FSBP KMS.5"],
    check: noStatement("policy", (one) =>
      isEveryone(one) && !one.Condition ? "lets everyone use the key" : undefined,
    ),
    good: [
      {},
      {
        policy: document({
          Effect: "Allow",
          Principal: { AWS: "arn:aws:iam::1:root" },
          Action: "kms:*",
          Resource: "*",
        }),
      },
    ],
    bad: [{ policy: document({ Effect: "Allow", Principal: "*", Action: "kms:Decrypt", Resource: "*" }) }],
  },
  {
    id: "kms-time-to-regret",
    types: ["aws:kms/key:Key"],
    must: "a key that is deleted can be had back for a week at the least",
    why: "what it encrypted is lost with it",
    mend: "leave deletionWindowInDays at 30",
    severity: "high",
    controls: ["FSBP KMS.3"],
    check: (see) => {
      const days = Number(see.at("deletionWindowInDays") ?? 30);
      return days >= 7 ? undefined : `deletionWindowInDays is ${days}`;
    },
    good: [{}, { deletionWindowInDays: 30 }],
    bad: [{ deletionWindowInDays: 0 }],
  },
  {
    id: "kms-decrypt-named",
    types: roles,
    must: "roles may decrypt with the keys that they need",
    why: "else one role reads what every other wrote",
    mend: "name the key",
    severity: "medium",
    controls: ["FSBP KMS.1", "FSBP KMS.2"],
    check: noStatement("policy", ({ Action, Resource, Condition }) =>
      list(Action).some((one) => ["kms:Decrypt", "kms:ReEncryptFrom", "kms:*"].includes(one)) &&
      list(Resource).includes("*") &&
      !Condition
        ? "allows decrypting with every key"
        : undefined,
    ),
    good: [{ policy: document({ Effect: "Allow", Action: "kms:Decrypt", Resource: "arn" }) }],
    bad: [{ policy: document({ Effect: "Allow", Action: ["kms:Decrypt"], Resource: "*" }) }],
  },
  {
    id: "secrets-customer-key",
    types: ["aws:secretsmanager/secret:Secret"],
    must: "secrets are encrypted with a key of the account's own",
    why: "AWS's default key can be neither revoked nor watched",
    mend: "set kmsKeyId",
    severity: "medium",
    controls: [],
    check: given("kmsKeyId"),
    good: [{ kmsKeyId: "arn" }],
    bad: [{}],
  },
  {
    id: "secrets-rotate",
    types: ["aws:secretsmanager/secretRotation:SecretRotation"],
    must: "a secret that is rotated is so within 90 days",
    why: "the longer it is used the more hands it went through",
    mend: "set rotationRules.automaticallyAfterDays: 90 or less",
    severity: "medium",
    controls: ["FSBP SecretsManager.1", "FSBP SecretsManager.4"],
    check: (see) => {
      const days = see.at("rotationRules.automaticallyAfterDays");
      if (days === undefined)
        return see.has("rotationRules.scheduleExpression") ? undefined : "rotationRules says no time";
      return Number(days) <= 90 ? undefined : `automaticallyAfterDays is ${days}`;
    },
    good: [
      { rotationRules: { automaticallyAfterDays: 30 } },
      { rotationRules: { scheduleExpression: "rate(30 days)" } },
    ],
    bad: [{ rotationRules: { automaticallyAfterDays: 365 } }, {}],
  },
  {
    id: "secrets-not-public",
    types: ["aws:secretsmanager/secretPolicy:SecretPolicy"],
    must: "no secret can be read by everyone",
    why: "it would be none",
    mend: "name the principals; leave blockPublicPolicy at true",
    severity: "critical",
    controls: [],
    check: all(
      isNot("blockPublicPolicy", false),
      noStatement("policy", (one) =>
        isEveryone(one) && !one.Condition ? "lets everyone read the secret" : undefined,
      ),
    ),
    good: [{ policy: document({ Effect: "Deny", Principal: "*", Action: "*" }) }],
    bad: [
      { policy: document({ Effect: "Allow", Principal: "*", Action: "secretsmanager:GetSecretValue" }) },
      { blockPublicPolicy: false },
    ],
  },
];
