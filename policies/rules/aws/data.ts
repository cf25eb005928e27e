import { type Check, every, given, is, isNot, lasting, type Rule } from "../../model.ts";

const replication = "aws:s3/bucketReplicationConfig:BucketReplicationConfig";
const copies = {
  status: "Enabled",
  deleteMarkerReplication: { status: "Enabled" },
  destination: { encryptionConfiguration: { replicaKmsKeyId: "arn" } },
  sourceSelectionCriteria: {
    sseKmsEncryptedObjects: { status: "Enabled" },
    replicaModifications: { status: "Enabled" },
  },
};

/** Each rule of a list says so at a path; one at the least. */
const eachRule =
  (path: string): Check =>
  (see) => {
    const [rules, found] = [see.list("rules"), see.list(`rules[].${path}`)];
    if (rules.length === 0) return "it has no rules";
    return found.length < rules.length ? `rules[].${path} is not set` : undefined;
  };

/** That data is copied, kept as long as was meant, and can be had back. */
export const data: readonly Rule[] = [
  {
    id: "s3-replication-on",
    types: [replication],
    must: "a bucket's rules of replication are on, for all that changes",
    why: "the other region would serve what is gone or old",
    mend: "set status: Enabled for rules, delete markers, KMS objects and changes of replicas",
    severity: "high",
    controls: ["Security Hub S3.7"],
    check: (see, subject) => {
      for (const path of [
        "status",
        "deleteMarkerReplication.status",
        "sourceSelectionCriteria.sseKmsEncryptedObjects.status",
        "sourceSelectionCriteria.replicaModifications.status",
      ]) {
        const wrong = eachRule(path)(see, subject) ?? every(`rules[].${path}`, ["Enabled"])(see, subject);
        if (wrong) return wrong;
      }
      return undefined;
    },
    good: [{ rules: [copies] }],
    bad: [{ rules: [] }, { rules: [{ ...copies, status: "Disabled" }] }, { rules: [{ status: "Enabled" }] }],
  },
  {
    id: "s3-replication-on-time",
    types: [replication],
    must: "replication is held to a time, and measured",
    why: "how much a lost region takes with it is known to nobody",
    mend: "set destination.replicationTime and destination.metrics to Enabled",
    severity: "low",
    controls: [],
    check: (see, subject) => {
      const paths = ["rules[].destination.replicationTime.status", "rules[].destination.metrics.status"];
      return paths.map((path) => every(path, ["Enabled"])(see, subject)).find((wrong) => wrong);
    },
    good: [
      {
        rules: [{ destination: { replicationTime: { status: "Enabled" }, metrics: { status: "Enabled" } } }],
      },
    ],
    bad: [{ rules: [{ destination: {} }] }],
  },
  {
    id: "s3-replication-encrypted",
    types: [replication],
    must: "copies of objects are encrypted with a key of the account's own",
    why: "what is safe here would lie open there",
    mend: "set destination.encryptionConfiguration.replicaKmsKeyId",
    severity: "high",
    controls: [],
    check: eachRule("destination.encryptionConfiguration.replicaKmsKeyId"),
    good: [{ rules: [copies] }],
    bad: [{ rules: [{ ...copies, destination: {} }] }],
  },
  {
    id: "s3-lifecycle-on",
    types: ["aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration"],
    must: "a bucket's rules of lifecycle are on",
    why: "what was to be gone is still there, and costs",
    mend: 'set status: "Enabled"',
    severity: "low",
    controls: ["Security Hub S3.10", "FSBP S3.13"],
    check: every("rules[].status", ["Enabled"]),
    good: [{ rules: [{ status: "Enabled" }] }],
    bad: [{ rules: [] }, { rules: [{ status: "Disabled" }] }],
  },
  {
    id: "s3-not-emptied",
    types: ["aws:s3/bucket:Bucket"],
    must: "a bucket of data is not emptied with its stack",
    why: "a destroy by mistake takes every object and version",
    mend: "leave forceDestroy out",
    severity: "high",
    controls: [],
    check: (see, subject) => (subject.protect ? isNot("forceDestroy", true)(see, subject) : undefined),
    good: [{}, { forceDestroy: false }],
    bad: [{ forceDestroy: true }],
  },
  {
    id: "ecr-not-emptied",
    types: ["aws:ecr/repository:Repository"],
    must: "a registry is not emptied with its stack",
    why: "no earlier release could be brought back",
    mend: "leave forceDelete out",
    severity: "medium",
    controls: [],
    check: lasting(isNot("forceDelete", true)),
    good: [{}, { forceDelete: false }],
    bad: [{ forceDelete: true }],
  },
  {
    id: "secrets-time-to-regret",
    types: ["aws:secretsmanager/secret:Secret"],
    must: "a secret that is deleted can be had back for a week at the least",
    why: "what it unlocked stays locked",
    mend: "leave recoveryWindowInDays out, or at 7 and more",
    severity: "medium",
    controls: [],
    check: lasting((see) => {
      const days = see.at("recoveryWindowInDays");
      return days !== undefined && Number(days) < 7 ? `recoveryWindowInDays is ${days}` : undefined;
    }),
    good: [{}, { recoveryWindowInDays: 30 }],
    bad: [{ recoveryWindowInDays: 0 }],
  },
  {
    id: "backup-selection-filled",
    types: ["aws:backup/selection:Selection"],
    must: "a plan of backups names what it backs up",
    why: "it runs every night, and keeps nothing",
    mend: "set resources, or selectionTags",
    severity: "high",
    controls: [],
    check: (see, subject) =>
      see.list("selectionTags").length > 0 || see.list("resources").length > 0
        ? undefined
        : given("selectionTags")(see, subject),
    good: [{ resources: ["arn"] }, { selectionTags: [{ key: "a" }] }],
    bad: [{ resources: [] }, {}],
  },
  {
    id: "global-database-kept",
    types: ["aws:rds/globalCluster:GlobalCluster"],
    must: "a database over several regions is encrypted, and refuses to be deleted",
    why: "its regions take after it",
    mend: "set storageEncrypted: true and deletionProtection: true",
    severity: "high",
    controls: ["FSBP RDS.7", "FSBP RDS.27"],
    check: (see, subject) =>
      is("storageEncrypted", true)(see, subject) ?? lasting(is("deletionProtection", true))(see, subject),
    good: [{ storageEncrypted: true, deletionProtection: true }],
    bad: [{ storageEncrypted: true }, { deletionProtection: true }],
  },
  {
    id: "replica-encrypted",
    types: ["aws:rds/instance:Instance"],
    must: "a replica does not ask to be in the clear",
    why: "RDS refuses it, or copies the data to an open disk",
    mend: "leave storageEncrypted at true",
    severity: "critical",
    controls: ["FSBP RDS.3"],
    check: (see, subject) =>
      see.has("replicateSourceDb") ? isNot("storageEncrypted", false)(see, subject) : undefined,
    good: [{ replicateSourceDb: "a", storageEncrypted: true }, {}],
    bad: [{ replicateSourceDb: "a", storageEncrypted: false }],
  },
  {
    id: "failover-loses-nothing",
    types: ["aws:lambda/invocation:Invocation"],
    must: "a switch of the writing region gives up no data",
    why: "what the lost region had not sent is gone",
    mend: "leave rung:allowDataLoss out, unless that region is lost",
    severity: "medium",
    controls: [],
    check: (see) =>
      (see.json("input") as { allowDataLoss?: boolean } | undefined)?.allowDataLoss === true
        ? "allowDataLoss is true"
        : undefined,
    good: [{ input: '{"allowDataLoss":false}' }, {}],
    bad: [{ input: '{"allowDataLoss":true}' }],
  },
];
