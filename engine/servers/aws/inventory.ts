import type { Held } from "../../providers/generic/store.ts";
import type { Handlers } from "./index.ts";
import { AwsRefusal } from "./refusal.ts";

/** What an account holds, for the calls that list it by tag and remove it. */
export interface Inventory {
  held(): readonly Held[];
  remove(held: Held): void;
  /** Whether a bucket holds objects: then it is not deleted. */
  isFilled?(bucket: string): boolean;
  /** By repository; one that holds some is not deleted. */
  readonly images?: Map<string, readonly { readonly imageDigest: string; readonly imageTag: string }[]>;
  /** Looks until a deletion has ended. */
  looks: number;
  /** Told of every deletion that was begun. */
  onDelete?(type: string, id: string): void;
}

/** How AWS calls one of the SDK's types: the resource of its ARN, and Cloud Control's name and primary identifier. */
interface Kind {
  readonly arn: (it: Seen) => string;
  readonly type: string;
  readonly id: (it: Seen) => string;
  /** What must be gone first: SDK types that name it in their inputs. */
  readonly after?: readonly string[];
  /** Why it is never deleted by itself. */
  readonly never?: string;
  /** Goes with what it names. */
  readonly goes?: true;
  /** What Cloud Control tells of it besides its tags. */
  readonly properties?: (it: Seen) => object;
}

interface Seen {
  readonly id: string;
  readonly arn: string;
  readonly name: string;
  readonly outputs: Readonly<Record<string, unknown>>;
}

const arn = (it: Seen) => it.arn;
const id = (it: Seen) => it.id;
const name = (it: Seen) => it.name;
const accountOf = ({ arn: of }: Seen) => of.split(":").slice(0, 5).join(":");
const ec2 = (kind: string) => (it: Seen) => `arn:aws:ec2:eu-central-1:111122223333:${kind}/${it.id}`;
const named =
  (config: string) =>
  ({ name: Name }: Seen) => ({ [config]: { Name } });
const of = (type: string, how: Partial<Kind> = {}): Kind => ({ arn, type, id, ...how });

/**
 * Of what a stage at AWS makes, what bears tags. ARNs: AWS's Service Authorization Reference; types and identifiers:
 * CloudFormation's registry; what keeps what: each service's reference of its delete call. Read 2026-11.
 */
const kinds: Readonly<Record<string, Kind>> = {
  "aws:acm/certificate:Certificate": of("AWS::CertificateManager::Certificate", {
    after: ["aws:cloudfront/distribution:Distribution", "aws:lb/listener:Listener"],
  }),
  "aws:backup/plan:Plan": of("AWS::Backup::BackupPlan", { after: ["aws:backup/selection:Selection"] }),
  "aws:backup/vault:Vault": of("AWS::Backup::BackupVault"),
  "aws:cloudfront/distribution:Distribution": of("AWS::CloudFront::Distribution"),
  "aws:cloudwatch/eventRule:EventRule": of("AWS::Events::Rule", {
    arn: (it) => it.arn.replace(":event-rule/", ":rule/"),
    id: (it) => it.arn.replace(":event-rule/", ":rule/"),
  }),
  "aws:cloudwatch/logDelivery:LogDelivery": of("AWS::Logs::Delivery", {
    arn: (it) => `${accountOf(it).replace(":cloudwatch:", ":logs:")}:delivery:${it.id}`,
  }),
  "aws:cloudwatch/logDeliveryDestination:LogDeliveryDestination": of("AWS::Logs::DeliveryDestination", {
    arn: (it) => `${accountOf(it).replace(":cloudwatch:", ":logs:")}:delivery-destination:${it.name}`,
    after: ["aws:cloudwatch/logDelivery:LogDelivery"],
  }),
  "aws:cloudwatch/logDeliverySource:LogDeliverySource": of("AWS::Logs::DeliverySource", {
    arn: (it) => `${accountOf(it).replace(":cloudwatch:", ":logs:")}:delivery-source:${it.name}`,
    after: ["aws:cloudwatch/logDelivery:LogDelivery"],
  }),
  "aws:cloudwatch/logGroup:LogGroup": of("AWS::Logs::LogGroup"),
  "aws:cloudwatch/metricAlarm:MetricAlarm": of("AWS::CloudWatch::Alarm"),
  "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup": of("AWS::EC2::SecurityGroup", {
    arn: ec2("security-group"),
    goes: true,
    never: 'CannotDelete: the specified group: name: "default" cannot be deleted by a user',
  }),
  "aws:ec2/eip:Eip": of("AWS::EC2::EIP", {
    arn: ec2("elastic-ip"),
    id: (it) => `${String(it.outputs.publicIp)}|${it.id}`,
    after: ["aws:ec2/natGateway:NatGateway"],
  }),
  "aws:ec2/flowLog:FlowLog": of("AWS::EC2::FlowLog", { arn: ec2("vpc-flow-log") }),
  "aws:ec2/internetGateway:InternetGateway": of("AWS::EC2::InternetGateway", {
    after: ["attached", "aws:ec2/natGateway:NatGateway", "aws:lb/loadBalancer:LoadBalancer"],
  }),
  "aws:ec2/natGateway:NatGateway": of("AWS::EC2::NatGateway", { arn: ec2("natgateway") }),
  "aws:ec2/routeTable:RouteTable": of("AWS::EC2::RouteTable", {
    after: ["aws:ec2/routeTableAssociation:RouteTableAssociation"],
  }),
  "aws:ec2/securityGroup:SecurityGroup": of("AWS::EC2::SecurityGroup", {
    after: [
      "aws:lb/loadBalancer:LoadBalancer",
      "aws:rds/instance:Instance",
      "aws:elasticache/replicationGroup:ReplicationGroup",
      "aws:ecs/service:Service",
      "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule#referencedSecurityGroupId",
      "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule#referencedSecurityGroupId",
    ],
  }),
  "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": of("AWS::EC2::SecurityGroupIngress", {
    arn: ec2("security-group-rule"),
  }),
  "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": of("AWS::EC2::SecurityGroupEgress", {
    arn: ec2("security-group-rule"),
  }),
  "aws:ec2/subnet:Subnet": of("AWS::EC2::Subnet", {
    after: ["aws:ec2/natGateway:NatGateway", "aws:lb/loadBalancer:LoadBalancer", "aws:ecs/service:Service"],
  }),
  "aws:ec2/vpc:Vpc": of("AWS::EC2::VPC", {
    after: [
      "attached",
      "aws:ec2/subnet:Subnet",
      "aws:ec2/securityGroup:SecurityGroup",
      "aws:ec2/vpcEndpoint:VpcEndpoint",
      "aws:ec2/routeTable:RouteTable",
    ],
  }),
  "aws:ec2/vpcEndpoint:VpcEndpoint": of("AWS::EC2::VPCEndpoint"),
  "aws:ecr/repository:Repository": of("AWS::ECR::Repository"),
  "aws:ecs/cluster:Cluster": of("AWS::ECS::Cluster", { id: name, after: ["aws:ecs/service:Service"] }),
  "aws:ecs/service:Service": of("AWS::ECS::Service", {
    id: (it) => `${it.arn}|${it.arn.split("/").at(-2) ?? ""}`,
  }),
  "aws:ecs/taskDefinition:TaskDefinition": of("AWS::ECS::TaskDefinition", { id: arn }),
  "aws:elasticache/parameterGroup:ParameterGroup": of("AWS::ElastiCache::ParameterGroup", {
    after: ["aws:elasticache/replicationGroup:ReplicationGroup"],
  }),
  "aws:elasticache/replicationGroup:ReplicationGroup": of("AWS::ElastiCache::ReplicationGroup"),
  "aws:elasticache/subnetGroup:SubnetGroup": of("AWS::ElastiCache::SubnetGroup", {
    after: ["aws:elasticache/replicationGroup:ReplicationGroup"],
  }),
  "aws:kms/key:Key": of("AWS::KMS::Key"),
  "aws:lb/listener:Listener": of("AWS::ElasticLoadBalancingV2::Listener", { goes: true }),
  "aws:lb/listenerRule:ListenerRule": of("AWS::ElasticLoadBalancingV2::ListenerRule", { goes: true }),
  "aws:lb/loadBalancer:LoadBalancer": of("AWS::ElasticLoadBalancingV2::LoadBalancer"),
  "aws:lb/targetGroup:TargetGroup": of("AWS::ElasticLoadBalancingV2::TargetGroup", {
    after: ["aws:lb/listener:Listener", "aws:lb/listenerRule:ListenerRule"],
  }),
  "aws:rds/instance:Instance": of("AWS::RDS::DBInstance", { id: (it) => it.arn.split(":").at(-1) ?? "" }),
  "aws:rds/parameterGroup:ParameterGroup": of("AWS::RDS::DBParameterGroup", {
    after: ["aws:rds/instance:Instance"],
  }),
  "aws:rds/proxy:Proxy": of("AWS::RDS::DBProxy"),
  "aws:rds/subnetGroup:SubnetGroup": of("AWS::RDS::DBSubnetGroup", { after: ["aws:rds/instance:Instance"] }),
  "aws:s3/bucket:Bucket": of("AWS::S3::Bucket"),
  "aws:scheduler/scheduleGroup:ScheduleGroup": of("AWS::Scheduler::ScheduleGroup"),
  "aws:secretsmanager/secret:Secret": of("AWS::SecretsManager::Secret"),
  "aws:sns/topic:Topic": of("AWS::SNS::Topic"),
  "aws:sqs/queue:Queue": of("AWS::SQS::Queue"),
  "aws:wafv2/webAcl:WebAcl": of("AWS::WAFv2::WebACL", {
    id: (it) => `${it.name}|${it.id}|${String(it.outputs.scope)}`,
    after: ["aws:cloudfront/distribution:Distribution"],
  }),
};

/** What bears no tags that the Tagging API knows of, and has a life of its own. */
const untold: Readonly<Record<string, Kind>> = {
  "aws:iam/role:Role": of("AWS::IAM::Role"),
  "aws:cloudwatch/dashboard:Dashboard": of("AWS::CloudWatch::Dashboard"),
  "aws:backup/selection:Selection": of("AWS::Backup::BackupSelection"),
  "aws:cloudfront/responseHeadersPolicy:ResponseHeadersPolicy": of("AWS::CloudFront::ResponseHeadersPolicy", {
    after: ["aws:cloudfront/distribution:Distribution"],
    properties: named("ResponseHeadersPolicyConfig"),
  }),
  "aws:cloudfront/originAccessControl:OriginAccessControl": of("AWS::CloudFront::OriginAccessControl", {
    after: ["aws:cloudfront/distribution:Distribution"],
    properties: named("OriginAccessControlConfig"),
  }),
};

const all = { ...kinds, ...untold };

const tagsOf = ({ outputs }: { readonly outputs: Seen["outputs"] }) =>
  ({ ...(outputs.tagsAll as object), ...(outputs.tags as object) }) as Readonly<Record<string, string>>;

/** The Resource Groups Tagging API and Cloud Control, by what the account holds. */
export function inventoryHandlers(world: { readonly inventory?: Inventory }): Handlers {
  const doing = new Map<string, { left: number; event: object; end: () => object }>();
  /** An internet gateway is attached until somebody detaches it. */
  const detached = new Set<string>();
  const seen = ({ id: its, outputs }: Held): Seen => ({
    id: its,
    arn: String(outputs.arn ?? its),
    name: String(outputs.name ?? its),
    outputs,
  });
  const held = () => world.inventory?.held() ?? [];
  const known = (table: Readonly<Record<string, Kind>>) =>
    held().flatMap((one) => {
      const kind = table[one.type];
      return kind ? [{ one, kind, it: seen(one) }] : [];
    });
  const regionOf = ({ kind, it }: { readonly kind: Kind; readonly it: Seen }) =>
    kind.type.startsWith("AWS::IAM") || kind.type.startsWith("AWS::CloudFront")
      ? "us-east-1"
      : kind.arn(it).split(":")[3] || (typeof it.outputs.region === "string" ? it.outputs.region : undefined);

  const found = (type: unknown, identifier: unknown, region: string) => {
    if (!Object.values(all).some((kind) => kind.type === type))
      throw new AwsRefusal("TypeNotFoundException", `The type '${String(type)}' cannot be found.`);
    return known(all).find(
      ({ kind, it }) =>
        kind.type === type && kind.id(it) === identifier && (regionOf({ kind, it }) ?? region) === region,
    );
  };

  const gatewayOf = (vpc: string) =>
    held().find(
      ({ type, inputs }) => type === "aws:ec2/internetGateway:InternetGateway" && inputs.vpcId === vpc,
    );

  /** Why AWS keeps it; undefined where nothing stands against it. */
  const keeps = ({ one, kind, it }: NonNullable<ReturnType<typeof found>>): string | undefined => {
    if (kind.never) return kind.never;
    if (one.outputs.deletionProtection === true || one.outputs.enableDeletionProtection === true)
      return "deletion protection is on";
    if (one.type === "aws:s3/bucket:Bucket" && world.inventory?.isFilled?.(it.id))
      return "The bucket you tried to delete is not empty";
    if (one.type === "aws:ecr/repository:Repository" && world.inventory?.images?.has(it.id))
      return "RepositoryNotEmptyException";
    for (const rule of kind.after ?? []) {
      if (rule === "attached") {
        const vpc = one.type === "aws:ec2/vpc:Vpc" ? it.id : String(one.inputs.vpcId);
        if (gatewayOf(vpc) && !detached.has(vpc)) return "DependencyViolation: a gateway is attached";
        continue;
      }
      const [type, only] = rule.split("#");
      const user = held().find(
        (other) =>
          other.type === type &&
          [it.id, it.arn, it.name].some((text) =>
            JSON.stringify(only ? (other.inputs[only] ?? "") : other.inputs).includes(`"${text}"`),
          ),
      );
      if (user) return `it has a dependent object: ${user.id}`;
    }
    return undefined;
  };

  /** What belongs to a thing and goes with it: what names it, and is no thing of its own here or never without it. */
  const removeWith = (one: Held) => {
    world.inventory?.remove(one);
    for (const other of held()) {
      const own = all[other.type] && !all[other.type]?.goes;
      // A scalable target takes its policies with it; they name what it scales.
      const named = [one.id, one.outputs.arn, one.outputs.resourceId].some(
        (text) => text !== undefined && JSON.stringify(other.inputs).includes(`"${text}"`),
      );
      if (!own && other.type.startsWith("aws:") && named) removeWith(other);
    }
  };

  return {
    "ResourceGroupsTaggingAPI_20170126.GetResources": (
      { TagFilters, PaginationToken, ResourcesPerPage },
      { region },
    ) => {
      const filters = (TagFilters ?? []) as { Key: string; Values: string[] }[];
      const list = known(kinds)
        .filter(({ kind, it }) => (regionOf({ kind, it }) ?? region) === region)
        .map(({ kind, it }) => ({
          ResourceARN: kind.arn(it),
          tags: tagsOf(it),
        }))
        .filter(({ tags }) => filters.every(({ Key, Values }) => Values.includes(tags[Key] ?? "")));
      const from = Number(PaginationToken ?? 0);
      const size = Math.min(Number(ResourcesPerPage ?? 50), 20);
      return {
        PaginationToken: from + size < list.length ? String(from + size) : "",
        ResourceTagMappingList: list.slice(from, from + size).map(({ ResourceARN, tags }) => ({
          ResourceARN,
          Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
        })),
      };
    },
    "CloudApiService.ListResources": ({ TypeName, ResourceModel }, { region }) => {
      const model = JSON.parse(String(ResourceModel ?? "{}")) as Record<string, string>;
      return {
        TypeName,
        ResourceDescriptions: known(all)
          .filter(({ kind, it }) => kind.type === TypeName && (regionOf({ kind, it }) ?? region) === region)
          .filter(({ one }) => !model.BackupPlanId || one.inputs.planId === model.BackupPlanId)
          .map(({ kind, it }) => ({ Identifier: kind.id(it), Properties: "{}" })),
      };
    },
    "CloudApiService.GetResource": ({ TypeName, Identifier }, { region }) => {
      const it = found(TypeName, Identifier, region);
      if (!it) throw new AwsRefusal("ResourceNotFoundException", `${String(Identifier)} was not found`);
      const Tags = Object.entries(tagsOf(it.one)).map(([Key, Value]) => ({ Key, Value }));
      const Properties = JSON.stringify({ ...it.kind.properties?.(it.it), Tags });
      return { TypeName, ResourceDescription: { Identifier, Properties } };
    },
    "CloudApiService.DeleteResource": ({ TypeName, Identifier }, { region }) => {
      const RequestToken = `00000000-0000-0000-0000-${String(doing.size).padStart(12, "0")}`;
      const event = { TypeName, Identifier, RequestToken, Operation: "DELETE" };
      const ended = (ErrorCode?: string, StatusMessage?: string) => ({
        ...event,
        OperationStatus: ErrorCode ? "FAILED" : "SUCCESS",
        ...(ErrorCode && { ErrorCode, StatusMessage }),
      });
      if (TypeName === "AWS::EC2::VPCGatewayAttachment") {
        const vpc = String(Identifier).replace(/^IGW\|/, "");
        if (!gatewayOf(vpc) || detached.has(vpc))
          throw new AwsRefusal("ResourceNotFoundException", `${String(Identifier)} was not found`);
        const subnets = held().filter(
          ({ type, inputs }) => type === "aws:ec2/subnet:Subnet" && inputs.vpcId === vpc,
        );
        const nat = held().some(
          ({ type, inputs }) =>
            type === "aws:ec2/natGateway:NatGateway" &&
            subnets.some((subnet) => subnet.id === inputs.subnetId),
        );
        if (!nat) detached.add(vpc);
        const failed = nat ? ["GeneralServiceException", "it has some mapped public address(es)"] : [];
        return { ProgressEvent: ended(...failed) };
      }
      const it = found(TypeName, Identifier, region);
      if (!it) throw new AwsRefusal("ResourceNotFoundException", `${String(Identifier)} was not found`);
      world.inventory?.onDelete?.(String(TypeName), String(Identifier));
      const end = () => {
        const why = keeps(it);
        if (why) return ended("ResourceConflict", why);
        removeWith(it.one);
        return ended();
      };
      doing.set(RequestToken, { left: world.inventory?.looks ?? 0, event, end });
      return { ProgressEvent: { ...event, OperationStatus: "IN_PROGRESS" } };
    },
    "CloudApiService.GetResourceRequestStatus": ({ RequestToken }) => {
      const one = doing.get(String(RequestToken));
      if (!one) throw new AwsRefusal("RequestTokenNotFoundException", "no such request");
      one.left -= 1;
      return { ProgressEvent: one.left > 0 ? { ...one.event, OperationStatus: "IN_PROGRESS" } : one.end() };
    },
  };
}
