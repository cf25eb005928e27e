import type { Diagnostic } from "../../components/model/diagnostics.ts";
import type { Config } from "./template.ts";

/** A stack that no preview may have a way to. */
export interface Protected {
  readonly stack: string;
  readonly file: string;
  readonly config: Config;
}

/** Settings that name one thing which two stacks would share, and what that lets a preview do. */
const shared: Readonly<Record<string, string>> = {
  "rung:route53ZoneId": "whoever deploys the preview could point its names elsewhere",
  "rung:cloudflareZoneId": "whoever deploys the preview could point its names elsewhere",
  "rung:cloudflareAccountId": "the preview's token would reach its buckets and databases",
  "rung:vercelTeam": "the preview's token would reach its projects and their variables",
  "vercel:team": "the preview's token would reach its projects and their variables",
  "rung:supabaseOrganization": "the preview's token would reach its databases",
};

/** Settings that hold who somebody is, in whatever namespace. */
const credential =
  /(token|apikey|accesskey|secretkey|password|passphrase|secret|profile|role|rolearn|assumerole|credentials?(file)?)s?$/i;

/** An address with a scheme of a data store's. */
const dataSource = /\b(postgres(ql)?|mysql|mongodb(\+srv)?|rediss?|valkeys?|amqps?|s3|jdbc):\S*\/\//i;

/** Lists of which one entry in common is one too many. */
const lists: Readonly<Record<string, string>> = {
  "aws:allowedAccountIds": "previews belong in an account of their own",
  "rung:egressCidrs": "its database lets these addresses in",
};

const onAws = (config: Config): boolean => String(config["rung:stage"]).startsWith("aws-");

/**
 * Every way from a preview to a protected stack that its settings would open. A preview is made only where there is
 * none: its names, networks and stores are made anew by the stage, so that settings alone could lead elsewhere.
 * @param file where the preview's settings come from, for the mend
 */
export function routesTo(preview: Config, file: string, others: readonly Protected[]): Diagnostic[] {
  const sources = leaves(preview).filter(([, value]) => dataSource.test(value));
  return [
    ...sources.map(([key]) =>
      refusal(file, key, "a preview is given no store of data: it makes its own", "remove it"),
    ),
    ...others.flatMap((one) => [
      ...sharedNames(preview, file, one),
      ...sharedCredentials(preview, file, one),
      ...sharedLists(preview, file, one),
      ...domains(preview, file, one),
    ]),
    ...accounts(preview, file, others),
  ];
}

const refusal = (file: string, key: string, what: string, mend: string): Diagnostic => ({
  what,
  where: { file, key: `config.${key}` },
  mend,
});

const sharedNames = (preview: Config, file: string, { stack, config }: Protected): Diagnostic[] =>
  Object.entries(shared)
    .filter(([key]) => preview[key] !== undefined && same(preview[key], config[key]))
    .map(([key, why]) =>
      refusal(file, key, `the same as of ${stack}: ${why}`, "name another, for previews alone"),
    );

/** By the value, whatever the key: a token under another name is the same token. */
function sharedCredentials(preview: Config, file: string, { stack, config }: Protected): Diagnostic[] {
  const theirs = new Set(leaves(config).flatMap(([key, value]) => (isCredential(key) ? [value] : [])));
  return leaves(preview)
    .filter(([key, value]) => isCredential(key) && theirs.has(value))
    .map(([key]) =>
      refusal(file, key, `a credential of ${stack}`, "make one that reaches nothing but previews"),
    );
}

/** The last words of a key's path: `aws:assumeRoles[0].roleArn`; an encrypted value is under `secure`. */
const isCredential = (key: string): boolean =>
  key.endsWith(".secure") || key.split(/[.:[\]]+/).some((word) => credential.test(word));

function sharedLists(preview: Config, file: string, { stack, config }: Protected): Diagnostic[] {
  return Object.entries(lists).flatMap(([key, why]) => {
    const theirs = listOf(config[key]);
    const both = listOf(preview[key]).filter((one) => theirs.includes(one));
    return both.map((one) => refusal(file, key, `${one} is of ${stack} too: ${why}`, "name another"));
  });
}

/** Neither the same name nor one above or below: a cookie of a parent domain reaches both. */
function domains(preview: Config, file: string, { stack, config }: Protected): Diagnostic[] {
  const [own, theirs] = [preview["rung:domain"], config["rung:domain"]].map((one) =>
    typeof one === "string" ? one.toLowerCase() : undefined,
  );
  if (theirs === undefined) return [];
  const related = own !== undefined && (isUnder(own, theirs) || isUnder(theirs, own));
  const what = `${own} and ${theirs}, of ${stack}, would share cookies and names`;
  const named = leaves(preview).filter(
    ([key, value]) =>
      key !== "rung:domain" &&
      value
        .toLowerCase()
        .split(/[^\w.-]+/)
        .some((word) => isUnder(word, theirs)),
  );
  return [
    ...(related
      ? [refusal(file, "rung:domain", what, "a domain of its own, such as preview.example.net")]
      : []),
    ...named.map(([key]) => refusal(file, key, `names ${theirs}, which is of ${stack}`, "remove it")),
  ];
}

/** Where a protected stack is at AWS too, its provider must refuse every account but those of previews. */
function accounts(preview: Config, file: string, others: readonly Protected[]): Diagnostic[] {
  const there = others.filter(({ config }) => onAws(config));
  if (!onAws(preview) || there.length === 0) return [];
  const key = "aws:allowedAccountIds";
  if (listOf(preview[key]).length === 0) {
    const what = `nothing keeps a preview out of the account of ${there.map(({ stack }) => stack).join(", ")}`;
    return [refusal(file, key, what, "name the accounts of previews: the provider refuses all others")];
  }
  return there
    .filter(({ config }) => listOf(config[key]).length === 0)
    .map((one) =>
      refusal(one.file, key, "which account this is cannot be told from the preview's", "name it"),
    );
}

const isUnder = (name: string, domain: string): boolean => name === domain || name.endsWith(`.${domain}`);

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

/** Pulumi keeps a list as YAML, or as JSON text. */
function listOf(value: unknown): string[] {
  if (Array.isArray(value)) return value.map(String);
  if (typeof value !== "string") return [];
  try {
    return listOf(JSON.parse(value) as unknown);
  } catch {
    return [value];
  }
}

/** Every text in the settings, with its path. */
function leaves(value: unknown, path = ""): [string, string][] {
  if (Array.isArray(value)) return value.flatMap((one, index) => leaves(one, `${path}[${index}]`));
  if (typeof value === "object" && value !== null)
    return Object.entries(value).flatMap(([key, one]) => leaves(one, path ? `${path}.${key}` : key));
  return typeof value === "string" && value !== "" ? [[path, value]] : [];
}
