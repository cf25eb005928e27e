import type { Rule, StackRule } from "../model.ts";
import { stores } from "../stores.ts";
import { account } from "./aws/account.ts";
import { adjacent, adjacentRelations } from "./aws/adjacent.ts";
import { backup } from "./aws/backup.ts";
import { cloudfront } from "./aws/cloudfront.ts";
import { data } from "./aws/data.ts";
import { doors } from "./aws/doors.ts";
import { ecr } from "./aws/ecr.ts";
import { ecs } from "./aws/ecs.ts";
import { eks } from "./aws/eks.ts";
import { elasticache } from "./aws/elasticache.ts";
import { identity } from "./aws/identity.ts";
import { lb } from "./aws/lb.ts";
import { network, networkRelations } from "./aws/network.ts";
import { rds } from "./aws/rds.ts";
import { s3, s3Relations } from "./aws/s3.ts";
import { topics } from "./aws/topics.ts";
import { waf } from "./aws/waf.ts";
import { cost, logsKeptAsAsked, objectives } from "./declared.ts";
import { everything } from "./everything.ts";
import { cluster } from "./kubernetes/cluster.ts";
import { clusterNetwork } from "./kubernetes/network.ts";
import { restricted } from "./kubernetes/restricted.ts";
import { workloadRules } from "./kubernetes/workloads.ts";
import { cloudflare } from "./platforms/cloudflare.ts";
import { docker } from "./platforms/docker.ts";
import { hetzner } from "./platforms/hetzner.ts";
import { keys } from "./platforms/keys.ts";
import { supabase } from "./platforms/supabase.ts";
import { vercel } from "./platforms/vercel.ts";

const baseline: readonly Rule[] = [
  ...everything,
  ...rds,
  ...elasticache,
  ...s3,
  ...ecs,
  ...eks,
  ...lb,
  ...cloudfront,
  ...network,
  ...identity,
  ...ecr,
  ...waf,
  ...topics,
  ...backup,
  ...account,
  ...data,
  ...doors,
  ...adjacent,
  ...restricted,
  ...workloadRules,
  ...cluster,
  ...clusterNetwork,
  ...hetzner,
  ...cloudflare,
  ...vercel,
  ...supabase,
  ...docker,
  ...keys,
];

/** Every rule on one resource. */
export const rules: readonly Rule[] = [...baseline, ...cost, ...objectives];

/** Every rule on what resources are to each other. */
export const stackRules: readonly StackRule[] = [
  stores,
  ...s3Relations,
  ...networkRelations,
  ...adjacentRelations,
  logsKeptAsAsked,
];

/** The rules that every stack is judged by, in packs. */
export const rulePacks: Readonly<Record<"baseline" | "cost" | "objectives", readonly (Rule | StackRule)[]>> =
  {
    baseline: [...stackRules.filter((rule) => rule !== logsKeptAsAsked), ...baseline],
    cost,
    objectives: [...objectives, logsKeptAsAsked],
  };
