import { randomBytes } from "node:crypto";
import {
  type DBInstance,
  DeleteDBInstanceCommand,
  paginateDescribeDBInstances,
  type RDSClient,
} from "@aws-sdk/client-rds";
import { failure } from "../../../components/model/diagnostics.ts";
import { until } from "../../../components/providers/kit/wait.ts";
import { step } from "../../progress.ts";
import type { Copies, Copy } from "./copies.ts";
import type { Patience } from "./provider.ts";
import { instanceNamed, isNotThere, restored, waiting } from "./rds.ts";

/** Tells a drill's instance from one that a person restored: only what carries it is ever removed. */
const tag = "rung:drill";

/** Instances beside the living one, each as closed as that, and without protection from deletion. */
export function rdsCopies(
  asked: <T>(work: (client: RDSClient) => Promise<T>) => Promise<T>,
  instance: string,
  patience: Patience,
): Copies {
  return {
    left: () =>
      asked(async (client) => {
        const found: string[] = [];
        for await (const { DBInstances } of paginateDescribeDBInstances({ client }, {}))
          for (const one of DBInstances ?? [])
            if (isCopyOf(one, instance)) found.push(one.DBInstanceIdentifier ?? "");
        return found;
      }),
    make: (to, report) =>
      asked(async (client) => {
        const name = `${instance}-drill-${randomBytes(3).toString("hex")}`;
        const source = await instanceNamed(client, instance);
        await step(report, "restore", () =>
          restored(
            client,
            source,
            name,
            { to },
            { DeletionProtection: false, Tags: [{ Key: tag, Value: instance }] },
          ),
        );
        return step(report, "instance", (say) =>
          until(() => reachable(client, name, say), {
            what: `${name} to be available`,
            ...waiting(patience),
          }),
        );
      }),
    remove: (name, report) =>
      step(report, `remove ${name}`, (say) => asked((client) => gone(client, name, patience, say))),
  };
}

const isCopyOf = ({ DBInstanceIdentifier = "", TagList = [] }: DBInstance, instance: string): boolean =>
  DBInstanceIdentifier.startsWith(`${instance}-drill-`) &&
  TagList.some(({ Key, Value }) => Key === tag && Value === instance);

/** Of RDS's own statuses those that nothing but a person ends (its documentation, "Viewing DB instance status", 2026-11). */
const neverAvailable = /^(failed|restore-error|incompatible-\w+)$/;

async function reachable(
  client: RDSClient,
  name: string,
  say: (text: string) => void,
): Promise<Copy | undefined> {
  const { DBInstanceStatus, Endpoint } = await instanceNamed(client, name);
  say(DBInstanceStatus ?? "");
  if (neverAvailable.test(DBInstanceStatus ?? ""))
    throw failure(`RDS could not restore it: ${name} is ${DBInstanceStatus}`, "see its events in RDS", "RDS");
  if (DBInstanceStatus !== "available" || !Endpoint?.Address) return undefined;
  return { name, host: Endpoint.Address, port: Endpoint.Port ?? 5432 };
}

/** RDS refuses to delete an instance that it still makes: it is asked again until it is gone. */
async function gone(
  client: RDSClient,
  name: string,
  patience: Patience,
  say: (text: string) => void,
): Promise<void> {
  const look = async (): Promise<true | undefined> => {
    try {
      const { DBInstanceStatus } = await instanceNamed(client, name);
      say(DBInstanceStatus ?? "");
      if (DBInstanceStatus === "deleting") return undefined;
      await client.send(
        new DeleteDBInstanceCommand({
          DBInstanceIdentifier: name,
          SkipFinalSnapshot: true,
          DeleteAutomatedBackups: true,
        }),
      );
      return undefined;
    } catch (error) {
      if (isNotThere(error)) return true;
      if (/^InvalidDBInstanceState/.test((error as Error).name)) return undefined;
      throw error;
    }
  };
  await until(look, { what: `${name} to be gone`, ...waiting(patience) });
}
