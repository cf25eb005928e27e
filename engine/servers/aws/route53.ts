import type { Held } from "../../providers/generic/store.ts";
import { account } from "./budgets.ts";
import type { Inventory } from "./inventory.ts";
import { AwsRefusal } from "./refusal.ts";

/** A request in one of AWS's XML protocols. */
export interface XmlRequest {
  readonly method: string;
  readonly url: URL;
  readonly body: string;
}

const text = (value: unknown): string => String(value).replace(/[&<>"]/g, (one) => `&#${one.charCodeAt(0)};`);
const dotted = (name: unknown): string => `${String(name).replace(/\.$/, "")}.`;

/** A record as Route 53 writes it: by TTL and values, or as an alias. */
function recordXml({ outputs }: Held): string {
  const {
    name,
    type,
    ttl,
    records = [],
    aliases = [],
  } = outputs as {
    readonly name: string;
    readonly type: string;
    readonly ttl?: number;
    readonly records?: readonly string[];
    readonly aliases?: readonly { name: string; zoneId: string; evaluateTargetHealth: boolean }[];
  }; // the provider's own outputs
  const [alias] = aliases;
  const said = alias
    ? `<AliasTarget><HostedZoneId>${text(alias.zoneId)}</HostedZoneId><DNSName>${text(dotted(alias.name))}</DNSName><EvaluateTargetHealth>${alias.evaluateTargetHealth}</EvaluateTargetHealth></AliasTarget>`
    : `<TTL>${ttl ?? 300}</TTL><ResourceRecords>${records.map((one) => `<ResourceRecord><Value>${text(one)}</Value></ResourceRecord>`).join("")}</ResourceRecords>`;
  return `<ResourceRecordSet><Name>${text(dotted(name))}</Name><Type>${text(type)}</Type>${said}</ResourceRecordSet>`;
}

const part = (xml: string, tag: string): string =>
  new RegExp(`<${tag}>([^<]*)</${tag}>`).exec(xml)?.[1] ?? "";
const words: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };
const plain = (xml: string): string =>
  xml.replace(/&(?:#(\d+)|(\w+));/g, (whole, code?: string, word?: string) =>
    code ? String.fromCharCode(Number(code)) : (words[word ?? ""] ?? whole),
  );
/** The elements of a record without their order. */
const contents = (xml: string): string =>
  [...xml.matchAll(/<(\w+)>([^<]*)<\/\1>/g)]
    .map(([, tag, value]) => `${tag}=${plain(value ?? "")}`)
    .toSorted()
    .join("\n");

/**
 * Route 53's records of a zone, and STS's word of who asks, by what the account holds. A record is deleted only by all
 * that it says: docs.aws.amazon.com/Route53/latest/APIReference, 2026-11.
 * @returns the answer's XML; undefined where it is none of these requests
 */
export function xmlAnswer(
  { method, url, body }: XmlRequest,
  world: { readonly inventory?: Inventory },
): { readonly name: string; readonly service: string; answer(): string } | undefined {
  if (method === "POST" && new URLSearchParams(body).get("Action") === "GetCallerIdentity") {
    const who = `<Arn>arn:aws:iam::${account}:user/rehearsal</Arn><UserId>AIDA</UserId><Account>${account}</Account>`;
    const xmlns = "https://sts.amazonaws.com/doc/2011-06-15/";
    return {
      name: "GetCallerIdentity",
      service: "sts",
      answer: () =>
        `<GetCallerIdentityResponse xmlns="${xmlns}"><GetCallerIdentityResult>${who}</GetCallerIdentityResult><ResponseMetadata><RequestId>1</RequestId></ResponseMetadata></GetCallerIdentityResponse>`,
    };
  }
  const zone = /^\/2013-04-01\/hostedzone\/(\w+)\/rrset\/?$/.exec(url.pathname)?.[1];
  if (zone === undefined) return undefined;
  const held = () =>
    (world.inventory?.held() ?? []).filter(
      ({ type, inputs }) => type === "aws:route53/record:Record" && inputs.zoneId === zone,
    );
  return method === "GET"
    ? { name: "ListResourceRecordSets", service: "route53", answer: () => listed(held(), url) }
    : { name: "ChangeResourceRecordSets", service: "route53", answer: () => changed(held(), body, world) };
}

/** Two at a time: whoever reads the first page alone misses the rest. The next begins at a name, or after it if it went. */
function listed(held: readonly Held[], { searchParams }: URL): string {
  const place = (one: string) => `${part(one, "Name")} ${part(one, "Type")}`;
  const all = held.map(recordXml).toSorted((a, b) => (place(a) < place(b) ? -1 : 1));
  const start = `${searchParams.get("name") ?? ""} ${searchParams.get("type") ?? ""}`;
  const before = all.findIndex((one) => place(one) >= start);
  const from = before < 0 ? all.length : before;
  const next = all[from + 2];
  const more = next
    ? `<NextRecordName>${part(next, "Name")}</NextRecordName><NextRecordType>${part(next, "Type")}</NextRecordType>`
    : "";
  return `<ListResourceRecordSetsResponse xmlns="https://route53.amazonaws.com/doc/2013-04-01/"><ResourceRecordSets>${all.slice(from, from + 2).join("")}</ResourceRecordSets><IsTruncated>${next !== undefined}</IsTruncated>${more}<MaxItems>2</MaxItems></ListResourceRecordSetsResponse>`;
}

function changed(held: readonly Held[], body: string, world: { readonly inventory?: Inventory }): string {
  const asked = /<ResourceRecordSet>.*<\/ResourceRecordSet>/s.exec(body)?.[0] ?? "";
  if (part(body, "Action") !== "DELETE") throw new AwsRefusal("InvalidInput", "only DELETE is known here");
  const found = held.find((one) => contents(recordXml(one)) === contents(asked));
  if (!found)
    throw new AwsRefusal(
      "InvalidChangeBatch",
      `Tried to delete resource record set [name='${part(asked, "Name")}', type='${part(asked, "Type")}'] but the values provided do not match the current values`,
    );
  world.inventory?.remove(found);
  return '<ChangeResourceRecordSetsResponse xmlns="https://route53.amazonaws.com/doc/2013-04-01/"><ChangeInfo><Id>/change/C1</Id><Status>PENDING</Status><SubmittedAt>2026-11-21T00:00:00Z</SubmittedAt></ChangeInfo></ChangeResourceRecordSetsResponse>';
}
