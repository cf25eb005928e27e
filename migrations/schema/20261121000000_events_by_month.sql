-- migrate:up

-- Events lie in one partition a month, UTC's, by occurred_at. Those that are there already become one partition of
-- their own: attached, not copied. Meanwhile others wait for the table: for one look at each row, and for the index
-- that comes first. On a large table make that beforehand, outside of this, under its name:
--   CREATE UNIQUE INDEX CONCURRENTLY events_before_key ON public.events (user_id, id, occurred_at)
-- rung:allow require-concurrent-index-creation: made beforehand on a large table, as said above
-- rung:allow renaming-table: a table of the old name is there before anyone can ask for it
-- rung:allow adding-serial-primary-key-field: the table that gets it is new, and empty
CREATE UNIQUE INDEX IF NOT EXISTS events_before_key ON public.events (user_id, id, occurred_at);
ALTER TABLE public.events RENAME TO events_before;
ALTER INDEX public.events_pkey RENAME TO events_before_once;
ALTER INDEX public.events_by_time RENAME TO events_before_by_time;
ALTER INDEX public.events_by_user RENAME TO events_before_by_user;

-- The key holds what the table is partitioned by, as PostgreSQL asks. That an id is there once, whatever its time, is
-- the trigger's to see to.
CREATE TABLE public.events (LIKE public.events_before INCLUDING DEFAULTS INCLUDING CONSTRAINTS)
  PARTITION BY RANGE (occurred_at);
ALTER TABLE public.events ADD CONSTRAINT events_pkey PRIMARY KEY (user_id, id, occurred_at);
ALTER TABLE public.events ADD CONSTRAINT events_user_id_fkey
  FOREIGN KEY (user_id) REFERENCES public.users (id) ON DELETE CASCADE;
CREATE INDEX events_by_time ON public.events (occurred_at) INCLUDE (name, user_id);
CREATE INDEX events_by_user ON public.events (user_id, occurred_at);
ALTER TABLE public.events ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.events FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON public.events TO app
  USING (user_id = (SELECT public.app_user_id())) WITH CHECK (user_id = (SELECT public.app_user_id()));
CREATE POLICY maintenance ON public.events TO CURRENT_USER USING (true) WITH CHECK (true);
REVOKE ALL ON public.events FROM PUBLIC, app;
GRANT SELECT, INSERT ON public.events TO app;

-- Whoever asks for a partition by its name comes past the policies of the table: nobody may but its owner.
CREATE FUNCTION public.events_close(partition regclass) RETURNS void
  LANGUAGE plpgsql SET search_path = ''
  AS $$
DECLARE
  who regrole;
BEGIN
  EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', partition);
  EXECUTE format('REVOKE ALL ON %s FROM PUBLIC', partition);
  FOR who IN
    SELECT DISTINCT held.grantee::regrole FROM pg_catalog.pg_class AS c, pg_catalog.aclexplode(c.relacl) AS held
    WHERE c.oid = partition AND held.grantee <> c.relowner AND held.grantee <> 0
  LOOP
    EXECUTE format('REVOKE ALL ON %s FROM %s', partition, who);
  END LOOP;
END $$;

-- What has no month of its own: rows of a copy that was masked, or made up. No insert fails for want of a partition.
CREATE TABLE public.events_other PARTITION OF public.events DEFAULT;
SELECT public.events_close('public.events_other');

DO $$
DECLARE
  until timestamptz;
BEGIN
  IF NOT EXISTS (SELECT FROM public.events_before) THEN
    DROP TABLE public.events_before;
    RETURN;
  END IF;
  SELECT (date_trunc('month', greatest(max(occurred_at), now()) AT TIME ZONE 'utc') + interval '1 month') AT TIME ZONE 'utc'
    INTO until FROM public.events_before;
  ALTER TABLE public.events_before DROP CONSTRAINT events_before_once;
  ALTER TABLE public.events_before ADD CONSTRAINT events_before_pkey PRIMARY KEY USING INDEX events_before_key;
  DROP POLICY own ON public.events_before;
  DROP POLICY maintenance ON public.events_before;
  ALTER TABLE public.events_before NO FORCE ROW LEVEL SECURITY;
  PERFORM public.events_close('public.events_before');
  EXECUTE format('ALTER TABLE public.events ATTACH PARTITION public.events_before FOR VALUES FROM (MINVALUE) TO (%L)', until);
END $$;

-- Makes the partition that a day's events belong into, and moves what came before it there. Attached and not made in
-- its place: others read and write the table meanwhile.
CREATE FUNCTION public.events_month(day date) RETURNS boolean
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = ''
  AS $$
DECLARE
  month timestamp := date_trunc('month', day::timestamp);
  first timestamptz := month AT TIME ZONE 'utc';
  next timestamptz := (month + interval '1 month') AT TIME ZONE 'utc';
  name text := 'events_' || to_char(month, 'YYYY_MM');
BEGIN
  IF to_regclass('public.' || name) IS NOT NULL THEN RETURN false; END IF;
  EXECUTE format('CREATE TABLE public.%I (LIKE public.events INCLUDING DEFAULTS INCLUDING CONSTRAINTS)', name);
  PERFORM public.events_close(format('public.%I', name)::regclass);
  EXECUTE format('WITH moved AS (DELETE FROM public.events_other WHERE occurred_at >= %L AND occurred_at < %L RETURNING *)
                  INSERT INTO public.%I SELECT * FROM moved', first, next, name);
  EXECUTE format('ALTER TABLE public.events ATTACH PARTITION public.%I FOR VALUES FROM (%L) TO (%L)', name, first, next);
  RETURN true;
EXCEPTION WHEN invalid_object_definition THEN
  RETURN false; -- the month lies in a partition that is there
END $$;

-- The month before, for events that come late, this one, and some that are to come. Called wherever days are counted,
-- every few hours: what finds the table busy, or a move to another stage that copies the tables there were, is done then.
CREATE FUNCTION public.events_ahead(months integer) RETURNS integer
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = ''
  AS $$
DECLARE
  made integer := 0;
  patience text := current_setting('lock_timeout');
BEGIN
  IF months NOT BETWEEN 0 AND 24 THEN RAISE EXCEPTION '0 to 24 months are made ahead'; END IF;
  IF EXISTS (SELECT FROM pg_catalog.pg_publication WHERE pubname ~ '^rung_(move|back)_') THEN RETURN 0; END IF;
  PERFORM set_config('lock_timeout', '2s', true);
  FOR ahead IN -1..months LOOP
    IF public.events_month(((now() AT TIME ZONE 'utc') + make_interval(months => ahead))::date) THEN made := made + 1; END IF;
  END LOOP;
  PERFORM set_config('lock_timeout', patience, true);
  RETURN made;
EXCEPTION WHEN lock_not_available OR deadlock_detected OR check_violation THEN
  RAISE WARNING 'no partition was made ahead: %', SQLERRM;
  RETURN 0;
END $$;

-- An event that is sent again is stored once, although a repetition without a time of its own comes with another. A
-- batch that is sent again while the first is under way waits for it, by its first id: a lock for each id would fill the
-- server's table of locks, and one for each user would hold up users who send much. Planned once, as the
-- owner, whom no policy slows, and for an index although the table is empty then.
CREATE FUNCTION public.events_once() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' SET plan_cache_mode = force_generic_plan
  SET enable_seqscan = off SET enable_bitmapscan = off
  AS $$
BEGIN
  IF coalesce(current_setting('pulse.first', true), '') = '' THEN
    PERFORM pg_advisory_xact_lock(hashtextextended('pulse.events ' || NEW.user_id::text || NEW.id::text, 0));
    PERFORM set_config('pulse.first', NEW.id::text, true);
  END IF;
  IF EXISTS (SELECT FROM public.events AS e WHERE e.user_id = NEW.user_id AND e.id = NEW.id) THEN
    RETURN NULL;
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER once BEFORE INSERT ON public.events FOR EACH ROW EXECUTE FUNCTION public.events_once();

-- As before, and by the key that there is now; what was brought back from the archive is left alone.
CREATE OR REPLACE FUNCTION public.cleanup_batch(older_than interval, batch integer, OUT events bigint, OUT users bigint, OUT busy boolean)
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
    SELECT o.user_id, o.id, o.occurred_at FROM public.events AS o
    WHERE o.occurred_at < now() - older_than
      AND o.tableoid NOT IN (SELECT d.objoid FROM pg_catalog.pg_description AS d
                             WHERE d.classoid = 'pg_catalog.pg_class'::regclass AND d.description = 'restored from the archive')
    LIMIT batch
  ) AS old WHERE e.user_id = old.user_id AND e.id = old.id AND e.occurred_at = old.occurred_at;
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

-- As before, and sees to the partitions of the months to come.
CREATE OR REPLACE FUNCTION public.roll_up(days integer) RETURNS bigint
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = ''
  AS $$
DECLARE
  first date := (now() AT TIME ZONE 'utc')::date - (days - 1);
  written bigint;
BEGIN
  IF days NOT BETWEEN 1 AND 90 THEN RAISE EXCEPTION '1 to 90 days are rolled up at once'; END IF;
  PERFORM pg_advisory_xact_lock(hashtext('pulse.roll_up'));
  PERFORM public.events_ahead(3);
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

REVOKE ALL ON FUNCTION public.events_close(regclass), public.events_month(date), public.events_ahead(integer),
  public.events_once() FROM PUBLIC;
SELECT public.events_ahead(3);

-- migrate:down

DROP TRIGGER once ON public.events;
CREATE TABLE public.events_whole (LIKE public.events INCLUDING DEFAULTS INCLUDING CONSTRAINTS);
INSERT INTO public.events_whole SELECT DISTINCT ON (user_id, id) * FROM public.events ORDER BY user_id, id, received_at;
DROP TABLE public.events;
ALTER TABLE public.events_whole RENAME TO events;
ALTER TABLE public.events ADD CONSTRAINT events_pkey PRIMARY KEY (user_id, id);
ALTER TABLE public.events ADD CONSTRAINT events_user_id_fkey
  FOREIGN KEY (user_id) REFERENCES public.users (id) ON DELETE CASCADE;
CREATE INDEX events_by_time ON public.events (occurred_at) INCLUDE (name, user_id);
CREATE INDEX events_by_user ON public.events (user_id, occurred_at);
ALTER TABLE public.events ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.events FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON public.events TO app
  USING (user_id = (SELECT public.app_user_id())) WITH CHECK (user_id = (SELECT public.app_user_id()));
CREATE POLICY maintenance ON public.events TO CURRENT_USER USING (true) WITH CHECK (true);
REVOKE ALL ON public.events FROM PUBLIC, app;
GRANT SELECT, INSERT ON public.events TO app;
DROP FUNCTION public.events_once();
DROP FUNCTION public.events_ahead(integer);
DROP FUNCTION public.events_month(date);
DROP FUNCTION public.events_close(regclass);

CREATE OR REPLACE FUNCTION public.cleanup_batch(older_than interval, batch integer, OUT events bigint, OUT users bigint, OUT busy boolean)
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

CREATE OR REPLACE FUNCTION public.roll_up(days integer) RETURNS bigint
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
