import { randomBytes } from "node:crypto";
import http from "node:http";
import type { AddressInfo } from "node:net";
import * as rds from "@aws-sdk/client-rds";
import { membersOf, type Shape } from "./model.ts";
import { AwsRefusal } from "./refusal.ts";

/** An instance, as far as backups are asked about. */
export interface RdsInstance {
  readonly name: string;
  readonly retentionDays: number;
  readonly protected: boolean;
  readonly subnetGroup: string;
  readonly securityGroups: readonly string[];
  /** What it was restored from: a snapshot's name, or a time in ISO 8601. */
  readonly from?: string;
  readonly tags?: Readonly<Record<string, string>>;
  /** Where it answers, once it was really made. */
  endpoint?: Endpoint;
  /** Looks until it is available; of one that is deleted, until it is gone. */
  looks: number;
  deleting?: boolean;
  failed?: boolean;
}

export interface Endpoint {
  readonly address: string;
  readonly port: number;
}

interface Snapshot {
  readonly name: string;
  readonly instance: string;
  readonly made: Date;
  looks: number;
}

export interface RdsWorld {
  readonly instances: Map<string, RdsInstance>;
  readonly snapshots: Map<string, Snapshot>;
  /** Looks until what is begun is done. */
  looks: number;
  /** How long after its commit a transaction can be restored, in seconds; RDS needs some five minutes. */
  readonly lagSeconds?: number;
  /** Really makes what a restore to a time asks for, where there is a PostgreSQL to do so. */
  readonly make?: (name: string, time: string) => Promise<Endpoint>;
  readonly unmake?: (name: string) => Promise<void>;
}

export interface RdsServer {
  /** What sends the SDK here, and the key that it must sign with. */
  readonly env: Readonly<Record<string, string>>;
  readonly seen: readonly string[];
  stop(): Promise<void>;
}

type Asked = Readonly<Record<string, readonly string[]>>;

/**
 * A stand-in for what `rung backup` asks of RDS, by its Query protocol, on 127.0.0.1. A request must be of an operation
 * and of parameters that the SDK's own model has, with those that are required. Signatures are not computed again.
 */
export async function serveRds(world: RdsWorld): Promise<RdsServer> {
  const key = `AKIA${randomBytes(8).toString("hex").toUpperCase()}`;
  const seen: string[] = [];
  const handlers = handlersOf(world);
  const answer = (request: http.IncomingMessage, text: string): string => {
    const form = new URLSearchParams(text);
    const action = form.get("Action") ?? "";
    if (!request.headers.authorization?.includes(`Credential=${key}/`))
      throw new AwsRefusal("InvalidClientTokenId", "The security token included in the request is invalid.");
    const operation = (rds as unknown as Readonly<Record<string, Shape>>)[`${action}$`];
    const handler = handlers[action];
    if (!operation || !handler) throw new AwsRefusal("InvalidAction", `no ${action} here`);
    const asked = read(form);
    const { names, required } = membersOf(operation);
    const unknown = Object.keys(asked).filter((name) => !names.includes(name));
    const missing = required.filter((name) => asked[name] === undefined);
    if (unknown.length > 0 || missing.length > 0)
      throw new AwsRefusal("ValidationError", `unknown: ${unknown}; missing: ${missing}`);
    seen.push(action);
    return `<${action}Response><${action}Result>${handler(asked)}</${action}Result></${action}Response>`;
  };
  const server = http.createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const reply = (status: number, body: string) => {
        response.writeHead(status, { "content-type": "text/xml" });
        response.end(body);
      };
      try {
        reply(200, answer(request, Buffer.concat(chunks).toString("utf8")));
      } catch (error) {
        const { type = "InternalFailure", status = 500, message } = error as Partial<AwsRefusal>;
        reply(
          status,
          `<ErrorResponse><Error><Type>Sender</Type><Code>${type}</Code><Message>${message}</Message></Error></ErrorResponse>`,
        );
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo; // it listens on a port
  return {
    seen,
    env: {
      AWS_ENDPOINT_URL_RDS: `http://127.0.0.1:${port}`,
      AWS_ACCESS_KEY_ID: key,
      AWS_SECRET_ACCESS_KEY: "rehearsal",
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** `VpcSecurityGroupIds.VpcSecurityGroupId.1` is one of a list. */
function read(form: URLSearchParams): Asked {
  const found: Record<string, string[]> = {};
  for (const [name, value] of form) {
    const [first = ""] = name.split(".");
    if (first === "Action" || first === "Version") continue;
    found[first] = [...(found[first] ?? []), value];
  }
  return found;
}

function handlersOf({ instances, snapshots, ...world }: RdsWorld): Record<string, (asked: Asked) => string> {
  const only = (asked: Asked, name: string): string => asked[name]?.[0] ?? "";
  const instance = (name: string): RdsInstance => {
    const found = instances.get(name);
    if (found) return found;
    throw new AwsRefusal("DBInstanceNotFound", `DBInstance ${name} not found.`, 404);
  };
  const shown = (one: RdsInstance) => shownOf(one, world.lagSeconds ?? 300, world.make !== undefined);
  const restore = (asked: Asked, name: string, from: string): string => {
    if (instances.has(name))
      throw new AwsRefusal("DBInstanceAlreadyExists", `DB instance ${name} already exists`);
    const made: RdsInstance = {
      name,
      from,
      retentionDays: 1,
      protected: only(asked, "DeletionProtection") === "true",
      subnetGroup: only(asked, "DBSubnetGroupName"),
      securityGroups: asked.VpcSecurityGroupIds ?? [],
      tags: pairs(asked.Tags ?? []),
      looks: world.looks,
    };
    instances.set(name, made);
    return `<DBInstance>${shown(made)}</DBInstance>`;
  };
  return {
    DescribeDBInstances: (asked) => {
      const name = asked.DBInstanceIdentifier?.[0];
      const found = name === undefined ? [...instances.values()] : [instance(name)];
      for (const one of found) {
        if (one.looks > 0) one.looks -= 1;
        if (one.deleting && one.looks === 0) instances.delete(one.name);
      }
      return `<DBInstances>${found.map((one) => `<DBInstance>${shown(one)}</DBInstance>`).join("")}</DBInstances>`;
    },
    DeleteDBInstance: (asked) => {
      const found = instance(only(asked, "DBInstanceIdentifier"));
      if (found.protected)
        throw new AwsRefusal(
          "InvalidParameterCombination",
          "Cannot delete protected DB Instance, please disable deletion protection and try again.",
        );
      if ((only(asked, "SkipFinalSnapshot") === "true") === (asked.FinalDBSnapshotIdentifier !== undefined))
        throw new AwsRefusal(
          "InvalidParameterCombination",
          "FinalDBSnapshotIdentifier is required unless SkipFinalSnapshot is specified.",
        );
      if (found.deleting || found.looks > 0 || (world.make && found.from && !found.endpoint && !found.failed))
        throw new AwsRefusal(
          "InvalidDBInstanceState",
          `Instance ${found.name} is not in the available state.`,
        );
      found.deleting = true;
      found.looks = world.looks;
      void world.unmake?.(found.name);
      return `<DBInstance>${shown(found)}</DBInstance>`;
    },
    CreateDBSnapshot: (asked) => {
      const name = only(asked, "DBSnapshotIdentifier");
      if (!/^[a-zA-Z](-?[a-zA-Z0-9])*$/.test(name) || name.length > 255)
        throw new AwsRefusal("InvalidParameterValue", `${name} is not a valid identifier.`);
      if (snapshots.has(name)) throw new AwsRefusal("DBSnapshotAlreadyExists", `${name} already exists`);
      const made = {
        name,
        instance: instance(only(asked, "DBInstanceIdentifier")).name,
        made: new Date(),
        looks: world.looks,
      };
      snapshots.set(name, made);
      return `<DBSnapshot>${snapshot(made)}</DBSnapshot>`;
    },
    DescribeDBSnapshots: (asked) => {
      const name = instance(only(asked, "DBInstanceIdentifier")).name;
      const own = [...snapshots.values()].filter((one) => one.instance === name);
      for (const one of own) if (one.looks > 0) one.looks -= 1;
      return `<DBSnapshots>${own.map((one) => `<DBSnapshot>${snapshot(one)}</DBSnapshot>`).join("")}</DBSnapshots>`;
    },
    RestoreDBInstanceFromDBSnapshot: (asked) => {
      const from = only(asked, "DBSnapshotIdentifier");
      if (!snapshots.has(from)) throw new AwsRefusal("DBSnapshotNotFound", `${from} not found`, 404);
      return restore(asked, only(asked, "DBInstanceIdentifier"), from);
    },
    RestoreDBInstanceToPointInTime: (asked) => {
      const source = instance(only(asked, "SourceDBInstanceIdentifier"));
      const [time, latest] = [asked.RestoreTime?.[0], only(asked, "UseLatestRestorableTime") === "true"];
      if ((time === undefined) === !latest)
        throw new AwsRefusal("InvalidParameterCombination", "RestoreTime or UseLatestRestorableTime");
      if (time !== undefined && Date.parse(time) > Date.now())
        throw new AwsRefusal("InvalidParameterValue", "RestoreTime is after the latest restorable time");
      const name = only(asked, "TargetDBInstanceIdentifier");
      const answer = restore(asked, name, `${source.name} at ${time ?? "latest"}`);
      const made = instances.get(name);
      if (made && time !== undefined)
        void world.make?.(name, time).then(
          (endpoint) => {
            made.endpoint = endpoint;
          },
          () => {
            made.failed = true;
          },
        );
      return answer;
    },
  };
}

/** `Tags.Tag.1.Key`, `Tags.Tag.1.Value`, in that order. */
const pairs = (flat: readonly string[]): Record<string, string> =>
  Object.fromEntries(
    flat.flatMap((key, index) => (index % 2 === 0 ? [[key, flat[index + 1] ?? ""] as const] : [])),
  );

function shownOf(one: RdsInstance, lagSeconds: number, real: boolean): string {
  const { name, looks, retentionDays, protected: kept, subnetGroup, securityGroups, tags = {} } = one;
  const making = looks > 0 || (real && one.from !== undefined && !one.endpoint);
  const status = one.deleting
    ? "deleting"
    : one.failed
      ? "incompatible-restore"
      : making
        ? "creating"
        : "available";
  const { address, port } = one.endpoint ?? {
    address: `${name}.rehearsal.eu-central-1.rds.amazonaws.com`,
    port: 5432,
  };
  return `<DBInstanceIdentifier>${name}</DBInstanceIdentifier><DBInstanceClass>db.t4g.micro</DBInstanceClass>
   <DBInstanceStatus>${status}</DBInstanceStatus>
   <Endpoint><Address>${address}</Address><Port>${port}</Port></Endpoint>
   <BackupRetentionPeriod>${retentionDays}</BackupRetentionPeriod><DeletionProtection>${kept}</DeletionProtection>
   <LatestRestorableTime>${new Date(Date.now() - lagSeconds * 1000).toISOString()}</LatestRestorableTime>
   <InstanceCreateTime>2026-01-01T00:00:00Z</InstanceCreateTime>
   <DBSubnetGroup><DBSubnetGroupName>${subnetGroup}</DBSubnetGroupName></DBSubnetGroup>
   <TagList>${Object.entries(tags)
     .map(([key, value]) => `<Tag><Key>${key}</Key><Value>${value}</Value></Tag>`)
     .join("")}</TagList>
   <VpcSecurityGroups>${securityGroups.map((id) => `<VpcSecurityGroupMembership><VpcSecurityGroupId>${id}</VpcSecurityGroupId></VpcSecurityGroupMembership>`).join("")}</VpcSecurityGroups>`;
}

const snapshot = ({ name, instance, made, looks }: Snapshot) =>
  `<DBSnapshotIdentifier>${name}</DBSnapshotIdentifier><DBInstanceIdentifier>${instance}</DBInstanceIdentifier>
   <SnapshotType>manual</SnapshotType><Status>${looks > 0 ? "creating" : "available"}</Status>
   <SnapshotCreateTime>${made.toISOString()}</SnapshotCreateTime>`;
