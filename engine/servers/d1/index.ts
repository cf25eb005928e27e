import { type Answered, type Asked, type Handler, serveVendor, type VendorServer } from "../vendor.ts";
import { type Query, sqlite } from "./databases.ts";
import { document } from "./document.ts";

/** A stand-in for the part of Cloudflare's API that asks a D1 database: a real SQLite for each. */
export interface D1Server extends VendorServer {
  /** Asks a database past the API; it is made when it is first asked. */
  query(databaseId: string): Query;
  /** The databases that were asked and are still there, e.g. `D1 database 0b1c…`. */
  holds(): string[];
}

export interface D1Options {
  readonly token?: string;
  /** Whether there is such a database; all there are unless said. */
  readonly exists?: (accountId: string, databaseId: string) => boolean;
  /** What a database is asked through; SQLite in this process unless said. */
  readonly open?: (databaseId: string) => Query;
}

/** Starts one on 127.0.0.1. It refuses unknown fields, wrong tokens, databases that are not there, and wrong SQL. */
export async function serveD1({
  token,
  exists = () => true,
  open = sqlite,
}: D1Options = {}): Promise<D1Server> {
  const accounts = new Map<string, string>();
  const databases = new Map<string, Query>();
  const query = (id: string): Query => {
    const opened = databases.get(id) ?? open(id);
    databases.set(id, opened);
    return opened;
  };
  /** Forgets a database that has been deleted. */
  const isThere = (account: string, id: string): boolean => {
    const there = exists(account, id);
    if (!there) databases.delete(id);
    return there;
  };
  const ofDatabase =
    (handle: (id: string, asked: Asked) => Answered | Promise<Answered>): Handler =>
    (asked) => {
      const { account_id: account = "", database_id: id = "" } = asked.path;
      if (!isThere(account, id)) return refused(404, 7404, `The database ${id} could not be found`);
      accounts.set(id, account);
      return handle(id, asked);
    };

  const server = await serveVendor(
    {
      document,
      prefix: "",
      handlers: {
        "GET /accounts/{account_id}/d1/database/{database_id}": ofDatabase((uuid) =>
          answered({ uuid, name: uuid, version: "production" }),
        ),
        "POST /accounts/{account_id}/d1/database/{database_id}/query": ofDatabase(async (id, { body }) => {
          try {
            const results = await query(id)(String(body.sql));
            return answered([{ success: true, results, meta: {} }]);
          } catch (error) {
            return refused(400, 7500, error instanceof Error ? error.message : String(error));
          }
        }),
      },
      invalid: (problems) => refused(400, 7400, problems.join("; ")),
    },
    token,
  );
  return Object.assign(server, {
    query,
    holds: () =>
      [...databases.keys()]
        .filter((id) => isThere(accounts.get(id) ?? "", id))
        .map((id) => `D1 database ${id}`),
  });
}

const answered = (result: unknown): Answered => ({
  status: 200,
  body: { success: true, errors: [], messages: [], result },
});
const refused = (status: number, code: number, message: string): Answered => ({
  status,
  body: { success: false, errors: [{ code, message }], messages: [], result: null },
});
