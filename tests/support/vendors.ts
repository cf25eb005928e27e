import type { Cluster } from "./cluster.ts";

/**
 * A database laid out as Supabase does it: its roles, its schemas auth, storage, realtime and extensions, policies by
 * auth.uid(), and an owner who is no superuser. Without Supabase's services: only what a move meets.
 */
export async function dressAsSupabase(cluster: Cluster): Promise<void> {
  await cluster.sql(`
    CREATE ROLE supa LOGIN CREATEROLE CREATEDB REPLICATION BYPASSRLS PASSWORD 'secret-supa';
    CREATE ROLE anon NOLOGIN; CREATE ROLE authenticated NOLOGIN; CREATE ROLE service_role NOLOGIN BYPASSRLS;
    CREATE ROLE supabase_auth_admin LOGIN CREATEROLE PASSWORD 'secret-supabase_auth_admin';
    CREATE ROLE supabase_storage_admin NOLOGIN; CREATE ROLE supabase_admin NOLOGIN;
    GRANT anon, authenticated, service_role, supabase_auth_admin, pg_monitor TO supa;`);
  await cluster.sql("CREATE DATABASE app OWNER supa");
  await cluster.sql(
    `
    CREATE SCHEMA extensions; GRANT USAGE ON SCHEMA extensions TO supa, anon, authenticated;
    CREATE EXTENSION pgcrypto SCHEMA extensions;
    CREATE SCHEMA auth AUTHORIZATION supabase_auth_admin;
    SET ROLE supabase_auth_admin;
    CREATE TABLE auth.users (id uuid PRIMARY KEY, email text UNIQUE, encrypted_password varchar(255), raw_user_meta_data jsonb, created_at timestamptz);
    CREATE TABLE auth.identities (provider_id text, user_id uuid NOT NULL REFERENCES auth.users ON DELETE CASCADE, id uuid PRIMARY KEY);
    CREATE FUNCTION auth.uid() RETURNS uuid LANGUAGE sql STABLE AS $$
      SELECT nullif(current_setting('request.jwt.claims', true)::json ->> 'sub', '')::uuid $$;
    GRANT USAGE ON SCHEMA auth TO anon, authenticated, service_role, supa;
    RESET ROLE;
    INSERT INTO auth.users SELECT md5(i::text)::uuid, i || '@example.org', extensions.crypt('p' || i, extensions.gen_salt('bf', 4)), '{}', '2026-01-01'
      FROM generate_series(1, 50) i;
    CREATE SCHEMA storage AUTHORIZATION supabase_storage_admin;
    CREATE TABLE storage.objects (id uuid PRIMARY KEY, name text); INSERT INTO storage.objects VALUES (gen_random_uuid(), 'a.png');
    CREATE SCHEMA realtime AUTHORIZATION supabase_admin; CREATE TABLE realtime.messages (id int);
    CREATE FUNCTION public.told() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN END $$;
    CREATE EVENT TRIGGER pgrst_ddl_watch ON ddl_command_end EXECUTE FUNCTION public.told();
    ALTER FUNCTION public.told OWNER TO supa;
    CREATE PUBLICATION supabase_realtime;
    SET ROLE supa;
    CREATE TABLE public.todos (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, user_id uuid NOT NULL DEFAULT auth.uid(), what text,
      made timestamptz DEFAULT now());
    ALTER TABLE public.todos ENABLE ROW LEVEL SECURITY;
    CREATE POLICY own ON public.todos TO authenticated USING (auth.uid() = user_id) WITH CHECK (auth.uid() = user_id);
    GRANT SELECT, INSERT, UPDATE, DELETE ON public.todos TO authenticated, service_role;
    INSERT INTO public.todos (user_id, what) SELECT md5((1 + i % 50)::text)::uuid, 'do ' || i FROM generate_series(1, 5000) i;`,
    undefined,
    "app",
  );
}

/** A database with RDS's limits: its master is no superuser, may make roles, subscribe and replicate. */
export async function dressAsRds(cluster: Cluster): Promise<void> {
  await cluster.sql(`
    CREATE ROLE rds_superuser NOLOGIN; CREATE ROLE rds_replication NOLOGIN;
    GRANT pg_create_subscription, pg_monitor, pg_signal_backend TO rds_superuser;
    CREATE ROLE master LOGIN CREATEROLE CREATEDB REPLICATION PASSWORD 'secret-master';
    GRANT rds_superuser, rds_replication TO master;`);
  await cluster.sql("CREATE DATABASE app OWNER master");
}
