import { aws } from "./aws.ts";
import { cloudflare } from "./cloudflare.ts";
import { hcloud } from "./hcloud.ts";
import { kubernetes } from "./kubernetes.ts";
import { anyVendor, upstash, vercel } from "./others.ts";
import type { Vendor } from "./vendor.ts";

const vendors: Readonly<Record<string, Vendor>> = { aws, cloudflare, hcloud, kubernetes, upstash, vercel };

/** What is known of a vendor; any other SDK is stood in for by its declarations alone. */
export const vendorOf = (name: string): Vendor => vendors[name] ?? anyVendor;
