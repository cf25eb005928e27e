// Written by components/providers/generate.ts from supabase-management-openapi.json; not to be edited.

export type ApiKeyResponse = {
  api_key?: string | null;
  id?: string | null;
  type?: "legacy" | "publishable" | "secret" | null;
  prefix?: string | null;
  name: string;
  description?: string | null;
  hash?: string | null;
  secret_jwt_template?: Readonly<Record<string, unknown>> | null;
  inserted_at?: string | null;
  updated_at?: string | null;
};
export type ApplyProjectAddonBody = {
  addon_variant:
    | "ci_micro"
    | "ci_small"
    | "ci_medium"
    | "ci_large"
    | "ci_xlarge"
    | "ci_2xlarge"
    | "ci_4xlarge"
    | "ci_8xlarge"
    | "ci_12xlarge"
    | "ci_16xlarge"
    | "ci_24xlarge"
    | "ci_24xlarge_optimized_cpu"
    | "ci_24xlarge_optimized_memory"
    | "ci_24xlarge_high_memory"
    | "ci_48xlarge"
    | "ci_48xlarge_optimized_cpu"
    | "ci_48xlarge_optimized_memory"
    | "ci_48xlarge_high_memory"
    | "cd_default"
    | "pitr_7"
    | "pitr_14"
    | "pitr_28"
    | "ipv4_default";
  addon_type:
    | "custom_domain"
    | "compute_instance"
    | "pitr"
    | "ipv4"
    | "auth_mfa_phone"
    | "auth_mfa_web_authn"
    | "log_drain";
};
export type AuthConfigResponse = {
  api_max_request_duration: number | null;
  db_max_pool_size: number | null;
  db_max_pool_size_unit: "connections" | "percent" | null;
  disable_signup: boolean | null;
  external_anonymous_users_enabled: boolean | null;
  external_apple_additional_client_ids: string | null;
  external_apple_client_id: string | null;
  external_apple_email_optional: boolean | null;
  external_apple_enabled: boolean | null;
  external_apple_secret: string | null;
  external_azure_client_id: string | null;
  external_azure_email_optional: boolean | null;
  external_azure_enabled: boolean | null;
  external_azure_secret: string | null;
  external_azure_url: string | null;
  external_bitbucket_client_id: string | null;
  external_bitbucket_email_optional: boolean | null;
  external_bitbucket_enabled: boolean | null;
  external_bitbucket_secret: string | null;
  external_discord_client_id: string | null;
  external_discord_email_optional: boolean | null;
  external_discord_enabled: boolean | null;
  external_discord_secret: string | null;
  external_email_enabled: boolean | null;
  external_facebook_client_id: string | null;
  external_facebook_email_optional: boolean | null;
  external_facebook_enabled: boolean | null;
  external_facebook_secret: string | null;
  external_figma_client_id: string | null;
  external_figma_email_optional: boolean | null;
  external_figma_enabled: boolean | null;
  external_figma_secret: string | null;
  external_github_client_id: string | null;
  external_github_email_optional: boolean | null;
  external_github_enabled: boolean | null;
  external_github_secret: string | null;
  external_gitlab_client_id: string | null;
  external_gitlab_email_optional: boolean | null;
  external_gitlab_enabled: boolean | null;
  external_gitlab_secret: string | null;
  external_gitlab_url: string | null;
  external_google_additional_client_ids: string | null;
  external_google_client_id: string | null;
  external_google_email_optional: boolean | null;
  external_google_enabled: boolean | null;
  external_google_secret: string | null;
  external_google_skip_nonce_check: boolean | null;
  external_kakao_client_id: string | null;
  external_kakao_email_optional: boolean | null;
  external_kakao_enabled: boolean | null;
  external_kakao_secret: string | null;
  external_keycloak_client_id: string | null;
  external_keycloak_email_optional: boolean | null;
  external_keycloak_enabled: boolean | null;
  external_keycloak_secret: string | null;
  external_keycloak_url: string | null;
  external_linkedin_oidc_client_id: string | null;
  external_linkedin_oidc_email_optional: boolean | null;
  external_linkedin_oidc_enabled: boolean | null;
  external_linkedin_oidc_secret: string | null;
  external_slack_oidc_client_id: string | null;
  external_slack_oidc_email_optional: boolean | null;
  external_slack_oidc_enabled: boolean | null;
  external_slack_oidc_secret: string | null;
  external_notion_client_id: string | null;
  external_notion_email_optional: boolean | null;
  external_notion_enabled: boolean | null;
  external_notion_secret: string | null;
  external_phone_enabled: boolean | null;
  external_slack_client_id: string | null;
  external_slack_email_optional: boolean | null;
  external_slack_enabled: boolean | null;
  external_slack_secret: string | null;
  external_spotify_client_id: string | null;
  external_spotify_email_optional: boolean | null;
  external_spotify_enabled: boolean | null;
  external_spotify_secret: string | null;
  external_twitch_client_id: string | null;
  external_twitch_email_optional: boolean | null;
  external_twitch_enabled: boolean | null;
  external_twitch_secret: string | null;
  external_twitter_client_id: string | null;
  external_twitter_email_optional: boolean | null;
  external_twitter_enabled: boolean | null;
  external_twitter_secret: string | null;
  external_x_client_id: string | null;
  external_x_email_optional: boolean | null;
  external_x_enabled: boolean | null;
  external_x_secret: string | null;
  external_workos_client_id: string | null;
  external_workos_enabled: boolean | null;
  external_workos_secret: string | null;
  external_workos_url: string | null;
  external_web3_solana_enabled: boolean | null;
  external_web3_ethereum_enabled: boolean | null;
  external_zoom_client_id: string | null;
  external_zoom_email_optional: boolean | null;
  external_zoom_enabled: boolean | null;
  external_zoom_secret: string | null;
  hook_custom_access_token_enabled: boolean | null;
  hook_custom_access_token_uri: string | null;
  hook_custom_access_token_secrets: string | null;
  hook_mfa_verification_attempt_enabled: boolean | null;
  hook_mfa_verification_attempt_uri: string | null;
  hook_mfa_verification_attempt_secrets: string | null;
  hook_password_verification_attempt_enabled: boolean | null;
  hook_password_verification_attempt_uri: string | null;
  hook_password_verification_attempt_secrets: string | null;
  hook_send_sms_enabled: boolean | null;
  hook_send_sms_uri: string | null;
  hook_send_sms_secrets: string | null;
  hook_send_email_enabled: boolean | null;
  hook_send_email_uri: string | null;
  hook_send_email_secrets: string | null;
  hook_before_user_created_enabled: boolean | null;
  hook_before_user_created_uri: string | null;
  hook_before_user_created_secrets: string | null;
  hook_after_user_created_enabled: boolean | null;
  hook_after_user_created_uri: string | null;
  hook_after_user_created_secrets: string | null;
  jwt_exp: number | null;
  mailer_allow_unverified_email_sign_ins: boolean | null;
  mailer_autoconfirm: boolean | null;
  mailer_otp_exp: number;
  mailer_otp_length: number | null;
  mailer_secure_email_change_enabled: boolean | null;
  mailer_subjects_confirmation: string | null;
  mailer_subjects_email_change: string | null;
  mailer_subjects_invite: string | null;
  mailer_subjects_magic_link: string | null;
  mailer_subjects_reauthentication: string | null;
  mailer_subjects_recovery: string | null;
  mailer_subjects_password_changed_notification: string | null;
  mailer_subjects_email_changed_notification: string | null;
  mailer_subjects_phone_changed_notification: string | null;
  mailer_subjects_mfa_factor_enrolled_notification: string | null;
  mailer_subjects_mfa_factor_unenrolled_notification: string | null;
  mailer_subjects_identity_linked_notification: string | null;
  mailer_subjects_identity_unlinked_notification: string | null;
  mailer_templates_confirmation_content: string | null;
  mailer_templates_email_change_content: string | null;
  mailer_templates_invite_content: string | null;
  mailer_templates_magic_link_content: string | null;
  mailer_templates_reauthentication_content: string | null;
  mailer_templates_recovery_content: string | null;
  mailer_templates_password_changed_notification_content: string | null;
  mailer_templates_email_changed_notification_content: string | null;
  mailer_templates_phone_changed_notification_content: string | null;
  mailer_templates_mfa_factor_enrolled_notification_content: string | null;
  mailer_templates_mfa_factor_unenrolled_notification_content: string | null;
  mailer_templates_identity_linked_notification_content: string | null;
  mailer_templates_identity_unlinked_notification_content: string | null;
  mailer_notifications_password_changed_enabled: boolean | null;
  mailer_notifications_email_changed_enabled: boolean | null;
  mailer_notifications_phone_changed_enabled: boolean | null;
  mailer_notifications_mfa_factor_enrolled_enabled: boolean | null;
  mailer_notifications_mfa_factor_unenrolled_enabled: boolean | null;
  mailer_notifications_identity_linked_enabled: boolean | null;
  mailer_notifications_identity_unlinked_enabled: boolean | null;
  mfa_max_enrolled_factors: number | null;
  mfa_totp_enroll_enabled: boolean | null;
  mfa_totp_verify_enabled: boolean | null;
  mfa_phone_enroll_enabled: boolean | null;
  mfa_phone_verify_enabled: boolean | null;
  mfa_web_authn_enroll_enabled: boolean | null;
  mfa_web_authn_verify_enabled: boolean | null;
  passkey_enabled: boolean;
  webauthn_rp_display_name: string | null;
  webauthn_rp_id: string | null;
  webauthn_rp_origins: string | null;
  mfa_phone_otp_length: number;
  mfa_phone_template: string | null;
  mfa_phone_max_frequency: number | null;
  nimbus_oauth_client_id: string | null;
  nimbus_oauth_email_optional: boolean | null;
  nimbus_oauth_client_secret: string | null;
  password_hibp_enabled: boolean | null;
  password_min_length: number | null;
  password_required_characters:
    | "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ:0123456789"
    | "abcdefghijklmnopqrstuvwxyz:ABCDEFGHIJKLMNOPQRSTUVWXYZ:0123456789"
    | "abcdefghijklmnopqrstuvwxyz:ABCDEFGHIJKLMNOPQRSTUVWXYZ:0123456789:!@#$%^&*()_+-=[]{};'\\\\:\"|<>?,./`~"
    | ""
    | null;
  rate_limit_anonymous_users: number | null;
  rate_limit_email_sent: number | null;
  rate_limit_sms_sent: number | null;
  rate_limit_token_refresh: number | null;
  rate_limit_verify: number | null;
  rate_limit_otp: number | null;
  rate_limit_web3: number | null;
  refresh_token_rotation_enabled: boolean | null;
  saml_enabled: boolean | null;
  saml_external_url: string | null;
  saml_allow_encrypted_assertions: boolean | null;
  security_sb_forwarded_for_enabled: boolean | null;
  security_captcha_enabled: boolean | null;
  security_captcha_provider: "turnstile" | "hcaptcha" | null;
  security_captcha_secret: string | null;
  security_manual_linking_enabled: boolean | null;
  security_refresh_token_reuse_interval: number | null;
  security_update_password_require_reauthentication: boolean | null;
  sessions_inactivity_timeout: number | null;
  sessions_single_per_user: boolean | null;
  sessions_tags: string | null;
  sessions_timebox: number | null;
  site_url: string | null;
  sms_autoconfirm: boolean | null;
  sms_max_frequency: number | null;
  sms_messagebird_access_key: string | null;
  sms_messagebird_originator: string | null;
  sms_otp_exp: number | null;
  sms_otp_length: number;
  sms_provider: "messagebird" | "textlocal" | "twilio" | "twilio_verify" | "vonage" | null;
  sms_template: string | null;
  sms_test_otp: string | null;
  sms_test_otp_valid_until: string | null;
  sms_textlocal_api_key: string | null;
  sms_textlocal_sender: string | null;
  sms_twilio_account_sid: string | null;
  sms_twilio_auth_token: string | null;
  sms_twilio_content_sid: string | null;
  sms_twilio_message_service_sid: string | null;
  sms_twilio_verify_account_sid: string | null;
  sms_twilio_verify_auth_token: string | null;
  sms_twilio_verify_message_service_sid: string | null;
  sms_vonage_api_key: string | null;
  sms_vonage_api_secret: string | null;
  sms_vonage_from: string | null;
  smtp_admin_email: string | null;
  smtp_host: string | null;
  smtp_max_frequency: number | null;
  smtp_pass: string | null;
  smtp_port: string | null;
  smtp_sender_name: string | null;
  smtp_user: string | null;
  uri_allow_list: string | null;
  oauth_server_enabled: boolean;
  oauth_server_allow_dynamic_registration: boolean;
  oauth_server_authorization_path: string | null;
  custom_oauth_enabled: boolean;
  custom_oauth_max_providers: number;
};
export type LegacyApiKeysResponse = { enabled: boolean };
export type ListProjectAddonsResponse = {
  selected_addons: readonly {
    type:
      | "custom_domain"
      | "compute_instance"
      | "pitr"
      | "ipv4"
      | "auth_mfa_phone"
      | "auth_mfa_web_authn"
      | "log_drain";
    variant: {
      id:
        | "ci_micro"
        | "ci_small"
        | "ci_medium"
        | "ci_large"
        | "ci_xlarge"
        | "ci_2xlarge"
        | "ci_4xlarge"
        | "ci_8xlarge"
        | "ci_12xlarge"
        | "ci_16xlarge"
        | "ci_24xlarge"
        | "ci_24xlarge_optimized_cpu"
        | "ci_24xlarge_optimized_memory"
        | "ci_24xlarge_high_memory"
        | "ci_48xlarge"
        | "ci_48xlarge_optimized_cpu"
        | "ci_48xlarge_optimized_memory"
        | "ci_48xlarge_high_memory"
        | "cd_default"
        | "pitr_7"
        | "pitr_14"
        | "pitr_28"
        | "ipv4_default"
        | "auth_mfa_phone_default"
        | "auth_mfa_web_authn_default"
        | "log_drain_default";
      name: string;
      price: { description: string; type: "fixed" | "usage"; interval: "monthly" | "hourly"; amount: number };
      meta?: unknown;
    };
  }[];
  available_addons: readonly {
    type:
      | "custom_domain"
      | "compute_instance"
      | "pitr"
      | "ipv4"
      | "auth_mfa_phone"
      | "auth_mfa_web_authn"
      | "log_drain";
    name: string;
    variants: readonly {
      id:
        | "ci_micro"
        | "ci_small"
        | "ci_medium"
        | "ci_large"
        | "ci_xlarge"
        | "ci_2xlarge"
        | "ci_4xlarge"
        | "ci_8xlarge"
        | "ci_12xlarge"
        | "ci_16xlarge"
        | "ci_24xlarge"
        | "ci_24xlarge_optimized_cpu"
        | "ci_24xlarge_optimized_memory"
        | "ci_24xlarge_high_memory"
        | "ci_48xlarge"
        | "ci_48xlarge_optimized_cpu"
        | "ci_48xlarge_optimized_memory"
        | "ci_48xlarge_high_memory"
        | "cd_default"
        | "pitr_7"
        | "pitr_14"
        | "pitr_28"
        | "ipv4_default"
        | "auth_mfa_phone_default"
        | "auth_mfa_web_authn_default"
        | "log_drain_default";
      name: string;
      price: { description: string; type: "fixed" | "usage"; interval: "monthly" | "hourly"; amount: number };
      meta?: unknown;
    }[];
  }[];
};
export type NetworkRestrictionsRequest = {
  dbAllowedCidrs?: readonly string[];
  dbAllowedCidrsV6?: readonly string[];
};
export type NetworkRestrictionsResponse = {
  entitlement: "disallowed" | "allowed";
  config: { dbAllowedCidrs?: readonly string[]; dbAllowedCidrsV6?: readonly string[] };
  old_config?: { dbAllowedCidrs?: readonly string[]; dbAllowedCidrsV6?: readonly string[] };
  status: "stored" | "applied";
  updated_at?: string;
  applied_at?: string;
};
export type OrganizationProjectsResponse = {
  projects: readonly {
    ref: string;
    name: string;
    cloud_provider: string;
    region: string;
    is_branch: boolean;
    status:
      | "INACTIVE"
      | "ACTIVE_HEALTHY"
      | "ACTIVE_UNHEALTHY"
      | "COMING_UP"
      | "UNKNOWN"
      | "GOING_DOWN"
      | "INIT_FAILED"
      | "REMOVED"
      | "RESTORING"
      | "UPGRADING"
      | "PAUSING"
      | "RESTORE_FAILED"
      | "RESTARTING"
      | "PAUSE_FAILED"
      | "RESIZING";
    inserted_at: string;
    databases: readonly {
      infra_compute_size?:
        | "pico"
        | "nano"
        | "micro"
        | "small"
        | "medium"
        | "large"
        | "xlarge"
        | "2xlarge"
        | "4xlarge"
        | "8xlarge"
        | "12xlarge"
        | "16xlarge"
        | "24xlarge"
        | "24xlarge_optimized_memory"
        | "24xlarge_optimized_cpu"
        | "24xlarge_high_memory"
        | "48xlarge"
        | "48xlarge_optimized_memory"
        | "48xlarge_optimized_cpu"
        | "48xlarge_high_memory";
      region: string;
      status:
        | "ACTIVE_HEALTHY"
        | "ACTIVE_UNHEALTHY"
        | "COMING_UP"
        | "GOING_DOWN"
        | "INIT_FAILED"
        | "REMOVED"
        | "RESTORING"
        | "UNKNOWN"
        | "INIT_READ_REPLICA"
        | "INIT_READ_REPLICA_FAILED"
        | "RESTARTING"
        | "RESIZING";
      cloud_provider: string;
      identifier: string;
      type: "PRIMARY" | "READ_REPLICA";
      disk_volume_size_gb?: number;
      disk_type?: "gp3" | "io2";
      disk_throughput_mbps?: number;
      disk_last_modified_at?: string;
    }[];
  }[];
  pagination: { count: number; limit: number; offset: number };
};
export type RemoveReadReplicaBody = { database_identifier: string };
export type SetUpReadReplicaBody = {
  read_replica_region:
    | "us-east-1"
    | "us-east-2"
    | "us-west-1"
    | "us-west-2"
    | "ap-east-1"
    | "ap-southeast-1"
    | "ap-northeast-1"
    | "ap-northeast-2"
    | "ap-southeast-2"
    | "eu-west-1"
    | "eu-west-2"
    | "eu-west-3"
    | "eu-north-1"
    | "eu-central-1"
    | "eu-central-2"
    | "ca-central-1"
    | "ap-south-1"
    | "sa-east-1";
};
export type SslEnforcementRequest = { requestedConfig: { database: boolean } };
export type SslEnforcementResponse = { currentConfig: { database: boolean }; appliedSuccessfully: boolean };
export type StorageConfigResponse = {
  fileSizeLimit: number;
  features: {
    imageTransformation: { enabled: boolean };
    s3Protocol: { enabled: boolean };
    icebergCatalog: { enabled: boolean; maxNamespaces: number; maxTables: number; maxCatalogs: number };
    vectorBuckets: { enabled: boolean; maxBuckets: number; maxIndexes: number };
  };
  capabilities: { list_v2: boolean; iceberg_catalog: boolean };
  external: { upstreamTarget: "main" | "canary" };
  migrationVersion: string;
  databasePoolMode: string;
};
export type SupavisorConfigResponse = {
  identifier: string;
  database_type: "PRIMARY" | "READ_REPLICA";
  is_using_scram_auth: boolean;
  db_user: string;
  db_host: string;
  db_port: number;
  db_name: string;
  connection_string: string;
  connectionString: string;
  default_pool_size: number | null;
  max_client_conn: number | null;
  pool_mode: "transaction" | "session";
};
export type UpdateAuthConfigBody = {
  site_url?: string | null;
  disable_signup?: boolean | null;
  jwt_exp?: number | null;
  smtp_admin_email?: string | null;
  smtp_host?: string | null;
  smtp_port?: string | null;
  smtp_user?: string | null;
  smtp_pass?: string | null;
  smtp_max_frequency?: number | null;
  smtp_sender_name?: string | null;
  mailer_allow_unverified_email_sign_ins?: boolean | null;
  mailer_autoconfirm?: boolean | null;
  mailer_subjects_invite?: string | null;
  mailer_subjects_confirmation?: string | null;
  mailer_subjects_recovery?: string | null;
  mailer_subjects_email_change?: string | null;
  mailer_subjects_magic_link?: string | null;
  mailer_subjects_reauthentication?: string | null;
  mailer_subjects_password_changed_notification?: string | null;
  mailer_subjects_email_changed_notification?: string | null;
  mailer_subjects_phone_changed_notification?: string | null;
  mailer_subjects_mfa_factor_enrolled_notification?: string | null;
  mailer_subjects_mfa_factor_unenrolled_notification?: string | null;
  mailer_subjects_identity_linked_notification?: string | null;
  mailer_subjects_identity_unlinked_notification?: string | null;
  mailer_templates_invite_content?: string | null;
  mailer_templates_confirmation_content?: string | null;
  mailer_templates_recovery_content?: string | null;
  mailer_templates_email_change_content?: string | null;
  mailer_templates_magic_link_content?: string | null;
  mailer_templates_reauthentication_content?: string | null;
  mailer_templates_password_changed_notification_content?: string | null;
  mailer_templates_email_changed_notification_content?: string | null;
  mailer_templates_phone_changed_notification_content?: string | null;
  mailer_templates_mfa_factor_enrolled_notification_content?: string | null;
  mailer_templates_mfa_factor_unenrolled_notification_content?: string | null;
  mailer_templates_identity_linked_notification_content?: string | null;
  mailer_templates_identity_unlinked_notification_content?: string | null;
  mailer_notifications_password_changed_enabled?: boolean | null;
  mailer_notifications_email_changed_enabled?: boolean | null;
  mailer_notifications_phone_changed_enabled?: boolean | null;
  mailer_notifications_mfa_factor_enrolled_enabled?: boolean | null;
  mailer_notifications_mfa_factor_unenrolled_enabled?: boolean | null;
  mailer_notifications_identity_linked_enabled?: boolean | null;
  mailer_notifications_identity_unlinked_enabled?: boolean | null;
  mfa_max_enrolled_factors?: number | null;
  uri_allow_list?: string | null;
  external_anonymous_users_enabled?: boolean | null;
  external_email_enabled?: boolean | null;
  external_phone_enabled?: boolean | null;
  saml_enabled?: boolean | null;
  saml_external_url?: string | null;
  security_sb_forwarded_for_enabled?: boolean | null;
  security_captcha_enabled?: boolean | null;
  security_captcha_provider?: "turnstile" | "hcaptcha" | null;
  security_captcha_secret?: string | null;
  sessions_timebox?: number | null;
  sessions_inactivity_timeout?: number | null;
  sessions_single_per_user?: boolean | null;
  sessions_tags?: string | null;
  rate_limit_anonymous_users?: number | null;
  rate_limit_email_sent?: number | null;
  rate_limit_sms_sent?: number | null;
  rate_limit_verify?: number | null;
  rate_limit_token_refresh?: number | null;
  rate_limit_otp?: number | null;
  rate_limit_web3?: number | null;
  mailer_secure_email_change_enabled?: boolean | null;
  refresh_token_rotation_enabled?: boolean | null;
  password_hibp_enabled?: boolean | null;
  password_min_length?: number | null;
  password_required_characters?:
    | "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ:0123456789"
    | "abcdefghijklmnopqrstuvwxyz:ABCDEFGHIJKLMNOPQRSTUVWXYZ:0123456789"
    | "abcdefghijklmnopqrstuvwxyz:ABCDEFGHIJKLMNOPQRSTUVWXYZ:0123456789:!@#$%^&*()_+-=[]{};'\\\\:\"|<>?,./`~"
    | ""
    | null;
  security_manual_linking_enabled?: boolean | null;
  security_update_password_require_reauthentication?: boolean | null;
  security_refresh_token_reuse_interval?: number | null;
  mailer_otp_exp?: number;
  mailer_otp_length?: number | null;
  sms_autoconfirm?: boolean | null;
  sms_max_frequency?: number | null;
  sms_otp_exp?: number | null;
  sms_otp_length?: number;
  sms_provider?: "messagebird" | "textlocal" | "twilio" | "twilio_verify" | "vonage" | null;
  sms_messagebird_access_key?: string | null;
  sms_messagebird_originator?: string | null;
  sms_test_otp?: string | null;
  sms_test_otp_valid_until?: string | null;
  sms_textlocal_api_key?: string | null;
  sms_textlocal_sender?: string | null;
  sms_twilio_account_sid?: string | null;
  sms_twilio_auth_token?: string | null;
  sms_twilio_content_sid?: string | null;
  sms_twilio_message_service_sid?: string | null;
  sms_twilio_verify_account_sid?: string | null;
  sms_twilio_verify_auth_token?: string | null;
  sms_twilio_verify_message_service_sid?: string | null;
  sms_vonage_api_key?: string | null;
  sms_vonage_api_secret?: string | null;
  sms_vonage_from?: string | null;
  sms_template?: string | null;
  hook_mfa_verification_attempt_enabled?: boolean | null;
  hook_mfa_verification_attempt_uri?: string | null;
  hook_mfa_verification_attempt_secrets?: string | null;
  hook_password_verification_attempt_enabled?: boolean | null;
  hook_password_verification_attempt_uri?: string | null;
  hook_password_verification_attempt_secrets?: string | null;
  hook_custom_access_token_enabled?: boolean | null;
  hook_custom_access_token_uri?: string | null;
  hook_custom_access_token_secrets?: string | null;
  hook_send_sms_enabled?: boolean | null;
  hook_send_sms_uri?: string | null;
  hook_send_sms_secrets?: string | null;
  hook_send_email_enabled?: boolean | null;
  hook_send_email_uri?: string | null;
  hook_send_email_secrets?: string | null;
  hook_before_user_created_enabled?: boolean | null;
  hook_before_user_created_uri?: string | null;
  hook_before_user_created_secrets?: string | null;
  hook_after_user_created_enabled?: boolean | null;
  hook_after_user_created_uri?: string | null;
  hook_after_user_created_secrets?: string | null;
  external_apple_enabled?: boolean | null;
  external_apple_client_id?: string | null;
  external_apple_email_optional?: boolean | null;
  external_apple_secret?: string | null;
  external_apple_additional_client_ids?: string | null;
  external_azure_enabled?: boolean | null;
  external_azure_client_id?: string | null;
  external_azure_email_optional?: boolean | null;
  external_azure_secret?: string | null;
  external_azure_url?: string | null;
  external_bitbucket_enabled?: boolean | null;
  external_bitbucket_client_id?: string | null;
  external_bitbucket_email_optional?: boolean | null;
  external_bitbucket_secret?: string | null;
  external_discord_enabled?: boolean | null;
  external_discord_client_id?: string | null;
  external_discord_email_optional?: boolean | null;
  external_discord_secret?: string | null;
  external_facebook_enabled?: boolean | null;
  external_facebook_client_id?: string | null;
  external_facebook_email_optional?: boolean | null;
  external_facebook_secret?: string | null;
  external_figma_enabled?: boolean | null;
  external_figma_client_id?: string | null;
  external_figma_email_optional?: boolean | null;
  external_figma_secret?: string | null;
  external_github_enabled?: boolean | null;
  external_github_client_id?: string | null;
  external_github_email_optional?: boolean | null;
  external_github_secret?: string | null;
  external_gitlab_enabled?: boolean | null;
  external_gitlab_client_id?: string | null;
  external_gitlab_email_optional?: boolean | null;
  external_gitlab_secret?: string | null;
  external_gitlab_url?: string | null;
  external_google_enabled?: boolean | null;
  external_google_client_id?: string | null;
  external_google_email_optional?: boolean | null;
  external_google_secret?: string | null;
  external_google_additional_client_ids?: string | null;
  external_google_skip_nonce_check?: boolean | null;
  external_kakao_enabled?: boolean | null;
  external_kakao_client_id?: string | null;
  external_kakao_email_optional?: boolean | null;
  external_kakao_secret?: string | null;
  external_keycloak_enabled?: boolean | null;
  external_keycloak_client_id?: string | null;
  external_keycloak_email_optional?: boolean | null;
  external_keycloak_secret?: string | null;
  external_keycloak_url?: string | null;
  external_linkedin_oidc_enabled?: boolean | null;
  external_linkedin_oidc_client_id?: string | null;
  external_linkedin_oidc_email_optional?: boolean | null;
  external_linkedin_oidc_secret?: string | null;
  external_slack_oidc_enabled?: boolean | null;
  external_slack_oidc_client_id?: string | null;
  external_slack_oidc_email_optional?: boolean | null;
  external_slack_oidc_secret?: string | null;
  external_notion_enabled?: boolean | null;
  external_notion_client_id?: string | null;
  external_notion_email_optional?: boolean | null;
  external_notion_secret?: string | null;
  external_slack_enabled?: boolean | null;
  external_slack_client_id?: string | null;
  external_slack_email_optional?: boolean | null;
  external_slack_secret?: string | null;
  external_spotify_enabled?: boolean | null;
  external_spotify_client_id?: string | null;
  external_spotify_email_optional?: boolean | null;
  external_spotify_secret?: string | null;
  external_twitch_enabled?: boolean | null;
  external_twitch_client_id?: string | null;
  external_twitch_email_optional?: boolean | null;
  external_twitch_secret?: string | null;
  external_twitter_enabled?: boolean | null;
  external_twitter_client_id?: string | null;
  external_twitter_email_optional?: boolean | null;
  external_twitter_secret?: string | null;
  external_x_enabled?: boolean | null;
  external_x_client_id?: string | null;
  external_x_email_optional?: boolean | null;
  external_x_secret?: string | null;
  external_workos_enabled?: boolean | null;
  external_workos_client_id?: string | null;
  external_workos_secret?: string | null;
  external_workos_url?: string | null;
  external_web3_solana_enabled?: boolean | null;
  external_web3_ethereum_enabled?: boolean | null;
  external_zoom_enabled?: boolean | null;
  external_zoom_client_id?: string | null;
  external_zoom_email_optional?: boolean | null;
  external_zoom_secret?: string | null;
  db_max_pool_size?: number | null;
  db_max_pool_size_unit?: "connections" | "percent" | null;
  api_max_request_duration?: number | null;
  mfa_totp_enroll_enabled?: boolean | null;
  mfa_totp_verify_enabled?: boolean | null;
  mfa_web_authn_enroll_enabled?: boolean | null;
  mfa_web_authn_verify_enabled?: boolean | null;
  passkey_enabled?: boolean;
  webauthn_rp_display_name?: string | null;
  webauthn_rp_id?: string | null;
  webauthn_rp_origins?: string | null;
  mfa_phone_enroll_enabled?: boolean | null;
  mfa_phone_verify_enabled?: boolean | null;
  mfa_phone_max_frequency?: number | null;
  mfa_phone_otp_length?: number | null;
  mfa_phone_template?: string | null;
  nimbus_oauth_client_id?: string | null;
  nimbus_oauth_client_secret?: string | null;
  oauth_server_enabled?: boolean | null;
  oauth_server_allow_dynamic_registration?: boolean | null;
  oauth_server_authorization_path?: string | null;
  custom_oauth_enabled?: boolean;
};
export type UpdateStorageConfigBody = {
  fileSizeLimit?: number;
  features?: {
    imageTransformation?: { enabled: boolean };
    s3Protocol?: { enabled: boolean };
    icebergCatalog?: { enabled: boolean; maxNamespaces: number; maxTables: number; maxCatalogs: number };
    vectorBuckets?: { enabled: boolean; maxBuckets: number; maxIndexes: number };
  };
  external?: { upstreamTarget: "main" | "canary" };
};
export type UpdateSupavisorConfigBody = {
  default_pool_size?: number | null;
  pool_mode?: "transaction" | "session";
};
export type UpdateSupavisorConfigResponse = { default_pool_size: number | null; pool_mode: string };
export type V1BackupsResponse = {
  region: string;
  walg_enabled: boolean;
  pitr_enabled: boolean;
  backups: readonly {
    id: number;
    is_physical_backup: boolean;
    status: "COMPLETED" | "FAILED" | "PENDING" | "REMOVED" | "ARCHIVED" | "CANCELLED";
    inserted_at: string;
  }[];
  physical_backup_data: {
    earliest_physical_backup_date_unix?: number;
    latest_physical_backup_date_unix?: number;
  };
};
export type V1CreateProjectBody = {
  db_pass: string;
  name: string;
  organization_id?: string;
  organization_slug: string;
  plan?: "free" | "pro";
  region?:
    | "us-east-1"
    | "us-east-2"
    | "us-west-1"
    | "us-west-2"
    | "ap-east-1"
    | "ap-southeast-1"
    | "ap-northeast-1"
    | "ap-northeast-2"
    | "ap-southeast-2"
    | "eu-west-1"
    | "eu-west-2"
    | "eu-west-3"
    | "eu-north-1"
    | "eu-central-1"
    | "eu-central-2"
    | "ca-central-1"
    | "ap-south-1"
    | "sa-east-1";
  region_selection?:
    | {
        type: "specific";
        code:
          | "us-east-1"
          | "us-east-2"
          | "us-west-1"
          | "us-west-2"
          | "ap-east-1"
          | "ap-southeast-1"
          | "ap-northeast-1"
          | "ap-northeast-2"
          | "ap-southeast-2"
          | "eu-west-1"
          | "eu-west-2"
          | "eu-west-3"
          | "eu-north-1"
          | "eu-central-1"
          | "eu-central-2"
          | "ca-central-1"
          | "ap-south-1"
          | "sa-east-1";
      }
    | { type: "smartGroup"; code: "americas" | "emea" | "apac" };
  kps_enabled?: boolean;
  desired_instance_size?:
    | "nano"
    | "micro"
    | "small"
    | "medium"
    | "large"
    | "xlarge"
    | "2xlarge"
    | "4xlarge"
    | "8xlarge"
    | "12xlarge"
    | "16xlarge"
    | "24xlarge"
    | "24xlarge_optimized_memory"
    | "24xlarge_optimized_cpu"
    | "24xlarge_high_memory"
    | "48xlarge"
    | "48xlarge_optimized_memory"
    | "48xlarge_optimized_cpu"
    | "48xlarge_high_memory";
  template_url?: string;
};
export type V1ProjectRefResponse = { id: number; ref: string; name: string };
export type V1ProjectResponse = {
  id: string;
  ref: string;
  organization_id: string;
  organization_slug: string;
  name: string;
  region: string;
  created_at: string;
  status:
    | "INACTIVE"
    | "ACTIVE_HEALTHY"
    | "ACTIVE_UNHEALTHY"
    | "COMING_UP"
    | "UNKNOWN"
    | "GOING_DOWN"
    | "INIT_FAILED"
    | "REMOVED"
    | "RESTORING"
    | "UPGRADING"
    | "PAUSING"
    | "RESTORE_FAILED"
    | "RESTARTING"
    | "PAUSE_FAILED"
    | "RESIZING";
};
export type V1ProjectWithDatabaseResponse = {
  id: string;
  ref: string;
  organization_id: string;
  organization_slug: string;
  name: string;
  region: string;
  created_at: string;
  status:
    | "INACTIVE"
    | "ACTIVE_HEALTHY"
    | "ACTIVE_UNHEALTHY"
    | "COMING_UP"
    | "UNKNOWN"
    | "GOING_DOWN"
    | "INIT_FAILED"
    | "REMOVED"
    | "RESTORING"
    | "UPGRADING"
    | "PAUSING"
    | "RESTORE_FAILED"
    | "RESTARTING"
    | "PAUSE_FAILED"
    | "RESIZING";
  database: { host: string; version: string; postgres_engine: string; release_channel: string };
};
export type V1RestoreBackupBody = { id: number };
export type V1RestorePitrBody = { recovery_time_target_unix: number };
export type V1RunQueryBody = { query: string; parameters?: readonly unknown[]; read_only?: boolean };
export type V1UpdatePasswordBody = { password: string };
export type V1UpdatePasswordResponse = { message: string };
export type V1UpdateProjectBody = { name: string };

export interface Operations {
  "GET /v1/projects": {
    path: Record<never, never>;
    query: Record<never, never>;
    body: undefined;
    answer: readonly V1ProjectWithDatabaseResponse[];
  };
  "POST /v1/projects": {
    path: Record<never, never>;
    query: Record<never, never>;
    body: V1CreateProjectBody;
    answer: V1ProjectResponse;
  };
  "GET /v1/projects/{ref}": {
    path: { ref: string };
    query: Record<never, never>;
    body: undefined;
    answer: V1ProjectWithDatabaseResponse;
  };
  "PATCH /v1/projects/{ref}": {
    path: { ref: string };
    query: Record<never, never>;
    body: V1UpdateProjectBody;
    answer: V1ProjectRefResponse;
  };
  "DELETE /v1/projects/{ref}": {
    path: { ref: string };
    query: Record<never, never>;
    body: undefined;
    answer: V1ProjectRefResponse;
  };
  "POST /v1/projects/{ref}/restore": {
    path: { ref: string };
    query: Record<never, never>;
    body: undefined;
    answer: unknown;
  };
  "PATCH /v1/projects/{ref}/database/password": {
    path: { ref: string };
    query: Record<never, never>;
    body: V1UpdatePasswordBody;
    answer: V1UpdatePasswordResponse;
  };
  "POST /v1/projects/{ref}/database/query": {
    path: { ref: string };
    query: Record<never, never>;
    body: V1RunQueryBody;
    answer: unknown;
  };
  "GET /v1/organizations/{slug}/projects": {
    path: { slug: string };
    query: {
      offset?: number;
      limit?: number;
      search?: string;
      sort?: "name_asc" | "name_desc" | "created_asc" | "created_desc";
      statuses?: string;
    };
    body: undefined;
    answer: OrganizationProjectsResponse;
  };
  "GET /v1/projects/{ref}/api-keys": {
    path: { ref: string };
    query: { reveal?: boolean };
    body: undefined;
    answer: readonly ApiKeyResponse[];
  };
  "PUT /v1/projects/{ref}/api-keys/legacy": {
    path: { ref: string };
    query: { enabled: boolean };
    body: undefined;
    answer: LegacyApiKeysResponse;
  };
  "GET /v1/projects/{ref}/network-restrictions": {
    path: { ref: string };
    query: Record<never, never>;
    body: undefined;
    answer: NetworkRestrictionsResponse;
  };
  "POST /v1/projects/{ref}/network-restrictions/apply": {
    path: { ref: string };
    query: Record<never, never>;
    body: NetworkRestrictionsRequest;
    answer: NetworkRestrictionsResponse;
  };
  "GET /v1/projects/{ref}/ssl-enforcement": {
    path: { ref: string };
    query: Record<never, never>;
    body: undefined;
    answer: SslEnforcementResponse;
  };
  "PUT /v1/projects/{ref}/ssl-enforcement": {
    path: { ref: string };
    query: Record<never, never>;
    body: SslEnforcementRequest;
    answer: SslEnforcementResponse;
  };
  "GET /v1/projects/{ref}/config/auth": {
    path: { ref: string };
    query: Record<never, never>;
    body: undefined;
    answer: AuthConfigResponse;
  };
  "PATCH /v1/projects/{ref}/config/auth": {
    path: { ref: string };
    query: Record<never, never>;
    body: UpdateAuthConfigBody;
    answer: AuthConfigResponse;
  };
  "GET /v1/projects/{ref}/config/storage": {
    path: { ref: string };
    query: Record<never, never>;
    body: undefined;
    answer: StorageConfigResponse;
  };
  "PATCH /v1/projects/{ref}/config/storage": {
    path: { ref: string };
    query: Record<never, never>;
    body: UpdateStorageConfigBody;
    answer: unknown;
  };
  "GET /v1/projects/{ref}/config/database/pooler": {
    path: { ref: string };
    query: Record<never, never>;
    body: undefined;
    answer: readonly SupavisorConfigResponse[];
  };
  "PATCH /v1/projects/{ref}/config/database/pooler": {
    path: { ref: string };
    query: Record<never, never>;
    body: UpdateSupavisorConfigBody;
    answer: UpdateSupavisorConfigResponse;
  };
  "GET /v1/projects/{ref}/billing/addons": {
    path: { ref: string };
    query: Record<never, never>;
    body: undefined;
    answer: ListProjectAddonsResponse;
  };
  "PATCH /v1/projects/{ref}/billing/addons": {
    path: { ref: string };
    query: Record<never, never>;
    body: ApplyProjectAddonBody;
    answer: unknown;
  };
  "DELETE /v1/projects/{ref}/billing/addons/{addon_variant}": {
    path: { ref: string; addon_variant: string };
    query: Record<never, never>;
    body: undefined;
    answer: unknown;
  };
  "POST /v1/projects/{ref}/read-replicas/setup": {
    path: { ref: string };
    query: Record<never, never>;
    body: SetUpReadReplicaBody;
    answer: unknown;
  };
  "POST /v1/projects/{ref}/read-replicas/remove": {
    path: { ref: string };
    query: Record<never, never>;
    body: RemoveReadReplicaBody;
    answer: unknown;
  };
  "GET /v1/projects/{ref}/database/backups": {
    path: { ref: string };
    query: Record<never, never>;
    body: undefined;
    answer: V1BackupsResponse;
  };
  "POST /v1/projects/{ref}/database/backups/restore": {
    path: { ref: string };
    query: Record<never, never>;
    body: V1RestoreBackupBody;
    answer: unknown;
  };
  "POST /v1/projects/{ref}/database/backups/restore-pitr": {
    path: { ref: string };
    query: Record<never, never>;
    body: V1RestorePitrBody;
    answer: unknown;
  };
}
