import { expect, test } from "vitest";
import { DiagnosticsError, failure } from "../../../../components/model/diagnostics.ts";
import { notEmpty } from "../../../../operations/hosted/r2.ts";

test("a bucket that holds objects ends with 3 and says what to do; any other failure stays as it is", () => {
  const said = "rung down of prod failed\n\nuploads: The bucket you tried to delete is not empty (10008)";
  const told = notEmpty(failure(said, "mend it", "rung"));
  expect(told).toBeInstanceOf(DiagnosticsError);
  expect(told).toMatchObject({ exitCode: 3 });
  expect((told as Error).message).toContain("delete its objects in Cloudflare's dashboard");
  const other = failure("rung down of prod failed: the token may not", "mend it", "rung");
  expect(notEmpty(other)).toBe(other);
});
