import { expect, test } from "vitest";
import { parse } from "yaml";
import { inSettingsFile } from "../../../../operations/drift/settingsFile.ts";

const source = `# What prod is.
encryptionsalt: v1:abc=:v1:def:ghi=
config:
    rung:stage:   aws-ecs # never another
    rung:owner: "platform@example.com"

    rung:budgetUsd: 500   # agreed in March
    aws:allowedAccountIds: ["111122223333"]
    rung:adminCidrs:
        - 203.0.113.0/24
        # the office
        - 198.51.100.0/24
    vercel:apiToken:
        secure: AAABBB
    rung:image: ghcr.io/example/pulse@sha256:${"3f5a".repeat(16)} # ${"a very long comment ".repeat(6)}
# The end.
`;

function changed(key: string, value: Parameters<typeof inSettingsFile>[2], from = source) {
  const written = inSettingsFile(from, key, value);
  if ("cannot" in written) return written.cannot;
  const { config } = parse(written.text) as { config: Record<string, unknown> };
  expect(config[key], "what is written is read").toEqual(value);
  const rest = { ...(parse(from) as { config: Record<string, unknown> | null }).config };
  expect({ ...config, [key]: 0 }, "all else is the same").toEqual({ ...rest, [key]: 0 });
  const [before, after] = [from.split("\n"), written.text.split("\n")];
  return [
    ...before.filter((line) => !after.includes(line)).map((line) => `-${line}`),
    ...after.filter((line) => !before.includes(line)).map((line) => `+${line}`),
  ];
}

test("a setting is written where it stands: comments, quotes, blanks and long lines stay", () => {
  expect(changed("rung:budgetUsd", 900)).toEqual([
    "-    rung:budgetUsd: 500   # agreed in March",
    "+    rung:budgetUsd: 900   # agreed in March",
  ]);
  expect(changed("rung:owner", "ops")).toEqual([
    '-    rung:owner: "platform@example.com"',
    '+    rung:owner: "ops"',
  ]);
});

test("a list is written as one line", () => {
  expect(changed("rung:adminCidrs", ["192.0.2.0/24"])).toEqual([
    "-    rung:adminCidrs:",
    "-        - 203.0.113.0/24",
    "-        # the office",
    "-        - 198.51.100.0/24",
    '+    rung:adminCidrs: ["192.0.2.0/24"]',
  ]);
  expect(changed("aws:allowedAccountIds", ["1", "2"])).toEqual([
    '-    aws:allowedAccountIds: ["111122223333"]',
    '+    aws:allowedAccountIds: ["1","2"]',
  ]);
});

test("a new setting is the last of its map, indented as the others", () => {
  expect(changed("rung:protect", false)).toEqual(["+    rung:protect: false"]);
  expect(changed("rung:expires", "2027-01-01T00:00:00Z", "config:\n  rung:stage: local")).toEqual([
    '+  rung:expires: "2027-01-01T00:00:00Z"',
    "+",
  ]);
  expect(changed("rung:owner", "no", "config: { rung:stage: local }\n")).toEqual([
    "-config: { rung:stage: local }",
    '+config: { rung:stage: local, rung:owner: "no" }',
  ]);
  for (const empty of ["", "# nothing yet\n", "config:\n", "encryptionsalt: v1\nconfig: {}\n"])
    expect(inSettingsFile(empty, "rung:size", "medium")).toMatchObject({
      text: expect.stringMatching(/rung:size: medium/),
    });
});

test("what is encrypted, an alias, or no YAML is left to a person", () => {
  expect(changed("vercel:apiToken", "plain")).toBe(
    "vercel:apiToken is encrypted: pulumi config set says another",
  );
  const aliased = "x: &a 1\nconfig:\n  rung:budgetUsd: *a\n";
  expect(changed("rung:budgetUsd", 2, aliased)).toBe("rung:budgetUsd is an alias of another value");
  expect(changed("rung:size", "small", "config: [")).toContain("cannot be read");
  expect(changed("rung:size", "small", "config: 5")).toBe('"config" is no map');
});
