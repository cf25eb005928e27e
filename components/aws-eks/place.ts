import type * as pulumi from "@pulumi/pulumi";
import { accessLogs } from "../aws/accessLogs.ts";
import { topic } from "../aws/alerts.ts";
import type { Aws } from "../aws/here.ts";
import { key } from "../aws/key.ts";
import type { Eks, Place } from "./eks.ts";
import { network } from "./network.ts";

/** The customer key of a region's data, and of the images in the founder's. */
export const dataKey = (aws: Aws, account: pulumi.Input<string>) =>
  key(aws, `${aws.region}-data`, account).arn;

/** What a region has before anything runs in it: its keys, its network, and where its alarms go. */
export function placeIn(eks: Eks, region: string): Place {
  const here = { ...eks, region };
  const prefix = `${region}-`;
  return {
    ...here,
    prefix,
    keys: {
      data: dataKey(here, eks.account),
      secrets: key(here, `${prefix}secrets`, eks.account).arn,
    },
    network: network(here, eks.plan.network.detail),
    topicArn: topic(here, eks.account, `${prefix}alerts`).arn,
  };
}

/** A load balancer writes its log in its own region alone. */
export const logsOf = (place: Place) => accessLogs(place, place.account, `${place.prefix}logs`);
