import { type Diagnostic, DiagnosticsError } from "../model/diagnostics.ts";
import type { Platform } from "../model/platform.ts";
import type { StageName } from "../model/words.ts";

/** A platform whose named settings are there. */
export type With<K extends keyof Platform> = Platform & { readonly [N in K]-?: NonNullable<Platform[N]> };

/**
 * What a stage must be told before it can be made.
 * @throws DiagnosticsError naming every setting that is missing
 */
export function mustHave<K extends keyof Platform>(
  platform: Platform,
  stage: StageName,
  needs: Readonly<Record<K, string>>,
): With<K> {
  const names = Object.keys(needs) as K[];
  const missing = names.filter((name) => platform[name] === undefined);
  if (missing.length > 0) {
    throw new DiagnosticsError(
      missing.map(
        (name): Diagnostic => ({
          what: `${stage} must be told ${needs[name]}`,
          where: { file: "Pulumi.<stack>.yaml", key: `config.rung:${name}` },
          mend: `set rung:${name}`,
        }),
      ),
    );
  }
  // each was just looked at
  return platform as With<K>;
}

/** The app's image, which a hosted stage is given by digest. @throws DiagnosticsError when it is not */
export function mustHaveImage(image: string | undefined, stage: StageName): string {
  if (image?.includes("@sha256:")) return image;
  throw new DiagnosticsError([
    {
      what: `${stage} must be told the app's image, by digest`,
      where: { file: "Pulumi.<stack>.yaml", key: "config.rung:image" },
      ...(image ? { found: image } : {}),
      allowed: "registry/name@sha256:…",
      mend: "rung up builds and pushes it; elsewhere set rung:image to the digest of one that was pushed",
    },
  ]);
}
