import { exposes, harmless, loses, type PropertyRule, rule, whenLess, whenOff, whenOn } from "../rule.ts";

/** What a thing is called for people. Looked at first. */
export const names: readonly PropertyRule[] = [
  rule(
    /^(?!kubernetes:core\/v1:Namespace$)/,
    /^(tags|tagsAll|labels|metadata\.labels|metadata\.annotations)(\.|\[|$)/,
    harmless,
  ),
];

/** What means the same at every vendor. Looked at after the vendor's own rows. */
export const everywhere: readonly PropertyRule[] = [
  rule(
    /./,
    /^(publiclyAccessible|public)$/,
    whenOn(exposes.block(["public", "it gets a public address", "keep it private"])),
  ),
  rule(/./, /^(description|comment|notes)$/, harmless),
  rule(
    /./,
    /^(deletionProtection(Enabled)?|enableDeletionProtection|deleteProtection|rebuildProtection)$/,
    whenOff(
      loses.review([
        "unprotected",
        "the vendor no longer refuses to delete it",
        "lift protection only together with the change that needs it, and put it back after",
      ]),
    ),
  ),
  rule(
    /./,
    /^(forceDestroy|skipFinalSnapshot)$/,
    whenOn(
      loses.review([
        "unprotected",
        "what it holds goes with it, without a last copy",
        "keep it off where data matters",
      ]),
    ),
  ),
  rule(
    /./,
    /retention|deleteAfter/i,
    whenLess(
      loses.review([
        "retention-cut",
        "what is older than the new time is deleted",
        "make sure that no promise, law or customer asks for the longer time",
      ]),
    ),
  ),
];
