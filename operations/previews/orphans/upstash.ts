import { z } from "zod";
import { JsonApi } from "../../hosted/jsonApi.ts";
import { type Reach, stackInName, told } from "./vendor.ts";

/** `GET /v2/redis/databases`: upstash.com/docs/devops/developer-api/redis, 2026-11. */
const listed = z.array(z.looseObject({ database_id: z.string(), database_name: z.string() }));

/** Upstash: the account's databases by name. */
export const reachUpstash: Reach = (where) => {
  const email = told(where, "UPSTASH_EMAIL", "upstash:email");
  const key = told(where, "UPSTASH_API_KEY", "upstash:apiKey");
  if (!email || !key) return { cannot: "UPSTASH_EMAIL or UPSTASH_API_KEY is not set" };
  const basic = Buffer.from(`${email}:${key}`).toString("base64");
  const base = where.env.UPSTASH_API_URL || "https://api.upstash.com";
  const api = new JsonApi("Upstash", base, key, { authorization: `Basic ${basic}` });
  return {
    name: "Upstash",
    list: async () =>
      listed
        .parse(await api.get("/v2/redis/databases"))
        .flatMap(({ database_id: id, database_name: name }) => {
          const stack = stackInName(where.app, name);
          return stack === undefined ? [] : { stack, kind: "redis", id, name };
        }),
    remove: ({ id }) => api.delete(`/v2/redis/database/${id}`),
    close: () => api.close(),
  };
};
