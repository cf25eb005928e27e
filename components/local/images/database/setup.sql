-- Run at each start by `configure`: makes what is missing, renews passwords. Values come by environment.
\set ON_ERROR_STOP on
\set QUIET on
\getenv database DATABASE_NAME
\getenv owner_password OWNER_PASSWORD
\getenv app_password APP_PASSWORD
\getenv monitor_password MONITOR_PASSWORD
-- No statement below may reach the log: they hold passwords.
SET log_min_duration_statement = -1;
SET log_min_error_statement = panic;
SET log_statement = 'none';
SET lock_timeout = 0;

SELECT format('CREATE ROLE %I', name) FROM unnest(ARRAY['owner', 'app', 'monitor']) AS name
 WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name) \gexec
-- `owner` owns the database and runs migrations; `app` only uses it, under row-level security.
ALTER ROLE owner   LOGIN NOSUPERUSER NOCREATEROLE NOCREATEDB NOREPLICATION NOBYPASSRLS PASSWORD :'owner_password';
ALTER ROLE app     LOGIN NOSUPERUSER NOCREATEROLE NOCREATEDB NOREPLICATION NOBYPASSRLS PASSWORD :'app_password';
ALTER ROLE monitor LOGIN NOSUPERUSER NOCREATEROLE NOCREATEDB NOREPLICATION NOBYPASSRLS PASSWORD :'monitor_password'
  CONNECTION LIMIT 4;
GRANT pg_monitor TO monitor;

SELECT format('CREATE DATABASE %I OWNER owner', :'database')
 WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = :'database') \gexec
SELECT format('REVOKE ALL ON DATABASE %I FROM PUBLIC', :'database') \gexec
SELECT format('GRANT CONNECT ON DATABASE %I TO app, monitor', :'database') \gexec
REVOKE CONNECT ON DATABASE postgres, template1 FROM PUBLIC;

\connect :"database"
\getenv extensions DATABASE_EXTENSIONS
SELECT format('CREATE EXTENSION IF NOT EXISTS %I', name)
  FROM unnest(string_to_array(:'extensions', ',')) AS name WHERE name <> '' \gexec
-- Tables that migrations make are the app's to use, unless a migration says otherwise.
ALTER DEFAULT PRIVILEGES FOR ROLE owner IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO app;
ALTER DEFAULT PRIVILEGES FOR ROLE owner IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO app;
