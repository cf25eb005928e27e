import { PGlite } from "@electric-sql/pglite";
import { expect, test } from "vitest";
import { ensureRoles, scram } from "../../../app/src/node/roles.ts";

test("the app's role is made once, logs in, and never shows its password", async () => {
  const pg = new PGlite();
  const said: string[] = [];
  const query = (text: string) => {
    said.push(text);
    return pg.exec(text);
  };
  await ensureRoles(query, "correct horse battery");
  await ensureRoles(query, "another");
  const { rows } = await pg.query(
    "SELECT rolname, rolcanlogin, rolsuper FROM pg_roles WHERE rolname IN ('app', 'monitor') ORDER BY 1",
  );
  expect(rows).toEqual([
    { rolname: "app", rolcanlogin: true, rolsuper: false },
    { rolname: "monitor", rolcanlogin: false, rolsuper: false },
  ]);
  expect(said.join("\n")).not.toMatch(/correct horse|another'/);
  await pg.close();
});

test("the verifier is PostgreSQL's own", () => {
  // RFC 7677's example: user "user", password "pencil", salt and iterations as there.
  const salt = Buffer.from("W22ZaJ0SNY7soEsUEjb6gQ==", "base64");
  expect(scram("pencil", salt)).toBe(
    "SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6gQ==$WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=:wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=",
  );
});
