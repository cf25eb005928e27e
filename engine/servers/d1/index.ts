import { type Answered, type Asked, type Handler, serveVendor, type VendorServer } from "../vendor.ts";
import type { Query } from "./databases.ts";
import { document } from "./document.ts";
import { type TimeTravel, timeTravel } from "./timeTravel.ts";

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
  /** What a database is asked through; SQLite in this process unless said, and only that goes back in time. */
  readonly open?: (databaseId: string) => Query;
}

/** Starts one on 127.0.0.1. It refuses unknown fields, wrong tokens, databases that are not there, and wrong SQL. */
export async function serveD1({ token, exists = () => true, open }: D1Options = {}): Promise<D1Server> {
  const accounts = new Map<string, string>();
  const databases = new Map<string, Query>();
  const travels = new Map<string, TimeTravel>();
  const travel = (id: string): TimeTravel => {
    const made = travels.get(id) ?? timeTravel();
    travels.set(id, made);
    return made;
  };
  const query = (id: string): Query => {
    const opened = databases.get(id) ?? open?.(id) ?? travel(id).query;
    databases.set(id, opened);
    return opened;
  };
  /** Forgets a database that has been deleted. */
  const isThere = (account: string, id: string): boolean => {
    const there = exists(account, id);
    if (!there) for (const all of [databases, travels]) all.delete(id);
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
        "GET /accounts/{account_id}/d1/database/{database_id}/time_travel/bookmark": ofDatabase(
          (id, { query: asked }) => {
            const at = momentOf(asked.get("timestamp"));
            return Number.isNaN(at)
              ? refused(400, 7400, "timestamp must be RFC 3339 or Unix seconds")
              : answered({ bookmark: travel(id).bookmark(at) });
          },
        ),
        "POST /accounts/{account_id}/d1/database/{database_id}/time_travel/restore": ofDatabase(
          async (id, { query: asked }) => {
            const [named, time] = [asked.get("bookmark"), asked.get("timestamp")];
            if ((named === null) === (time === null))
              return refused(400, 7400, "one of bookmark and timestamp is required");
            const previous = travel(id).bookmark(Date.now());
            const wanted = named ?? travel(id).bookmark(momentOf(time));
            if (!(await travel(id).restore(wanted))) return refused(400, 7500, `invalid bookmark: ${wanted}`);
            databases.set(id, travel(id).query);
            return answered({ bookmark: wanted, previous_bookmark: previous, message: "Database restored" });
          },
        ),
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

/** Milliseconds since 1970; now, when none is named. */
const momentOf = (text: string | null): number => (text === null ? Date.now() : Date.parse(text));

const answered = (result: unknown): Answered => ({
  status: 200,
  body: { success: true, errors: [], messages: [], result },
});
const refused = (status: number, code: number, message: string): Answered => ({
  status,
  body: { success: false, errors: [{ code, message }], messages: [], result: null },
});
