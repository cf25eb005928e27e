import {
  BudgetsClient,
  DeleteBudgetCommand,
  DescribeBudgetsCommand,
  NotFoundException,
} from "@aws-sdk/client-budgets";
import {
  ChangeResourceRecordSetsCommand,
  InvalidChangeBatch,
  ListResourceRecordSetsCommand,
  type ResourceRecordSet,
  Route53Client,
} from "@aws-sdk/client-route-53";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { type Removal, stackInName, stackUnder, told, type VendorThing, type Where } from "./vendor.ts";

/** What AWS lists by no tag and Cloud Control does not know: each found by its name. */
interface Untagged {
  list(): Promise<readonly VendorThing[]>;
  remove(thing: VendorThing): Promise<Removal>;
  close(): void;
}

interface Options {
  readonly region: string;
  readonly profile?: string;
}

/** By the kind that its things bear. */
export const untaggedAt = (where: Where, options: Options): Readonly<Record<string, Untagged>> => ({
  "budgets:budget": budgets(where, options),
  "route53:record": records(where, options),
});

/** Budgets are the account's, whatever the region. */
function budgets({ app }: Where, options: Options): Untagged {
  const client = new BudgetsClient(options);
  const sts = new STSClient(options);
  let asked: Promise<string> | undefined;
  const account = () => {
    asked ??= sts.send(new GetCallerIdentityCommand({})).then(({ Account = "" }) => Account);
    return asked;
  };
  return {
    async list() {
      const AccountId = await account();
      const found: VendorThing[] = [];
      for (let NextToken: string | undefined; ; ) {
        const answer = await client.send(
          new DescribeBudgetsCommand({ AccountId, ...(NextToken && { NextToken }) }),
        );
        for (const { BudgetName: name = "" } of answer.Budgets ?? []) {
          const stack = stackInName(app, name);
          if (stack !== undefined) found.push({ stack, kind: "budgets:budget", id: name, name });
        }
        NextToken = answer.NextToken;
        if (!NextToken) return found;
      }
    },
    async remove({ id: BudgetName }) {
      try {
        await client.send(new DeleteBudgetCommand({ AccountId: await account(), BudgetName }));
      } catch (error) {
        if (!(error instanceof NotFoundException)) throw error;
      }
      return "gone";
    },
    close() {
      client.destroy();
      sts.destroy();
    },
  };
}

/** Records of the zone under the previews' own part of the domain: a name that leads nowhere is somebody else's to take. */
function records(where: Where, options: Options): Untagged {
  const client = new Route53Client(options);
  const HostedZoneId = told(where, "", "rung:route53ZoneId");
  const domain = told(where, "", "rung:domain");
  const all = async () => {
    const found: { readonly thing: VendorThing; readonly record: ResourceRecordSet }[] = [];
    if (!HostedZoneId || !domain) return found;
    for (let from = {}; ; ) {
      const answer = await client.send(new ListResourceRecordSetsCommand({ HostedZoneId, ...from }));
      for (const record of answer.ResourceRecordSets ?? []) {
        const name = (record.Name ?? "").replace(/\.$/, "");
        const stack = stackUnder(domain, name);
        if (stack === undefined) continue;
        const id = [record.Type, name, record.SetIdentifier].filter(Boolean).join(" ");
        found.push({ thing: { stack, kind: "route53:record", id, name }, record });
      }
      if (!answer.IsTruncated) return found;
      from = {
        StartRecordName: answer.NextRecordName,
        StartRecordType: answer.NextRecordType,
        ...(answer.NextRecordIdentifier && { StartRecordIdentifier: answer.NextRecordIdentifier }),
      };
    }
  };
  return {
    list: async () => (await all()).map(({ thing }) => thing),
    async remove({ id }) {
      // Route 53 deletes a record only by all that it says.
      const found = (await all()).find(({ thing }) => thing.id === id);
      if (!found) return "gone";
      const ChangeBatch = { Changes: [{ Action: "DELETE" as const, ResourceRecordSet: found.record }] };
      try {
        await client.send(new ChangeResourceRecordSetsCommand({ HostedZoneId, ChangeBatch }));
      } catch (error) {
        if (error instanceof InvalidChangeBatch)
          return { stays: error.messages?.join("; ") ?? error.message };
        throw error;
      }
      return "gone";
    },
    close: () => client.destroy(),
  };
}
