import { createHash } from "node:crypto";
import * as pulumi from "@pulumi/pulumi";
import * as vercel from "@pulumiverse/vercel";
import { type BindingName, type Bindings, bindings as known } from "../model/bindings.ts";
import type { Bundle } from "./bundle.ts";
import type { Database } from "./database.ts";
import { child, teamOf, type Vercel } from "./vercel.ts";

/** The project at Vercel: connected to no repository, deployed to from here alone. */
export function appProject(here: Vercel, name: string) {
  const { cpu, regions, maxSeconds, plan } = here.plan.app.detail;
  const project = new vercel.Project(
    "app",
    {
      ...teamOf(here),
      name,
      nodeVersion: "24.x",
      publicSource: false,
      directoryListing: false,
      autoAssignCustomDomains: true,
      previewDeploymentsDisabled: true,
      gitForkProtection: true,
      // Addresses of single deployments are for the team; the project's own names are public.
      vercelAuthentication: { deploymentType: "standard_protection_new" },
      resourceConfig: {
        fluid: true,
        functionDefaultCpuType: cpu,
        functionDefaultRegions: [...regions],
        functionDefaultTimeout: maxSeconds,
      },
      // A page that is open speaks to the deployment that it came from.
      ...(plan === "paid" && { skewProtection: "12 hours" }),
    },
    child(here),
  );
  new vercel.ProjectDeploymentRetention(
    "app",
    {
      ...teamOf(here),
      projectId: project.id,
      expirationPreview: "1m",
      expirationErrored: "1m",
      expirationCanceled: "1m",
      expirationProduction: "1y",
    },
    child(here),
  );
  return project;
}

/**
 * The app's variables and the deployment of its bundle. Secrets are sensitive at Vercel: nobody reads them there, and
 * only production has them. A change of any variable deploys anew.
 */
export function app(
  here: Vercel,
  project: vercel.Project,
  bundle: Bundle,
  values: Bindings<pulumi.Input<string>>,
  database: Database | undefined,
) {
  const variables = Object.entries(values)
    // The SDK drops an empty value, and the provider insists on one; to the app, empty and absent are the same.
    .filter(
      (entry): entry is [BindingName, pulumi.Input<string>] => entry[1] !== undefined && entry[1] !== "",
    )
    .map(
      ([key, value]) =>
        new vercel.ProjectEnvironmentVariable(
          `app-${key}`,
          {
            ...teamOf(here),
            projectId: project.id,
            key,
            value: known[key].secret ? pulumi.secret(value) : value,
            sensitive: known[key].secret,
            targets: known[key].secret ? ["production"] : ["production", "preview"],
            comment: known[key].about,
          },
          { ...child(here), deleteBeforeReplace: true },
        ),
    );
  const deployment = new vercel.Deployment(
    "app",
    {
      ...teamOf(here),
      projectId: project.id,
      files: { ...bundle.files },
      pathPrefix: bundle.folder,
      production: true,
      // Vercel has no tags: a deployment carries them, and every other thing the stack in its name.
      meta: { ...here.context.tags, bundle: bundle.digest, variables: digestOf(values) },
    },
    // The schema is up to date before the app that needs it serves.
    { ...child(here), dependsOn: [...variables, ...(database ? [database.schema] : [])] },
  );
  return { project, deployment };
}

const digestOf = (values: Bindings<pulumi.Input<string>>): pulumi.Output<string> =>
  pulumi.jsonStringify(values).apply((text) => createHash("sha256").update(text).digest("hex"));

export type App = ReturnType<typeof app>;
