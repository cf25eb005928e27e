import { z } from "zod";
import type { Resource } from "../../kit/resource.ts";
import { type Api, anything, projectRef } from "./api.ts";
import type { Operations } from "./types.ts";

export const authSettingsInputs = z.strictObject({
  projectRef,
  siteUrl: z.url(),
  /** Where a log-in may lead to. */
  redirectUrls: z.array(z.string().min(1)).default([]),
  /** Nobody signs up by the project's own log-in. */
  signupDisabled: z.boolean().default(true),
  emailEnabled: z.boolean().default(false),
  anonymousEnabled: z.boolean().default(false),
  sessionSeconds: z.int().min(60).max(604_800).default(3600),
  passwordMinLength: z.int().min(6).max(72).default(12),
  refreshTokenRotation: z.boolean().default(true),
});
export type AuthSettingsInputs = z.output<typeof authSettingsInputs>;

type Body = Operations["PATCH /v1/projects/{ref}/config/auth"]["body"];

const shown = z.looseObject({
  site_url: z.string().nullish(),
  uri_allow_list: z.string().nullish(),
  disable_signup: z.boolean().nullish(),
  external_email_enabled: z.boolean().nullish(),
  external_anonymous_users_enabled: z.boolean().nullish(),
  jwt_exp: z.number().nullish(),
  password_min_length: z.number().nullish(),
  refresh_token_rotation_enabled: z.boolean().nullish(),
});

/** The project's own log-in. It comes with the project; what is not named here is left as it is. */
export const authSettings: Resource<Api, AuthSettingsInputs, object> = {
  token: "supabase:index:AuthSettings",
  inputs: authSettingsInputs,
  outputs: [],
  secrets: [],
  replacedBy: ["projectRef"],

  async create(api, inputs) {
    await write(api, inputs.projectRef, inputs);
    return { id: inputs.projectRef, outputs: {} };
  },

  async read(api, id) {
    const found = await api.find("GET /v1/projects/{ref}/config/auth", { path: { ref: id } }, shown);
    if (!found) return undefined;
    const inputs: AuthSettingsInputs = {
      projectRef: id,
      siteUrl: found.site_url ?? "",
      redirectUrls: (found.uri_allow_list ?? "").split(",").filter(Boolean),
      signupDisabled: found.disable_signup ?? false,
      emailEnabled: found.external_email_enabled ?? true,
      anonymousEnabled: found.external_anonymous_users_enabled ?? false,
      sessionSeconds: found.jwt_exp ?? 3600,
      passwordMinLength: found.password_min_length ?? 6,
      refreshTokenRotation: found.refresh_token_rotation_enabled ?? true,
    };
    return { inputs, outputs: {} };
  },

  async update(api, id, inputs) {
    await write(api, id, inputs);
    return {};
  },

  delete: async () => {},
};

const bodyOf = (inputs: AuthSettingsInputs): Body => ({
  site_url: inputs.siteUrl,
  uri_allow_list: inputs.redirectUrls.join(","),
  disable_signup: inputs.signupDisabled,
  external_email_enabled: inputs.emailEnabled,
  external_anonymous_users_enabled: inputs.anonymousEnabled,
  jwt_exp: inputs.sessionSeconds,
  password_min_length: inputs.passwordMinLength,
  refresh_token_rotation_enabled: inputs.refreshTokenRotation,
});

async function write(api: Api, ref: string, inputs: AuthSettingsInputs): Promise<void> {
  await api.call("PATCH /v1/projects/{ref}/config/auth", { path: { ref }, body: bodyOf(inputs) }, anything);
}
