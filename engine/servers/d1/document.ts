import type { Reduced, Schema } from "../../../components/providers/kit/openapi/reduce.ts";

/** Around every answer of Cloudflare's API. */
const envelope = (result: Schema): Schema => ({
  type: "object",
  required: ["success", "errors", "messages", "result"],
  properties: {
    success: { type: "boolean" },
    errors: { type: "array" },
    messages: { type: "array" },
    result,
  },
});

const text = { required: false, schema: { type: "string" } };
const bookmarked: Schema = {
  type: "object",
  required: ["bookmark"],
  properties: { bookmark: { type: "string" } },
};

const refusals = { "400": envelope({}), "404": envelope({}) };

/**
 * What developers.cloudflare.com/api/resources/d1 says of the endpoints that are used (2026-11). Cloudflare's own
 * document describes some 2,000 others; this is written by hand after it.
 */
export const document: Reduced = {
  info: { title: "Cloudflare API, D1", version: "4.0.0" },
  operations: {
    "GET /accounts/{account_id}/d1/database/{database_id}": {
      query: {},
      body: undefined,
      answers: {
        ...refusals,
        "200": envelope({
          type: "object",
          required: ["uuid", "name", "version"],
          properties: {
            uuid: { type: "string" },
            name: { type: "string" },
            version: { type: "string" },
            num_tables: { type: "number" },
            file_size: { type: "number" },
          },
        }),
      },
    },
    "POST /accounts/{account_id}/d1/database/{database_id}/query": {
      query: {},
      body: {
        type: "object",
        required: ["sql"],
        properties: {
          sql: { type: "string" },
          params: { type: "array", items: { type: "string" } },
        },
      },
      answers: {
        ...refusals,
        "200": envelope({
          type: "array",
          items: {
            type: "object",
            required: ["success", "results", "meta"],
            properties: {
              success: { type: "boolean" },
              results: { type: "array" },
              meta: { type: "object" },
            },
          },
        }),
      },
    },
    "GET /accounts/{account_id}/d1/database/{database_id}/time_travel/bookmark": {
      query: { timestamp: text },
      body: undefined,
      answers: { ...refusals, "200": envelope(bookmarked) },
    },
    "POST /accounts/{account_id}/d1/database/{database_id}/time_travel/restore": {
      query: { bookmark: text, timestamp: text },
      body: undefined,
      answers: {
        ...refusals,
        "200": envelope({
          type: "object",
          required: ["bookmark", "previous_bookmark", "message"],
          properties: {
            bookmark: { type: "string" },
            previous_bookmark: { type: "string" },
            message: { type: "string" },
          },
        }),
      },
    },
  },
  schemas: {},
};
