import { type PricePart, part, type Rate } from "../model/price.ts";
import type { Location, locations, ServerType } from "./sizes.ts";

/**
 * Hetzner's prices in its European locations, in euros, before tax. Elsewhere other prices hold, which no source was
 * found for: they are left open.
 */
const hetzner = (unit: string, each: number | undefined, source: string, date: string): Rate => ({
  each,
  currency: "EUR",
  unit,
  region: "eu-central",
  source,
  date,
});

/** The tables of the rise of 15 June 2026, which orders since then pay; read on this day by who quotes them. */
const adjustment = "https://docs.hetzner.com/general/infrastructure-and-availability/price-adjustment/";
/** Asked of Hetzner's price API each month. */
const asked = "https://raw.githubusercontent.com/moveinfra/eu-cloud-prices/main/data/eu-cloud-prices.csv";
/** With 19 % tax and an address, which are taken off here. */
const collected = "https://github.com/mixxor/eu-cloud-prices/blob/ec4a406/prices/hetzner.json";
const servers = "https://docs.hetzner.com/cloud/servers/overview/";

const server = (each: number, source: string, date: string) => hetzner("server-month", each, source, date);

const rates = {
  cx33: server(8.49, adjustment, "2026-09-10"),
  cx43: server(15.99, adjustment, "2026-09-10"),
  ccx23: server(85.99, asked, "2026-10-28"),
  ccx33: server(138.49, asked, "2026-10-28"),
  ccx43: server(275.99, collected, "2026-08-17"),
  lb11: hetzner("month", 7.49, collected, "2026-08-17"),
  lb21: hetzner("month", undefined, "https://www.hetzner.com/cloud/load-balancer", "2026-11"),
  volume: hetzner(
    "GB-month",
    0.0572,
    "https://github.com/devantler-tech/platform/commit/cb791c6f",
    "2026-05-27",
  ),
  address: hetzner("month", 0.5, servers, "2026-09-10"),
} as const satisfies Record<ServerType, Rate> & Record<string, Rate>;

/** What daily images cost, of the server's price (the same page, 2026-09-10). */
const imagesShare = 0.2;

/** Cloudflare's R2, where dumps go: in dollars wherever the servers are. */
export const dumped: Rate = {
  each: 0.015,
  currency: "USD",
  unit: "GB-month",
  region: "all",
  source: "https://developers.cloudflare.com/r2/pricing",
  date: "2026-11",
};
/** The account's first 10 GB are free: they are taken to be objects. */
export const stored: Rate = { ...dumped, included: 10 };

/** Lines of the bill, where a server, a volume or a load balancer stands. */
export function pricesIn(zone: (typeof locations)[Location]) {
  const at = (rate: Rate): Rate =>
    zone === "eu-central" ? rate : { ...rate, each: undefined, region: zone, source: adjustment };
  const images = (type: ServerType): Rate => {
    const rate = at(rates[type]);
    return { ...rate, each: rate.each === undefined ? undefined : rate.each * imagesShare, source: servers };
  };
  return {
    servers: (type: ServerType, count: number): PricePart[] => [
      part(`server ${type}`, at(rates[type]), count),
      part(`daily images of ${type}, 20 % of it`, images(type), count),
      part(`public address of ${type}`, at(rates.address), count),
    ],
    balancer: (type: "lb11" | "lb21"): PricePart => part(`load balancer ${type}`, at(rates[type]), 1),
    volume: (gb: number): PricePart => part("volume", at(rates.volume), gb),
  };
}
