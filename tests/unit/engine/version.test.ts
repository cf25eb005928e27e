import { describe, expect, test } from "vitest";
import { compareVersions, fits, parseVersion } from "../../../engine/version.ts";

describe("versions", () => {
  test("are ordered by number, not by text", () => {
    const shuffled = ["3.259.0", "3.26.0", "v3.3.0", "10.0.0", "3.259.1"];
    expect(shuffled.toSorted(compareVersions)).toEqual(["v3.3.0", "3.26.0", "3.259.0", "3.259.1", "10.0.0"]);
  });

  test("what is none is refused", () => {
    expect(parseVersion("latest")).toBeUndefined();
    expect(parseVersion("3.259")).toBeUndefined();
    expect(() => compareVersions("3.259.0", "dev")).toThrow("dev");
  });

  test.each([
    ["v3.259.0", true],
    ["3.260.4", true],
    ["3.258.9", false],
    ["4.0.0", false],
    ["2.999.0", false],
    ["nonsense", false],
  ])("a CLI %s in place of 3.259.0: %s", (found, may) => {
    expect(fits(found, "3.259.0")).toBe(may);
  });
});
