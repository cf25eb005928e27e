import { expect, test } from "vitest";
import { releaseIn, releaseText } from "../../../components/cloudflare-edge/release.ts";
import { parseSettings } from "../../../stacks/settings.ts";

const release = {
  versionId: "3f2a1b0c-1111-4222-8333-444455556666",
  digest: `sha256:${"ab12".repeat(16)}`,
};

test("a release is an image by digest, as settings take one, and is read back", () => {
  const image = releaseText("pulse-prod-app", release);
  expect(parseSettings({ "rung:stage": "cloudflare-edge", "rung:image": image }, "x").image).toBe(image);
  expect(releaseIn(image, "pulse-prod-app")).toEqual(release);
});

test("another stack's release, a registry's image and none mean the app as it stands", () => {
  expect(releaseIn(releaseText("pulse-dev-app", release), "pulse-prod-app")).toBeUndefined();
  expect(releaseIn(`ghcr.io/acme/pulse@${release.digest}`, "pulse-prod-app")).toBeUndefined();
  expect(releaseIn(undefined, "pulse-prod-app")).toBeUndefined();
});
