import { z } from "zod";
import { databaseOf, databaseShape, shownDatabase } from "./database.ts";

export const dragonflyInputs = z.strictObject({
  ...databaseShape,
  /** Always secret. A change replaces it, with what it holds. */
  password: z.string().min(8),
});
export type DragonflyInputs = z.output<typeof dragonflyInputs>;

/** Dragonfly in a container of Coolify's: speaks Redis, uses every core. It evicts nothing unless told by its image. */
export const dragonfly = databaseOf({
  token: "coolify:index:Dragonfly",
  operation: "POST /databases/dragonfly",
  inputs: dragonflyInputs,
  shown: shownDatabase.extend({ dragonfly_password: z.string().nullish() }),
  secrets: ["password"],
  replacedBy: ["password"],
  making: ({ password }) => ({ dragonfly_password: password }),
  changing: () => ({}),
  reading: (found, before) => ({ password: found.dragonfly_password ?? before?.password ?? "" }),
});
