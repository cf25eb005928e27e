import { z } from "zod";
import { madeOnce } from "../../kit/owned.ts";
import type { Resource } from "../../kit/resource.ts";
import { type Api, anything, created } from "./api.ts";
import { nested } from "./nested.ts";

export const scheduledTaskInputs = z.strictObject({
  /** A change makes another task. */
  applicationUuid: z.string().min(1),
  /** Unique in its application. */
  name: z.string().min(1).max(255),
  /** Runs in the application's container. */
  command: z.string().min(1),
  /** Five cron fields, in the server's time zone. */
  schedule: z.string().min(1),
  timeoutSeconds: z.int().min(1).default(300),
  enabled: z.boolean().default(true),
});
export type ScheduledTaskInputs = z.output<typeof scheduledTaskInputs>;

const shown = z.looseObject({
  uuid: z.string(),
  name: z.string(),
  command: z.string(),
  frequency: z.string(),
  timeout: z.coerce.number(),
  enabled: z.boolean(),
});

/** A command that runs in an application's container on schedule. Its id is `<application>/<task>`. */
export const scheduledTask: Resource<Api, ScheduledTaskInputs, object> = {
  token: "coolify:index:ScheduledTask",
  inputs: scheduledTaskInputs,
  outputs: [],
  secrets: [],
  replacedBy: ["applicationUuid"],

  async create(api, inputs) {
    const path = { uuid: inputs.applicationUuid };
    const { id, found } = await madeOnce(
      async () => (await list(api, inputs.applicationUuid)).find(({ name }) => name === inputs.name)?.uuid,
      async () => {
        const request = { path, body: bodyOf(inputs) };
        return (await api.call("POST /applications/{uuid}/scheduled-tasks", request, created)).uuid;
      },
    );
    if (found) await change(api, inputs.applicationUuid, id, inputs);
    return { id: `${inputs.applicationUuid}/${id}`, outputs: {} };
  },

  async read(api, id) {
    const [applicationUuid, own] = nested(id, "application", "task");
    const found = (await list(api, applicationUuid)).find(({ uuid }) => uuid === own);
    if (!found) return undefined;
    const { name, command, frequency: schedule, timeout: timeoutSeconds, enabled } = found;
    return { inputs: { applicationUuid, name, command, schedule, timeoutSeconds, enabled }, outputs: {} };
  },

  async update(api, id, inputs) {
    await change(api, ...nested(id, "application", "task"), inputs);
    return {};
  },

  async delete(api, id) {
    const [uuid, task_uuid] = nested(id, "application", "task");
    await api.remove("DELETE /applications/{uuid}/scheduled-tasks/{task_uuid}", {
      path: { uuid, task_uuid },
    });
  },
};

const list = async (api: Api, uuid: string) =>
  (await api.find("GET /applications/{uuid}/scheduled-tasks", { path: { uuid } }, z.array(shown))) ?? [];

const bodyOf = ({ name, command, schedule, timeoutSeconds, enabled }: ScheduledTaskInputs) => ({
  name,
  command,
  frequency: schedule,
  timeout: timeoutSeconds,
  enabled,
});

async function change(api: Api, uuid: string, task_uuid: string, inputs: ScheduledTaskInputs): Promise<void> {
  const request = { path: { uuid, task_uuid }, body: bodyOf(inputs) };
  await api.call("PATCH /applications/{uuid}/scheduled-tasks/{task_uuid}", request, anything);
}
