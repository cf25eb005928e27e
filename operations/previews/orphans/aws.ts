import { setTimeout as sleep } from "node:timers/promises";
import {
  CloudControlClient,
  CloudControlServiceException,
  DeleteResourceCommand,
  GetResourceCommand,
  GetResourceRequestStatusCommand,
  ListResourcesCommand,
  ResourceNotFoundException,
} from "@aws-sdk/client-cloudcontrol";
import {
  GetResourcesCommand,
  ResourceGroupsTaggingAPIClient,
} from "@aws-sdk/client-resource-groups-tagging-api";
import { copyRegionOf } from "../../../components/aws/regions.ts";
import { isPreview } from "../../../components/model/stackNames.ts";
import { cannotAsk } from "../../hosted/aws.ts";
import { empty } from "./awsEmpty.ts";
import { type Arn, awsKinds, byName, kindOf, parseArn } from "./awsKinds.ts";
import { untaggedAt } from "./awsUntagged.ts";
import { stays } from "./remove.ts";
import {
  type Reach,
  type Removal,
  stackInName,
  told,
  type Vendor,
  type VendorThing,
  type Where,
} from "./vendor.ts";

/** Where CloudFront keeps what it uses, and IAM answers from. */
const global = "us-east-1";

/** A database takes some minutes to go, a distribution up to a quarter of an hour. */
const longestMs = 30 * 60_000;

interface AwsThing extends VendorThing {
  readonly region: string;
  /** Where and how Cloud Control finds it; none where it does not know the kind. */
  readonly types: readonly string[];
  readonly arn?: Arn;
}

/**
 * AWS: what bears the app's tags, by the Resource Groups Tagging API; its roles, which that API does not list, and what
 * bears a name alone, by Cloud Control; budgets and records by their own APIs. The first also tells of what was deleted
 * lately: whether a thing is there, Cloud Control says. It removes, too: one API for every kind that it knows.
 */
export const reachAws: Reach = (where) => {
  const regions = regionsOf(where);
  if (regions.length === 0)
    return { cannot: 'neither "aws:region" of the template nor AWS_REGION says where' };
  return new Aws(where, regions);
};

function regionsOf(where: Where): string[] {
  const { config } = where;
  const said = [config["rung:regions"], config["rung:region"], told(where, "AWS_REGION", "aws:region")];
  const own = said.flatMap((one) =>
    typeof one === "string" && one.startsWith("[") ? JSON.parse(one) : (one ?? []),
  );
  const regions = own.filter((one): one is string => typeof one === "string");
  if (regions.length === 0) return [];
  return [...new Set([...regions, ...regions.map(copyRegionOf), global])];
}

class Aws implements Vendor {
  readonly name = "AWS";
  readonly #where: Where;
  readonly #regions: readonly string[];
  readonly #clients = new Map<
    string,
    { tags: ResourceGroupsTaggingAPIClient; control: CloudControlClient }
  >();

  readonly #profile: { readonly profile?: string };
  readonly #untagged: ReturnType<typeof untaggedAt>;

  constructor(where: Where, regions: readonly string[]) {
    const profile = told(where, "AWS_PROFILE", "aws:profile");
    this.#where = where;
    this.#regions = regions;
    this.#profile = profile ? { profile } : {};
    this.#untagged = untaggedAt(where, { region: global, ...this.#profile });
  }

  async list(): Promise<readonly VendorThing[]> {
    try {
      const tagged = await Promise.all(this.#regions.map((region) => this.#tagged(region)));
      const all = [...tagged.flat(), ...(await this.#roles()), ...(await this.#named())];
      const there: AwsThing[] = [];
      for (const one of all) if (!isPreview(one.stack) || (await this.#isThere(one))) there.push(one);
      const others = await Promise.all(Object.values(this.#untagged).map((one) => one.list()));
      return [...there, ...others.flat()];
    } catch (error) {
      throw cannotAsk("AWS", error);
    }
  }

  async remove(thing: VendorThing): Promise<Removal> {
    const own = this.#untagged[thing.kind];
    const { region, types, kind, arn } = thing as AwsThing; // its own
    if (own) {
      return own.remove(thing).catch((error: unknown) => {
        throw cannotAsk("AWS", error);
      });
    }
    if (types.length === 0) return { stays: "Cloud Control does not know its kind: remove it by hand" };
    try {
      const found = await this.#find(thing as AwsThing);
      if (!found) return "gone";
      for (const { type, id } of (arn && awsKinds[kind]?.first) ?? []) {
        const said = id(arn as Arn); // it has one, else there is no list
        const ids = typeof said === "string" ? [said] : await this.#all(region, type, said.model);
        for (const one of ids) await this.#delete(region, type, one);
      }
      const full = await empty(kind, found.identifier, region, this.#at(region).control).catch(stays);
      if (full) return full;
      return await this.#delete(region, found.type, found.identifier);
    } catch (error) {
      if (error instanceof CloudControlServiceException) return stays(error);
      throw cannotAsk("AWS", error);
    }
  }

  async #delete(region: string, TypeName: string, Identifier: string): Promise<Removal> {
    const { control } = this.#at(region);
    try {
      let event = (await control.send(new DeleteResourceCommand({ TypeName, Identifier }))).ProgressEvent;
      const last = Date.now() + longestMs;
      while (event?.OperationStatus === "PENDING" || event?.OperationStatus === "IN_PROGRESS") {
        if (Date.now() > last) return { stays: "AWS is still deleting it" };
        await sleep(this.#where.lookMs);
        const asked = new GetResourceRequestStatusCommand({ RequestToken: event.RequestToken });
        event = (await control.send(asked)).ProgressEvent;
      }
      if (event?.OperationStatus === "SUCCESS" || event?.ErrorCode === "NotFound") return "gone";
      return {
        stays: `${event?.ErrorCode ?? event?.OperationStatus}: ${event?.StatusMessage ?? "no reason said"}`,
      };
    } catch (error) {
      if (error instanceof ResourceNotFoundException) return "gone";
      throw error;
    }
  }

  close(): void {
    for (const one of Object.values(this.#untagged)) one.close();
    for (const { tags, control } of this.#clients.values()) {
      tags.destroy();
      control.destroy();
    }
  }

  #at(region: string) {
    const known = this.#clients.get(region);
    if (known) return known;
    const options = { region, ...this.#profile };
    const made = {
      tags: new ResourceGroupsTaggingAPIClient(options),
      control: new CloudControlClient(options),
    };
    this.#clients.set(region, made);
    return made;
  }

  async #tagged(region: string): Promise<AwsThing[]> {
    const found: AwsThing[] = [];
    for (let PaginationToken: string | undefined; ; ) {
      const answer = await this.#at(region).tags.send(
        new GetResourcesCommand({
          TagFilters: [
            { Key: "app", Values: [this.#where.app] },
            { Key: "managed-by", Values: ["rung"] },
          ],
          ResourcesPerPage: 100,
          ...(PaginationToken && { PaginationToken }),
        }),
      );
      for (const { ResourceARN = "", Tags = [] } of answer.ResourceTagMappingList ?? []) {
        const arn = parseArn(ResourceARN);
        const stack = Tags.find(({ Key }) => Key === "stack")?.Value;
        if (!arn || stack === undefined) continue;
        const kind = kindOf(arn);
        if (kind in this.#untagged) continue;
        const { type = [], goesWith } = awsKinds[kind] ?? {};
        const name = ResourceARN.split(":").slice(5).join(":");
        const thing = { stack, kind, id: ResourceARN, name, region, arn, types: [type].flat() };
        found.push({ ...thing, ...(goesWith && { goesWith }) });
      }
      PaginationToken = answer.PaginationToken || undefined;
      if (!PaginationToken) return found;
    }
  }

  /** Roles bear tags that only IAM tells of. Ours are named by the engine, seven digits at the end, or by the stack. */
  async #roles(): Promise<AwsThing[]> {
    const { app } = this.#where;
    const type = "AWS::IAM::Role";
    const ours = (name: string) => /-[0-9a-f]{7}$/.test(name) || stackInName(app, name) !== undefined;
    const found: AwsThing[] = [];
    for (const name of (await this.#all(global, type)).filter(ours)) {
      const { Tags = [] } = (await this.#read(global, type, name)) ?? {};
      const value = (key: string) => Tags.find((tag) => tag.Key === key)?.Value;
      const stack = value("stack");
      if (value("app") !== app || value("managed-by") !== "rung" || stack === undefined) continue;
      found.push({ stack, kind: "iam:role", id: name, name, region: global, types: [type] });
    }
    return found;
  }

  /** What bears no tags at all, by its name. */
  async #named(): Promise<AwsThing[]> {
    const found: AwsThing[] = [];
    for (const { type, kind, isGlobal, nameIn } of byName) {
      for (const region of isGlobal ? [global] : this.#regions) {
        for (const id of await this.#all(region, type)) {
          const name = nameIn ? nameIn((await this.#read(region, type, id)) ?? {}) : id;
          const stack = name === undefined ? undefined : stackInName(this.#where.app, name);
          if (name !== undefined && stack !== undefined)
            found.push({ stack, kind, id, name, region, types: [type] });
        }
      }
    }
    return found;
  }

  async #all(region: string, TypeName: string, model?: Readonly<Record<string, string>>): Promise<string[]> {
    const ResourceModel = model && JSON.stringify(model);
    const found: string[] = [];
    for (let NextToken: string | undefined; ; ) {
      const answer = await this.#at(region).control.send(
        new ListResourcesCommand({
          TypeName,
          ...(ResourceModel && { ResourceModel }),
          ...(NextToken && { NextToken }),
        }),
      );
      found.push(...(answer.ResourceDescriptions ?? []).flatMap(({ Identifier }) => Identifier ?? []));
      NextToken = answer.NextToken;
      if (!NextToken) return found;
    }
  }

  /** @returns undefined where it is gone */
  async #read(region: string, TypeName: string, Identifier: string): Promise<Properties | undefined> {
    const asked = new GetResourceCommand({ TypeName, Identifier });
    try {
      const { ResourceDescription } = await this.#at(region).control.send(asked);
      return JSON.parse(ResourceDescription?.Properties ?? "{}") as Properties; // CloudFormation's own
    } catch (error) {
      if (error instanceof ResourceNotFoundException) return undefined;
      throw error;
    }
  }

  /** What Cloud Control does not know cannot be looked for: it counts as there. */
  async #isThere(thing: AwsThing): Promise<boolean> {
    return thing.types.length === 0 || (await this.#find(thing)) !== undefined;
  }

  async #find(thing: AwsThing): Promise<{ readonly type: string; readonly identifier: string } | undefined> {
    for (const type of thing.types) {
      const identifier = await this.#identifier(thing, type);
      if (identifier !== undefined && (await this.#read(thing.region, type, identifier)))
        return { type, identifier };
    }
    return undefined;
  }

  /** Of a kind whose ARN does not hold all of it, the one of the list that has its part. */
  async #identifier({ arn, id, kind, region }: AwsThing, type: string): Promise<string | undefined> {
    if (!arn) return id;
    const said = awsKinds[kind]?.id?.(arn);
    if (said !== undefined) return said;
    const end = arn.parts.at(-1) ?? "";
    return (await this.#all(region, type)).find((one) => one.split("|").includes(end));
  }
}

type Properties = Readonly<Record<string, unknown>> & {
  readonly Tags?: readonly { readonly Key: string; readonly Value: string }[];
};
