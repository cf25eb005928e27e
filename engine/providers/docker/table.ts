import type { Table } from "../table.ts";
import declared from "./table.json" with { type: "json" };

// Written by generate.ts, which has the type; from JSON every `is` is a plain string.
export const table = declared as unknown as Table;
