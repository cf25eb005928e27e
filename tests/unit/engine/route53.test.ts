import { expect, test } from "vitest";
import type { Inventory } from "../../../engine/servers/aws/inventory.ts";
import { xmlAnswer } from "../../../engine/servers/aws/route53.ts";

const zone = "Z1";
const record = (name: string) => ({
  type: "aws:route53/record:Record",
  inputs: { zoneId: zone },
  outputs: { name, type: "A", ttl: 60, records: ["192.0.2.1"] },
});

test("a page that begins at a record that went meanwhile goes on after it, as Route 53's do", () => {
  const held = ["a.example.net", "c.example.net", "d.example.net"].map(record);
  const inventory = { held: () => held } as unknown as Inventory; // what a listing reads of it
  const names = (from: string) => {
    const url = new URL(`https://route53/2013-04-01/hostedzone/${zone}/rrset${from}`);
    const xml = xmlAnswer({ method: "GET", url, body: "" }, { inventory })?.answer() ?? "";
    return [...xml.matchAll(/<Name>([^<]*)/g)].map(([, name]) => name);
  };
  expect(names("")).toEqual(["a.example.net.", "c.example.net."]);
  expect(names("?name=b.example.net.&type=A")).toEqual(["c.example.net.", "d.example.net."]);
  expect(names("?name=d.example.net.&type=AAAA")).toEqual([]);
});
