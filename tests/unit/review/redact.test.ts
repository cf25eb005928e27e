import fc from "fast-check";
import { expect, test } from "vitest";
import { looksSecret, Redactor, shown } from "../../../review/redact.ts";

const password = "correct-horse/battery+staple=";

test.each([
  ["as it is", password],
  ["in an address", `postgresql://app:${encodeURIComponent(password)}@host/db`],
  ["in JSON", JSON.stringify({ password: `"${password}"` })],
  ["in base64", Buffer.from(password).toString("base64")],
])("a known secret is hidden %s", (_, text) => {
  const told = new Redactor([password, `"${password}"`]).text(text);
  expect(told).not.toContain(password);
  expect(told).not.toContain(encodeURIComponent(password));
  expect(told).not.toContain(Buffer.from(password).toString("base64"));
  expect(told).toContain("[secret]");
});

test("no secret is left of which a value is cut off", () => {
  fc.assert(
    fc.property(
      fc.string({ minLength: 12, maxLength: 80, unit: "grapheme-ascii" }),
      fc.nat(200),
      (secret, at) => {
        fc.pre(secret.trim().length >= 12);
        const told = shown(new Redactor([secret]), "value", `${"x".repeat(at)}${secret}`) ?? "";
        // not even its first half, which a cut would leave
        if (!"x".repeat(at).includes(secret)) expect(told).not.toContain(secret);
      },
    ),
  );
});

test.each([
  "password",
  "authToken",
  "rung:apiToken",
  "containerDefinitions[1].environment[3].CLIENT_SECRET",
  "privateKeyPem",
  "hcloud:token",
  "userData",
])("%s is taken for a secret", (key) => expect(looksSecret(key)).toBe(true));

test.each([
  "secretArn",
  "kmsKeyId",
  "instanceClass",
  "keyName",
  "tokenType",
  "masterUserSecretKmsKeyId",
  "tags.Name",
  "secretId",
])("%s is not", (key) => expect(looksSecret(key)).toBe(false));

test("a variable that is named like a secret is hidden in a container's definition", () => {
  const definition = JSON.stringify([
    {
      name: "app",
      environment: [
        { name: "API_TOKEN", value: "abc" },
        { name: "APP_SIZE", value: "small" },
      ],
    },
  ]);
  const told = shown(new Redactor([]), "containerDefinitions", definition);
  expect(told).not.toContain("abc");
  expect(told).toContain("small");
});

test("an address shows its host, and not its password", () => {
  expect(shown(new Redactor([]), "url", "postgresql://app:hunter22@db.example.com/pulse")).toBe(
    "postgresql://app:[secret]@db.example.com/pulse",
  );
});
