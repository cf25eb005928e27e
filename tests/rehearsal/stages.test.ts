import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { diagram } from "../../cli/render/graph.ts";
import { type StageName, stageNames } from "../../components/model/words.ts";
import { stages } from "../../components/stages.ts";
import type { StateResource } from "../../engine/backend.ts";
import { root } from "../../engine/paths.ts";
import { ensureToolchain } from "../../engine/toolchain.ts";
import { graphOf } from "../../operations/graph.ts";
import { rehearse, renderRehearsal } from "../../operations/rehearse/index.ts";
import { type HostedStage, rehearsalSettings } from "../../operations/rehearse/settings.ts";
import { parseSettings } from "../../stacks/settings.ts";

const isHosted = (name: StageName): name is HostedStage => name !== "local";
const hosted = stageNames.filter(isHosted);

test.each(hosted)("%s has settings to be rehearsed with that a real stack could have", (stage) => {
  expect(parseSettings(rehearsalSettings(stage, "small"), "Pulumi.rehearsal.yaml").stage).toBe(stage);
});

/** What a vendor lets nobody tag, or only on a dearer plan (Cloudflare's DNS records: docs, "DNS record tags", 2026). */
const untaggable = new Set(["cloudflare:index/record:Record", "cloudflare:index/dnsRecord:DnsRecord"]);

/** Of a kind that has tags or labels, and without those of every stack. */
function isUntagged({ type, custom, inputs = {}, outputs = {} }: StateResource): boolean {
  const taggable = ["tagsAll", "tags", "labels"].some((name) => name in outputs);
  const tags = inputs.tags ?? inputs.labels ?? {};
  // Cloudflare's are a list: `app:pulse`.
  const given = (
    Array.isArray(tags) ? Object.fromEntries(tags.map((tag) => tag.split(":"))) : tags
  ) as Readonly<Record<string, unknown>>;
  const lacks = ["app", "stack", "stage", "owner", "managed-by"].some((name) => given[name] === undefined);
  return custom === true && taggable && lacks && !untaggable.has(type);
}

const built = hosted.filter((stage) => stage in stages);
for (const stage of built) {
  test(`${stage} lives a whole life: up, quiet, resized, refreshed, gone`, async () => {
    let made: readonly StateResource[] = [];
    const onMade = (resources: typeof made) => {
      made = resources;
    };
    const result = await rehearse(stage, await ensureToolchain(), { onMade });
    expect(result.ok, renderRehearsal(result)).toBe(true);
    expect(made.filter(isUntagged).map(({ urn }) => urn)).toEqual([]);
    const page = readFileSync(join(root, "docs", "stages", `${stage}.md`), "utf8");
    const drawn = /<!-- graph -->\n([\s\S]*?)\n<!-- \/graph -->/.exec(page)?.[1];
    expect(drawn, `rung graph ${stage} --md`).toBe(diagram(graphOf(made)));
  });
}
