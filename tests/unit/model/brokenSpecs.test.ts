import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { DiagnosticsError } from "../../../components/model/diagnostics.ts";
import { defineSpec, type SpecInput } from "../../../components/model/spec.ts";
import { parseSettings } from "../../../stacks/settings.ts";

const good = {
  name: "pulse",
  container: { port: 3000, drainSeconds: 3, health: { live: "/live", ready: "/ready" } },
  database: {
    engine: "postgresql",
    version: 17,
    expectedGb: 2,
    pool: { mode: "transaction", perReplica: 5 },
  },
  cache: { policy: "evict" },
  cdn: { maxAgeSeconds: 60 },
  storage: { buckets: { uploads: { versioned: true } } },
  jobs: { cleanup: { schedule: "0 2 * * *", path: "/api/cron/cleanup" } },
  realtime: true,
  auth: { sessionHours: 12, rateLimitPerMinute: 100 },
  alerts: { p95Seconds: 1, errorRatePercent: 1, databaseSizePercent: 80 },
  objectives: { rto: "4h", rpo: "24h" },
  residency: ["eu"],
} satisfies SpecInput;

type Path = readonly string[];

/** Every path to a value in `good`, from its own structure. */
function paths(value: unknown, at: Path = []): Path[] {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return at.length > 0 ? [at] : [];
  const inner = Object.entries(value).flatMap(([key, child]) => paths(child, [...at, key]));
  return at.length > 0 ? [at, ...inner] : inner;
}

function put(spec: object, path: Path, value: unknown): object {
  const copy = structuredClone(spec) as Record<string, unknown>;
  let node = copy;
  for (const key of path.slice(0, -1)) node = node[key] as Record<string, unknown>;
  node[path.at(-1) ?? ""] = value;
  return copy;
}

function diagnosticsOf(run: () => unknown) {
  try {
    run();
  } catch (error) {
    if (error instanceof DiagnosticsError) return error.diagnostics;
    throw error;
  }
  return [];
}

// A symbol-like value that no key of the spec allows.
const wrongValues = fc.constantFrom<unknown>(null, -1, 1.5, "no such thing!", { odd: 1 }, [[]], Number.NaN);

describe("a broken spec", () => {
  test("the unbroken one passes", () => {
    expect(diagnosticsOf(() => defineSpec(good))).toEqual([]);
  });

  test("with a wrong value anywhere names the file, the key, what was found and what is allowed", () => {
    fc.assert(
      fc.property(fc.constantFrom(...paths(good)), wrongValues, (path, wrong) => {
        // 1.5 is a fine number of GB, seconds or percent.
        fc.pre(
          !(
            wrong === 1.5 &&
            ["expectedGb", "p95Seconds", "errorRatePercent", "databaseSizePercent"].includes(
              path.at(-1) ?? "",
            )
          ),
        );
        const found = diagnosticsOf(() => defineSpec(put(good, path, wrong) as SpecInput));
        expect(found.length).toBeGreaterThan(0);
        const under = found.filter((d) => d.where.key?.startsWith(path.join(".")));
        expect(under.length, `an error at or under ${path.join(".")}`).toBeGreaterThan(0);
        for (const d of found) {
          expect(d.where.file).toBe("app/spec.ts");
          expect(d.found).toBeTruthy();
          expect(d.allowed).toBeTruthy();
          expect(d.mend).toBeTruthy();
        }
      }),
      { numRuns: 400 },
    );
  });

  test("with a misspelt key offers the near match", () => {
    const keys = paths(good).filter(
      (p) => !["buckets", "jobs"].includes(p.at(-2) ?? "") && (p.at(-1)?.length ?? 0) > 3,
    );
    fc.assert(
      fc.property(fc.constantFrom(...keys), fc.nat(), (path, seed) => {
        const key = path.at(-1) ?? "";
        const drop = 1 + (seed % (key.length - 1));
        const typo = key.slice(0, drop) + key.slice(drop + 1);
        fc.pre(typo !== key && !(typo in good));
        const found = diagnosticsOf(() =>
          defineSpec(put(good, [...path.slice(0, -1), typo], 1) as SpecInput),
        );
        const unknown = found.find((d) => d.where.key === [...path.slice(0, -1), typo].join("."));
        expect(unknown?.mend).toBe(`did you mean "${key}"?`);
      }),
      { numRuns: 300 },
    );
  });

  test("with several mistakes reports every one of them at once", () => {
    const leaves = paths(good).filter(
      (p) => p.length === 2 && !["buckets", "cleanup"].includes(p.at(-1) ?? ""),
    );
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.constantFrom(...leaves), { minLength: 2, maxLength: 5, selector: (p) => p.join() }),
        (chosen) => {
          const broken = chosen.reduce<object>((spec, path) => put(spec, path, { odd: 1 }), good);
          const found = diagnosticsOf(() => defineSpec(broken as SpecInput)).map((d) => d.where.key ?? "");
          for (const path of chosen) expect(found.some((key) => key.startsWith(path.join(".")))).toBe(true);
        },
      ),
      { numRuns: 100 },
    );
  });
});

describe("broken settings", () => {
  test("name the file and the key with its namespace, all at once", () => {
    const found = diagnosticsOf(() =>
      parseSettings(
        { "rung:stage": "aws-ec", "rung:siz": "small", "rung:httpsPort": "80", "aws:region": "x" },
        "Pulumi.prod.yaml",
      ),
    );
    expect(found.map((d) => [d.where.file, d.where.key])).toEqual([
      ["Pulumi.prod.yaml", "config.rung:stage"],
      ["Pulumi.prod.yaml", "config.rung:httpsPort"],
      ["Pulumi.prod.yaml", "config.rung:siz"],
    ]);
    expect(found[0]?.mend).toBe('did you mean "aws-ecs"?');
    expect(found[2]?.mend).toBe('did you mean "size"?');
  });

  test("keys of the providers' own namespaces are left alone", () => {
    expect(
      diagnosticsOf(() => parseSettings({ "rung:stage": "local", "aws:region": "eu-central-1" }, "f")),
    ).toEqual([]);
  });
});
