import { z } from "zod";
import { databaseOf, databaseShape, shownDatabase } from "./database.ts";

export const redisInputs = z.strictObject({
  ...databaseShape,
  /** Always secret. A change replaces it, with what it holds. */
  password: z.string().min(8),
  /** redis.conf. A change restarts it. */
  config: z.string().optional(),
});
export type RedisInputs = z.output<typeof redisInputs>;

const shown = shownDatabase.extend({
  redis_password: z.string().nullish(),
  redis_conf: z.string().nullish(),
});

/** Redis, or what speaks like it, in a container of Coolify's. */
export const redis = databaseOf({
  token: "coolify:index:Redis",
  operation: "POST /databases/redis",
  inputs: redisInputs,
  shown,
  secrets: ["password"],
  replacedBy: ["password"],
  making: ({ password, config }) => ({ redis_password: password, ...configOf(config) }),
  changing: ({ config }) => configOf(config),
  reading: (found, before) => ({
    password: found.redis_password ?? before?.password ?? "",
    ...(found.redis_conf ? { config: found.redis_conf } : {}),
  }),
});

const configOf = (config: string | undefined) =>
  config === undefined ? {} : { redis_conf: Buffer.from(config).toString("base64") };
