import bcrypt from "bcryptjs";
import fc from "fast-check";
import { expect, test } from "vitest";
import { random } from "../../../../engine/providers/random/index.ts";
import { call, checkCall, definition } from "./calls.ts";

const of = (type: string) =>
  definition(random, `random:index/${type.charAt(0).toLowerCase()}${type.slice(1)}:${type}`);

async function make(type: string, given: Record<string, unknown>) {
  const resource = of(type);
  const { inputs, failures } = await resource.check(given, undefined, checkCall());
  expect(failures).toEqual([]);
  return resource.create(inputs, call());
}

test("a password has its length, the least of each kind, and nothing that is not allowed", async () => {
  const least = fc.integer({ min: 0, max: 4 });
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 16, max: 60 }),
      least,
      least,
      least,
      async (length, minLower, minNumeric, minSpecial) => {
        const given = { length, minLower, minNumeric, minSpecial, overrideSpecial: "!-" };
        const { state } = await make("RandomString", given);
        const result = String(state.result);
        expect(result).toHaveLength(length);
        expect(result).toMatch(/^[a-zA-Z0-9!-]*$/);
        expect(result.match(/[a-z]/g)?.length ?? 0).toBeGreaterThanOrEqual(minLower);
        expect(result.match(/[0-9]/g)?.length ?? 0).toBeGreaterThanOrEqual(minNumeric);
        expect(result.match(/[!-]/g)?.length ?? 0).toBeGreaterThanOrEqual(minSpecial);
      },
    ),
    { numRuns: 200 },
  );
});

test("special: false leaves letters and digits; two passwords differ; the hash is bcrypt's", async () => {
  const [one, other] = await Promise.all(
    [1, 2].map(() => make("RandomPassword", { length: 32, special: false })),
  );
  expect(one?.state.result).toMatch(/^[a-zA-Z0-9]{32}$/);
  expect(one?.state.result).not.toBe(other?.state.result);
  expect(one?.id).toBe("none");
  expect(await bcrypt.compare(String(one?.state.result), String(one?.state.bcryptHash))).toBe(true);
  expect(of("RandomPassword").secrets).toEqual(["bcryptHash", "result"]);
});

test("the four forms of a RandomId are of the same bytes, with its prefix", async () => {
  const { id, state } = await make("RandomId", { byteLength: 8, prefix: "app-" });
  const bytes = Buffer.from(id, "base64url");
  expect(bytes).toHaveLength(8);
  expect(state).toMatchObject({
    hex: `app-${bytes.toString("hex")}`,
    b64Std: `app-${bytes.toString("base64")}`,
    b64Url: `app-${id}`,
    dec: `app-${bytes.readBigUInt64BE()}`,
  });
});

test("bytes, UUIDs, a pet, an integer, a shuffle", async () => {
  const { state: bytes } = await make("RandomBytes", { length: 20 });
  expect(Buffer.from(String(bytes.base64), "base64").toString("hex")).toBe(bytes.hex);
  expect((await make("RandomUuid", {})).state.result).toMatch(
    /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-/,
  );
  const before = Date.now();
  const uuid7 = String((await make("RandomUuid7", {})).state.result);
  expect(uuid7).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab]/);
  expect(Number.parseInt(uuid7.replace("-", "").slice(0, 12), 16)).toBeGreaterThanOrEqual(before);
  expect((await make("RandomPet", { length: 3, prefix: "pr", separator: "." })).id).toMatch(
    /^pr\.[a-z]+\.[a-z]+\.[a-z]+$/,
  );
  const { state: integer } = await make("RandomInteger", { min: 5, max: 7 });
  expect([5, 6, 7]).toContain(integer.result);
  const { state: shuffle } = await make("RandomShuffle", {
    inputs: ["a", "b", "c"],
    seed: "s",
    resultCount: 5,
  });
  const { state: again } = await make("RandomShuffle", {
    inputs: ["a", "b", "c"],
    seed: "s",
    resultCount: 5,
  });
  expect(shuffle.results).toHaveLength(5);
  expect(shuffle.results).toEqual(again.results);
});

test("no change, no difference; any change makes a new one", async () => {
  const resource = of("RandomPassword");
  const { inputs } = await resource.check({ length: 20, keepers: { a: "1" } }, undefined, checkCall());
  const known = { inputs, ...(await resource.create(inputs, call())) };
  const now = async (given: Record<string, unknown>) =>
    resource.diff(known, (await resource.check(given, inputs, checkCall())).inputs, []).changes;
  expect(await now({ length: 20, keepers: { a: "1" } })).toEqual([]);
  expect(await now({ length: 20, keepers: { a: "1" }, special: true })).toEqual([]);
  expect(await now({ length: 20, keepers: { a: "2" } })).toEqual([
    { path: "keepers", kind: "update", replaces: true },
  ]);
  expect(await now({ length: 21, keepers: { a: "1" } })).toEqual([
    { path: "length", kind: "update", replaces: true },
  ]);
});

test("imports: the password is not its id; an id gives its forms", async () => {
  const password = await of("RandomPassword").read("hunter2", undefined, call());
  expect(password).toMatchObject({ id: "none", inputs: { length: 7 }, state: { result: "hunter2" } });
  const id = await of("RandomId").read("p-,qqo", undefined, call());
  expect(id).toMatchObject({ id: "qqo", inputs: { byteLength: 2, prefix: "p-" }, state: { hex: "p-aaaa" } });
  await expect(of("RandomPet").read("brave-otter", undefined, call())).rejects.toThrow("cannot be imported");
});

test("what cannot be is refused by name, with a near match", async () => {
  const judge = async (given: Record<string, unknown>) =>
    (await of("RandomPassword").check(given, undefined, checkCall())).failures
      .map(({ reason }) => reason)
      .join("\n");
  expect(await judge({ lenght: 5 })).toMatch(/"lenght"; did you mean "length"/);
  expect(await judge({ lenght: 5 })).toMatch(/"length" is missing/);
  expect(await judge({ length: "5" })).toMatch(/"length" must be a number/);
  expect(await judge({ length: 3, minLower: 2, minUpper: 2 })).toMatch(/add up to 4/);
  expect(await judge({ length: 3, lower: false, upper: false, numeric: false, special: false })).toMatch(
    /no kind/,
  );
});
