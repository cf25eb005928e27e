-- migrate:up

-- Run by the role that owns everything here. `app` serves requests and gets only what is granted below; `monitor`
-- reads figures. Both roles are there before the first migration.

-- Defaults of the database may have given `app` rights on tables that are not its business.
DO $$
BEGIN
  IF to_regclass('public.schema_migrations') IS NOT NULL THEN
    REVOKE ALL ON public.schema_migrations FROM app;
  END IF;
END $$;

-- Whose request this is: set by the app for one transaction (SET LOCAL), empty otherwise.
CREATE FUNCTION public.app_user_id() RETURNS uuid
  LANGUAGE sql STABLE PARALLEL SAFE SET search_path = ''
  AS $$ SELECT nullif(current_setting('app.user_id', true), '')::uuid $$;

CREATE TABLE public.users (
  id         uuid PRIMARY KEY,
  created_at timestamptz NOT NULL DEFAULT now()
);

-- The key holds the user: an id is unique per user, so nobody learns of others' ids by colliding with them.
-- Partitioning by date adds occurred_at to it.
CREATE TABLE public.events (
  id          uuid NOT NULL,
  user_id     uuid NOT NULL REFERENCES public.users (id) ON DELETE CASCADE,
  name        text NOT NULL CHECK (name ~ '^[a-z][a-z0-9_.:-]{0,63}$'),
  properties  jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(properties) = 'object'),
  occurred_at timestamptz NOT NULL,
  received_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (user_id, id)
);
-- What insights and cleanup walk along; the first answers from the index alone.
CREATE INDEX events_by_time ON public.events (occurred_at) INCLUDE (name, user_id);
CREATE INDEX events_by_user ON public.events (user_id, occurred_at);

CREATE TABLE public.files (
  id           uuid PRIMARY KEY,
  user_id      uuid NOT NULL REFERENCES public.users (id) ON DELETE CASCADE,
  name         text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
  content_type text NOT NULL,
  bytes        bigint NOT NULL CHECK (bytes > 0),
  sha256       text NOT NULL CHECK (sha256 ~ '^[0-9a-f]{64}$'),
  created_at   timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX files_by_user ON public.files (user_id, created_at DESC);

-- One row a day and event name; the name '*' is all of them together.
CREATE TABLE public.daily_rollups (
  day          date NOT NULL,
  name         text NOT NULL,
  events       bigint NOT NULL,
  unique_users bigint NOT NULL,
  PRIMARY KEY (day, name)
);

CREATE SCHEMA ops;
CREATE TABLE ops.backups (
  id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  kind        text NOT NULL,
  label       text,
  started_at  timestamptz NOT NULL,
  finished_at timestamptz NOT NULL,
  bytes       bigint NOT NULL DEFAULT 0,
  ok          boolean NOT NULL
);
CREATE INDEX backups_by_time ON ops.backups (finished_at DESC);

-- Row-level security, for the owner too: what may see all rows says so by a policy.
ALTER TABLE public.users  ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.users  FORCE  ROW LEVEL SECURITY;
ALTER TABLE public.events ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.events FORCE  ROW LEVEL SECURITY;
ALTER TABLE public.files  ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.files  FORCE  ROW LEVEL SECURITY;

CREATE POLICY own ON public.users TO app
  USING (id = (SELECT public.app_user_id())) WITH CHECK (id = (SELECT public.app_user_id()));
CREATE POLICY own ON public.events TO app
  USING (user_id = (SELECT public.app_user_id())) WITH CHECK (user_id = (SELECT public.app_user_id()));
CREATE POLICY own ON public.files TO app
  USING (user_id = (SELECT public.app_user_id())) WITH CHECK (user_id = (SELECT public.app_user_id()));
CREATE POLICY maintenance ON public.users  TO CURRENT_USER USING (true) WITH CHECK (true);
CREATE POLICY maintenance ON public.events TO CURRENT_USER USING (true) WITH CHECK (true);
CREATE POLICY maintenance ON public.files  TO CURRENT_USER USING (true) WITH CHECK (true);

-- What the caller may see: its own rows as `app`, all rows as the owner. Days are UTC's.
CREATE FUNCTION public.insights(days integer) RETURNS jsonb
  LANGUAGE sql STABLE SET search_path = ''
  AS $$
  WITH calendar AS (
    SELECT day::date AS day
    FROM generate_series((now() AT TIME ZONE 'utc')::date - (days - 1), (now() AT TIME ZONE 'utc')::date, '1 day') AS day
  ), seen AS MATERIALIZED (
    SELECT name, user_id, (occurred_at AT TIME ZONE 'utc')::date AS day
    FROM public.events
    WHERE occurred_at >= ((now() AT TIME ZONE 'utc')::date - (days - 1)) AT TIME ZONE 'utc'
      AND occurred_at < ((now() AT TIME ZONE 'utc')::date + 1) AT TIME ZONE 'utc'
  ), top AS (
    SELECT name, count(*) AS events, count(DISTINCT user_id) AS users
    FROM seen GROUP BY name ORDER BY events DESC, name LIMIT 8
  ), daily AS (
    SELECT day, count(*) AS events, count(DISTINCT user_id) AS users FROM seen GROUP BY day
  )
  SELECT jsonb_build_object(
    'events', (SELECT count(*) FROM seen),
    'uniqueUsers', (SELECT count(DISTINCT user_id) FROM seen),
    'top', (SELECT coalesce(jsonb_agg(jsonb_build_object('name', name, 'events', events, 'users', users)
                                      ORDER BY events DESC, name), '[]') FROM top),
    'daily', (SELECT jsonb_agg(jsonb_build_object('day', to_char(day, 'YYYY-MM-DD'),
                                                  'events', coalesce(events, 0), 'users', coalesce(users, 0))
                               ORDER BY day) FROM calendar LEFT JOIN daily USING (day))
  ) $$;

-- The functions below see all rows, as their owner, and give away nothing but sums.
CREATE FUNCTION public.insights_of_all(days integer) RETURNS jsonb
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = ''
  AS $$ SELECT public.insights(days) $$;

CREATE FUNCTION public.events_today() RETURNS bigint
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = ''
  AS $$
  SELECT count(*) FROM public.events
  WHERE occurred_at >= (now() AT TIME ZONE 'utc')::date AT TIME ZONE 'utc' $$;

-- One batch of what is past retention: events, then users who left nothing behind. `busy` when another call is at
-- work. The lock is the transaction's: behind a pooler a session is nobody's.
CREATE FUNCTION public.cleanup_batch(older_than interval, batch integer, OUT events bigint, OUT users bigint, OUT busy boolean)
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = ''
  AS $$
BEGIN
  -- Whoever holds the app's password must not be able to empty the tables.
  IF older_than < interval '7 days' THEN RAISE EXCEPTION 'retention is at least 7 days'; END IF;
  IF batch NOT BETWEEN 1 AND 100000 THEN RAISE EXCEPTION 'a batch is 1 to 100000 rows'; END IF;
  events := 0;
  users := 0;
  busy := NOT pg_try_advisory_xact_lock(hashtext('pulse.cleanup'));
  IF busy THEN RETURN; END IF;
  DELETE FROM public.events AS e USING (
    SELECT o.user_id, o.id FROM public.events AS o WHERE o.occurred_at < now() - older_than LIMIT batch
  ) AS old WHERE e.user_id = old.user_id AND e.id = old.id;
  GET DIAGNOSTICS events = ROW_COUNT;
  DELETE FROM public.users AS u USING (
    SELECT o.id FROM public.users AS o
    WHERE o.created_at < now() - older_than
      AND NOT EXISTS (SELECT FROM public.events AS e WHERE e.user_id = o.id)
      AND NOT EXISTS (SELECT FROM public.files AS f WHERE f.user_id = o.id)
    LIMIT batch
  ) AS old WHERE u.id = old.id;
  GET DIAGNOSTICS users = ROW_COUNT;
END $$;

-- Counts the last days anew, today included: events may come late.
CREATE FUNCTION public.roll_up(days integer) RETURNS bigint
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = ''
  AS $$
DECLARE
  first date := (now() AT TIME ZONE 'utc')::date - (days - 1);
  written bigint;
BEGIN
  IF days NOT BETWEEN 1 AND 90 THEN RAISE EXCEPTION '1 to 90 days are rolled up at once'; END IF;
  PERFORM pg_advisory_xact_lock(hashtext('pulse.roll_up'));
  INSERT INTO public.daily_rollups AS r (day, name, events, unique_users)
  SELECT (occurred_at AT TIME ZONE 'utc')::date AS day, coalesce(name, '*'), count(*), count(DISTINCT user_id)
  FROM public.events
  WHERE occurred_at >= first AT TIME ZONE 'utc'
  GROUP BY GROUPING SETS ((1, name), (1))
  ON CONFLICT (day, name) DO UPDATE SET events = excluded.events, unique_users = excluded.unique_users
  WHERE (r.events, r.unique_users) IS DISTINCT FROM (excluded.events, excluded.unique_users);
  GET DIAGNOSTICS written = ROW_COUNT;
  RETURN written;
END $$;

REVOKE ALL ON public.users, public.events, public.files, public.daily_rollups FROM PUBLIC, app;
REVOKE ALL ON FUNCTION public.app_user_id(), public.insights(integer), public.insights_of_all(integer),
  public.events_today(), public.cleanup_batch(interval, integer), public.roll_up(integer) FROM PUBLIC;
GRANT SELECT, INSERT ON public.users, public.events, public.files TO app;
GRANT SELECT ON public.daily_rollups TO app;
GRANT USAGE ON SCHEMA ops TO app, monitor;
GRANT SELECT ON ops.backups TO app, monitor;
GRANT EXECUTE ON FUNCTION public.app_user_id(), public.insights(integer), public.insights_of_all(integer),
  public.events_today(), public.cleanup_batch(interval, integer), public.roll_up(integer) TO app;

-- migrate:down

DROP FUNCTION public.roll_up(integer);
DROP FUNCTION public.cleanup_batch(interval, integer);
DROP FUNCTION public.events_today();
DROP FUNCTION public.insights_of_all(integer);
DROP FUNCTION public.insights(integer);
DROP TABLE ops.backups;
DROP SCHEMA ops;
DROP TABLE public.daily_rollups;
DROP TABLE public.files;
DROP TABLE public.events;
DROP TABLE public.users;
DROP FUNCTION public.app_user_id();
