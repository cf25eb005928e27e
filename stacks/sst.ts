import "./quiet.ts";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import pulumi from "@pulumi/pulumi";
import { parse } from "yaml";
import spec from "../app/spec.ts";
import { DiagnosticsError } from "../components/model/diagnostics.ts";
import { ownProviders } from "../components/providers/own.ts";
import { readCheckpoint } from "../engine/backend.ts";
import { paths } from "../engine/paths.ts";
import { findSdk } from "../engine/providers/generic/sdk/package.ts";
import { linksOf } from "./links.ts";
import { withPlainErrors } from "./plainErrors.ts";
import { program } from "./program.ts";
import { settingsFile } from "./settings.ts";

/** What `sst.config.ts` hands over: SST's own globals, which only its bundle sees. */
export interface Sst {
  /** `$app.stage`, which is the stack. */
  readonly stage: string;
  /** `$cli.paths.root`. */
  readonly root: string;
  /** `sst.Linkable`. */
  readonly Linkable: new (
    name: string,
    given: { properties: Record<string, unknown> },
  ) => object;
}

/**
 * Runs the one program under SST, with the settings of `Pulumi.<stage>.yaml`, and links what the app is told.
 * @returns the stack's outputs but those that are secret: SST decrypts what it is given, prints it, and keeps it in
 * `.sst/outputs.json`
 */
export function runUnderSst({ stage, root, Linkable }: Sst): Promise<object> {
  return withPlainErrors(async () => {
    const config = await settingsOf(root, stage);
    await refuseSecondState(stage);
    configureProviders(config);
    const image = process.env.RUNG_APP_IMAGE || undefined;
    const { bindings, logins, secrets, ...outputs } = await program(spec, stage, config, { image });
    for (const { name, properties } of linksOf(bindings)) new Linkable(name, { properties });
    return outputs;
  });
}

/** The `config` of the stack's settings file. SST has no key to what Pulumi encrypted there. */
async function settingsOf(root: string, stage: string): Promise<Record<string, unknown>> {
  const file = settingsFile(stage);
  const text = await readFile(join(root, file), "utf8").catch(() => undefined);
  if (text === undefined) {
    throw new DiagnosticsError([
      {
        what: "there are no settings for this stage",
        where: { file },
        mend: `write "config: {rung:stage: local}"`,
      },
    ]);
  }
  const { config = {} } = (parse(text) ?? {}) as { config?: Record<string, unknown> };
  const encrypted = Object.entries(config).filter(([, value]) => isMap(value) && "secure" in value);
  if (encrypted.length > 0) {
    throw new DiagnosticsError(
      encrypted.map(([key]) => ({
        what: "is encrypted by Pulumi, which SST cannot read",
        where: { file, key: `config.${key}` },
        mend: "take it out, and give it in the variable that its provider reads, e.g. HCLOUD_TOKEN",
      })),
    );
  }
  return config;
}

const isMap = (value: unknown): value is object => typeof value === "object" && value !== null;

/**
 * SST keeps a state of its own. A stack that lives in Pulumi's would be made a second time, under the same names.
 * @throws DiagnosticsError with exit code 3 when it does, on this machine
 */
async function refuseSecondState(stage: string): Promise<void> {
  const living = await readCheckpoint(stage, join(paths.state, ".pulumi"));
  if (!living || living.resources.length === 0) return;
  throw new DiagnosticsError(
    [
      {
        what: `the stack ${stage} lives in Pulumi's state, which SST does not share`,
        where: { file: settingsFile(stage) },
        mend: `change it with rung or pulumi, or take it down there first: ./rung down --stack ${stage}`,
      },
    ],
    3,
  );
}

class Configured extends pulumi.ProviderResource {}

/**
 * SST gives the engine no settings of providers, such as `aws:region`: the stage's component gets providers that know
 * theirs, and hands them down.
 */
function configureProviders(config: Readonly<Record<string, unknown>>): void {
  const settings = new Map<string, Record<string, string>>();
  for (const [key, value] of Object.entries(config)) {
    const [provider = "", name = ""] = key.split(":");
    // As a provider's own class passes them on: text as it is, all else as JSON.
    const text = typeof value === "string" ? value : JSON.stringify(value);
    settings.set(provider, { ...settings.get(provider), [name]: text });
  }
  const providers = [...settings].flatMap(([name, given]) => {
    const version = versionOf(name);
    return version ? [new Configured(name, name, given, { version })] : [];
  });
  pulumi.runtime.registerStackTransformation(({ type, props, opts }) =>
    type.startsWith("rung:") && opts.parent === undefined
      ? { props, opts: pulumi.mergeOptions(opts, { providers }) }
      : undefined,
  );
}

/** Of an installed provider; undefined for namespaces that are none, such as `rung`. */
const versionOf = (name: string): string | undefined =>
  findSdk(name, paths.modules)?.version ?? ownProviders.find((own) => own.name === name)?.version;
