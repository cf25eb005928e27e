import { z } from "zod";

/** Lists come as YAML lists, or as JSON text once Pulumi has stored them. */
export const listOf = <T extends z.ZodType>(one: T) =>
  z.preprocess(
    (value) => (typeof value === "string" && value.startsWith("[") ? JSON.parse(value) : value),
    z.array(one),
  );
const list = listOf(z.string().min(1));

/**
 * What a hosted stage must be told about the accounts it is made in. All optional here: a stage's
 * blueprint says which it needs, and an error names the key.
 */
export const platformShape = {
  domain: z.hostname().optional().describe("The public name, e.g. app.example.com."),
  region: z
    .string()
    .min(1)
    .optional()
    .describe("The provider's name of the region, e.g. eu-central-1, fsn1."),
  regions: list
    .optional()
    .describe("aws-eks: two or three regions. The first stays the first: what spans all is kept there."),
  primary: z
    .string()
    .min(1)
    .optional()
    .describe("aws-eks: the region where data is written, one of the regions; the first unless said."),
  allowDataLoss: z
    .string()
    .min(1)
    .optional()
    .describe("aws-eks: the primary that takes over from one that is lost, with its newest data."),
  adminRoles: list
    .optional()
    .describe("aws-eks: ARNs of IAM roles that may administer the clusters, besides who made them."),
  budgetUsd: z.coerce
    .number<number | string>()
    .positive()
    .optional()
    .describe("Alert when a month costs more."),
  registry: z
    .string()
    .regex(
      /^[a-z0-9][a-z0-9.-]*(:\d{1,5})?(\/[a-z0-9]+([._-]+[a-z0-9]+)*)+$/,
      "host/path, without a tag or digest",
    )
    .optional()
    .describe("OCI repository that rung up pushes the app's image to, e.g. ghcr.io/acme/pulse."),
  githubRepository: z
    .string()
    .regex(/^[\w.-]+\/[\w.-]+$/, "owner/name")
    .optional()
    .describe("May deploy by OIDC."),
  cloudflareAccountId: z.string().optional().describe("Cloudflare account."),
  cloudflareZoneId: z.string().optional().describe("Cloudflare zone that holds the domain."),
  route53ZoneId: z.string().optional().describe("AWS stages: hosted zone that holds the domain."),
  vercelTeam: z.string().optional().describe("vercel-supabase: team slug or id."),
  supabaseOrganization: z.string().optional().describe("vercel-supabase: organization slug."),
  egressCidrs: list
    .optional()
    .describe("vercel-supabase: the app's static addresses at Vercel; the database then lets in no others."),
  sshPublicKeys: list.optional().describe("hetzner-coolify: who may log in to the servers."),
  adminCidrs: list
    .optional()
    .describe("Addresses that may reach administration: SSH, Coolify, the Kubernetes API."),
} as const;

export const platformSchema = z.strictObject(platformShape);
export type Platform = z.output<typeof platformSchema>;
