import type { Held } from "../store.ts";
import { text } from "../values.ts";
import type { Vendor } from "./vendor.ts";

/** Names that AWS lets be taken once in a region. */
export const awsUnique: NonNullable<Vendor["unique"]> = {
  "aws:ec2/subnet:Subnet": ["vpcId", "cidrBlock"],
  "aws:rds/instance:Instance": ["identifier"],
  "aws:rds/cluster:Cluster": ["clusterIdentifier"],
  "aws:rds/clusterInstance:ClusterInstance": ["identifier"],
  "aws:rds/globalCluster:GlobalCluster": ["globalClusterIdentifier"],
  "aws:eks/cluster:Cluster": ["name"],
  "aws:eks/podIdentityAssociation:PodIdentityAssociation": ["clusterName", "namespace", "serviceAccount"],
  "aws:lambda/function:Function": ["name"],
  "aws:rds/subnetGroup:SubnetGroup": ["name"],
  "aws:rds/parameterGroup:ParameterGroup": ["name"],
  "aws:elasticache/subnetGroup:SubnetGroup": ["name"],
  "aws:elasticache/parameterGroup:ParameterGroup": ["name"],
  "aws:lb/loadBalancer:LoadBalancer": ["name"],
  "aws:lb/targetGroup:TargetGroup": ["name"],
  "aws:ec2/securityGroup:SecurityGroup": ["name", "vpcId"],
  "aws:ecs/cluster:Cluster": ["name"],
  "aws:ecs/service:Service": ["name", "cluster"],
  "aws:secretsmanager/secret:Secret": ["name"],
  "aws:iam/policy:Policy": ["name"],
  "aws:sns/topic:Topic": ["name"],
  "aws:wafv2/webAcl:WebAcl": ["name", "scope"],
  "aws:scheduler/schedule:Schedule": ["name", "groupName"],
};

/** What AWS refuses to delete as it is. */
export const awsRefuses: NonNullable<Vendor["refuses"]> = {
  "aws:rds/instance:Instance": (held) => protectedStore(held) ?? finalSnapshot(held),
  "aws:rds/cluster:Cluster": (held) => protectedStore(held) ?? finalSnapshot(held),
  "aws:rds/globalCluster:GlobalCluster": protectedStore,
  "aws:dynamodb/table:Table": ({ inputs }) =>
    inputs.deletionProtectionEnabled === true ? "deletionProtectionEnabled is on" : undefined,
  "aws:lb/loadBalancer:LoadBalancer": ({ inputs }) =>
    inputs.enableDeletionProtection === true ? "enableDeletionProtection is on" : undefined,
  "aws:ec2/instance:Instance": ({ inputs }) =>
    inputs.disableApiTermination === true ? "disableApiTermination is on" : undefined,
  "aws:eks/cluster:Cluster": protectedStore,
  "aws:cloudwatch/logGroup:LogGroup": ({ inputs }) =>
    inputs.deletionProtectionEnabled === true ? "deletionProtectionEnabled is on" : undefined,
};

/** What AWS answers with DependencyViolation, ResourceInUse and the like while others name it. */
export const awsHeldBy: NonNullable<Vendor["heldBy"]> = {
  "aws:ec2/vpc:Vpc": [
    "aws:ec2/subnet:Subnet",
    "aws:ec2/securityGroup:SecurityGroup",
    "aws:ec2/internetGateway:InternetGateway",
    "aws:ec2/vpcEndpoint:VpcEndpoint",
    "aws:ec2/routeTable:RouteTable",
  ],
  "aws:ec2/subnet:Subnet": [
    "aws:ec2/natGateway:NatGateway",
    "aws:ec2/instance:Instance",
    "aws:ec2/vpcEndpoint:VpcEndpoint",
    "aws:ecs/service:Service",
    "aws:efs/mountTarget:MountTarget",
    "aws:eks/cluster:Cluster",
    "aws:eks/nodeGroup:NodeGroup",
    "aws:elasticache/subnetGroup:SubnetGroup",
    "aws:lb/loadBalancer:LoadBalancer",
    "aws:rds/subnetGroup:SubnetGroup",
  ],
  "aws:ec2/securityGroup:SecurityGroup": [
    "aws:ec2/instance:Instance",
    "aws:ec2/vpcEndpoint:VpcEndpoint",
    "aws:ecs/service:Service",
    "aws:efs/mountTarget:MountTarget",
    "aws:eks/cluster:Cluster",
    "aws:elasticache/replicationGroup:ReplicationGroup",
    "aws:lb/loadBalancer:LoadBalancer",
    "aws:rds/cluster:Cluster",
    "aws:rds/instance:Instance",
    "aws:rds/proxy:Proxy",
    // A rule that lets in by a group keeps the group.
    "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
    "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule",
  ],
  "aws:ec2/eip:Eip": ["aws:ec2/natGateway:NatGateway"],
  "aws:ecs/cluster:Cluster": ["aws:ecs/service:Service"],
  "aws:eks/cluster:Cluster": ["aws:eks/nodeGroup:NodeGroup", "aws:eks/fargateProfile:FargateProfile"],
  "aws:rds/subnetGroup:SubnetGroup": ["aws:rds/instance:Instance", "aws:rds/cluster:Cluster"],
  "aws:rds/parameterGroup:ParameterGroup": ["aws:rds/instance:Instance"],
  "aws:rds/clusterParameterGroup:ClusterParameterGroup": ["aws:rds/cluster:Cluster"],
  "aws:rds/cluster:Cluster": ["aws:rds/clusterInstance:ClusterInstance"],
  "aws:rds/globalCluster:GlobalCluster": ["aws:rds/cluster:Cluster"],
  "aws:elasticache/globalReplicationGroup:GlobalReplicationGroup": [
    "aws:elasticache/replicationGroup:ReplicationGroup",
  ],
  "aws:elasticache/subnetGroup:SubnetGroup": ["aws:elasticache/replicationGroup:ReplicationGroup"],
  "aws:elasticache/parameterGroup:ParameterGroup": ["aws:elasticache/replicationGroup:ReplicationGroup"],
  "aws:lb/targetGroup:TargetGroup": ["aws:lb/listener:Listener", "aws:lb/listenerRule:ListenerRule"],
  "aws:acm/certificate:Certificate": ["aws:lb/listener:Listener", "aws:cloudfront/distribution:Distribution"],
  "aws:iam/role:Role": [
    "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
    "aws:iam/instanceProfile:InstanceProfile",
  ],
  "aws:iam/policy:Policy": ["aws:iam/rolePolicyAttachment:RolePolicyAttachment"],
  "aws:route53/zone:Zone": ["aws:route53/record:Record"],
  "aws:wafv2/webAcl:WebAcl": [
    "aws:wafv2/webAclAssociation:WebAclAssociation",
    "aws:cloudfront/distribution:Distribution",
  ],
  "aws:backup/vault:Vault": ["aws:backup/plan:Plan"],
  "aws:backup/plan:Plan": ["aws:backup/selection:Selection"],
  "aws:cloudfront/originAccessControl:OriginAccessControl": ["aws:cloudfront/distribution:Distribution"],
};

function protectedStore({ inputs }: Held): string | undefined {
  return inputs.deletionProtection === true ? "deletionProtection is on" : undefined;
}

function finalSnapshot({ inputs }: Held): string | undefined {
  return inputs.skipFinalSnapshot === true || text(inputs.finalSnapshotIdentifier)
    ? undefined
    : "finalSnapshotIdentifier is required when skipFinalSnapshot is not true";
}
