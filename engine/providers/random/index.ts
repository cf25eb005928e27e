import { definitionsByToken } from "../generated.ts";
import type { Provider } from "../provider.ts";
import type { Table } from "../table.ts";
import { randomBytesResource, randomId } from "./bytes.ts";
import { randomPassword, randomString } from "./password.ts";
import { randomPet } from "./pet.ts";
import { randomInteger, randomShuffle } from "./pick.ts";
import declared from "./table.json" with { type: "json" };
import { randomUuids } from "./uuid.ts";

// Written by generate.ts, which has the type; from JSON every `is` is a plain string.
const table = declared as unknown as Table;

/** Random values, really made here with node:crypto. */
export const random: Provider = {
  name: "random",
  version: table.version,
  ...definitionsByToken(table, [
    randomBytesResource,
    randomId,
    randomInteger,
    randomPassword,
    randomPet,
    randomShuffle,
    randomString,
    ...randomUuids,
  ]),
};
