import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import type { StackContext } from "../kit/context.ts";
import { appRecipe, contentHash, folderRecipe, type Prepared, prepare } from "../kit/imageContext.ts";

/** The images of this stage, by the folder under `images/` that they are built from; and the app's. */
const names = ["storage", "database", "pooler", "cache", "edge", "cdn", "jobs", "alerts", "trust"] as const;
type ImageName = (typeof names)[number];

/** Each image's id on this machine: `sha256:…`. */
export type Images = Readonly<Record<ImageName | "app", pulumi.Output<string>>>;

/** Folders to build from, made ready before any resource is. */
export interface Contexts {
  readonly base: Prepared;
  readonly own: Readonly<Record<ImageName, Prepared>>;
  /** undefined: the app's image is given. */
  readonly app: Prepared | undefined;
}

const folderOf = (name: string): string => `components/local/images/${name}`;

/** What an image holds beside its folder. */
const besides: { readonly [N in ImageName]?: Parameters<typeof folderRecipe>[1] } = {
  storage: { binaries: ["versitygw"] },
  database: { binaries: ["supercronic"], files: ["migrations/witness.sql"] },
  jobs: { binaries: ["supercronic"] },
};

/** Copies sources and binaries into `.rung/images/`; where nothing changed, only looks. */
export async function prepareContexts(given: string | undefined): Promise<Contexts> {
  // Every image stands on `base`: what changes it changes all.
  const standsOn = await contentHash(folderRecipe(folderOf("base")));
  const [base, app, ...own] = await Promise.all([
    prepare("base", folderRecipe(folderOf("base"))),
    given === undefined ? prepare("app", appRecipe, standsOn) : undefined,
    ...names.map((name) => prepare(name, folderRecipe(folderOf(name), besides[name]), standsOn)),
  ]);
  return {
    base,
    app,
    // names and own are of one length and order
    own: Object.fromEntries(names.map((name, index) => [name, own[index]])) as Record<ImageName, Prepared>,
  };
}

/**
 * Builds what is not there yet. An image is named by what it is made of: an `up` without changes builds nothing, and
 * earlier images stay on the machine, so that a rollback finds the app's.
 */
export function images(context: StackContext, stage: pulumi.ComponentResource, ready: Contexts): Images {
  const base = build("base", ready.base, "rung/debian:trixie", stage);
  const own = names.map((name) => [name, build(name, ready.own[name], base, stage).imageId] as const);
  const app =
    ready.app === undefined
      ? given(context.image ?? "", stage)
      : build("app", ready.app, base, stage).imageId;
  // every name is there, by construction
  return { ...(Object.fromEntries(own) as Record<ImageName, pulumi.Output<string>>), app };
}

function build(
  name: string,
  from: Prepared,
  base: string | docker.RemoteImage,
  stage: pulumi.ComponentResource,
) {
  return new docker.RemoteImage(
    `image-${name}`,
    {
      name: `rung/${name}:${from.hash.slice(0, 12)}`,
      build: {
        context: from.folder,
        buildArgs: { BASE: typeof base === "string" ? base : base.name },
        labels: { "dev.rung.image": name },
      },
      triggers: { content: from.hash },
      keepLocally: true,
    },
    { parent: stage },
  );
}

/** An image that was built elsewhere is pulled; one that is only named by its id is on this machine. */
function given(image: string, stage: pulumi.ComponentResource): pulumi.Output<string> {
  if (image.startsWith("sha256:")) return pulumi.output(image);
  return new docker.RemoteImage("image-app", { name: image, keepLocally: true }, { parent: stage }).imageId;
}
