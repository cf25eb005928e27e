import type { PropertyRule } from "../../rule.ts";
import { containers } from "./containers.ts";
import { elasticache } from "./elasticache.ts";
import { network } from "./network.ts";
import { rds } from "./rds.ts";
import { serving } from "./serving.ts";
import { storage } from "./storage.ts";
import { watching } from "./watching.ts";

export const aws: readonly PropertyRule[] = [
  ...rds,
  ...elasticache,
  ...storage,
  ...serving,
  ...containers,
  ...network,
  ...watching,
];
