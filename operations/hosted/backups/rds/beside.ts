import { RDSClient } from "@aws-sdk/client-rds";
import { failure } from "../../../../components/model/diagnostics.ts";
import { until } from "../../../../components/providers/kit/wait.ts";
import { step } from "../../../progress.ts";
import { awsClient, cannotAsk } from "../../aws.ts";
import type { Patience, ProviderBackups } from "../provider.ts";
import { copiesOf } from "./copies.ts";
import { type Restorable, waiting } from "./restorable.ts";

/**
 * RDS's own: snapshots, and recovery to any point in time. RDS restores into a new instance or cluster, never in place:
 * it is made with the subnets, security groups and parameters of the living one, protected as that is, and left to a
 * person.
 */
export function restoredBeside(of: Restorable, stack: string, patience: Patience): ProviderBackups {
  const asked: Asked = async (work) => {
    const client = new RDSClient(await awsClient(of.region, stack));
    try {
      return await work(client);
    } catch (error) {
      throw cannotAsk("RDS", error);
    } finally {
      client.destroy();
    }
  };
  const snapshots = async (client: RDSClient) =>
    (await of.snapshots(client)).toSorted((a, b) => a.finished.localeCompare(b.finished));
  return {
    now: (report) =>
      step(report, "snapshot", (say) =>
        asked(async (client) => {
          // RDS takes letters, digits and hyphens.
          const name = `${of.name}-${new Date().toISOString().slice(0, 19).replace(/\D/g, "")}`;
          await of.snapshot(client, name);
          await until(
            async () => {
              const found = (await snapshots(client)).find((one) => one.name === name);
              say(found?.ok ? "available" : "being made");
              return found?.ok ? found : undefined;
            },
            { what: `the snapshot ${name} to be available`, ...waiting(patience) },
          );
          return name;
        }),
      ),
    list: () => asked(snapshots),
    window: () => asked((client) => of.window(client)),
    copies: copiesOf(of, asked, patience),
    async restore(wanted, beside, report) {
      if (beside === undefined)
        throw failure(
          `RDS restores into a new ${of.kind}, never over the living one`,
          "say --beside NAME; what is missing is copied back from there, or the stack is moved to it",
          "--in-place",
          64,
        );
      const began = performance.now();
      const made = `${of.name}-${beside}`;
      const { host } = await asked(async (client) => {
        await refuseName(of, client, made);
        await step(report, "restore", () => of.begin(client, made, wanted, {}));
        return step(report, of.kind, (say) =>
          until(() => of.look(client, made, say), {
            what: `${made} to be available`,
            ...waiting(patience),
          }),
        );
      });
      return {
        into: made,
        seconds: (performance.now() - began) / 1000,
        next: [
          `it answers at ${host}, in the same subnets, with the owner's password of then`,
          "look: RUNG_DATABASE_URL=postgresql://owner:…@<that address>/… rung db validate",
          `when it is not needed any more: ${of.deletion(made).join(" && ")}`,
        ],
      };
    },
  };
}

/** Asks RDS in the region, with what the stack's provider logs in with. @throws DiagnosticsError */
export type Asked = <T>(work: (client: RDSClient) => Promise<T>) => Promise<T>;

async function refuseName(of: Restorable, client: RDSClient, made: string): Promise<void> {
  const wrong = (what: string) => failure(what, "choose another name", "--beside", 64);
  if (made.length > of.longestName)
    throw wrong(`${made} has ${made.length} letters, and RDS takes ${of.longestName} here`);
  if ((await of.all(client)).some(({ name }) => name === made))
    throw wrong(`there is ${of.kind === "instance" ? "an instance" : "a cluster"} ${made} already`);
}
