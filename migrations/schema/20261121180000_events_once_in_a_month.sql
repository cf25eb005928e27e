-- migrate:up

-- Two batches that share ids, under way at the same time, and sent without times of their own, were stored twice: each
-- gave them the moment at which it came, and neither saw the other. The months that still take events get a key of
-- their own beneath the table's, without the time: the later of the two waits for the earlier, and leaves the event
-- out. What was stored twice before goes, the later of the two. Meanwhile others wait for the month that is now: on a
-- large one make the index beforehand, outside of this, under its name:
--   CREATE UNIQUE INDEX CONCURRENTLY events_before_once ON public.events_before (user_id, id)
DO $$
DECLARE
  part record;
BEGIN
  FOR part IN
    SELECT c.relname AS name FROM pg_catalog.pg_inherits AS i JOIN pg_catalog.pg_class AS c ON c.oid = i.inhrelid
    CROSS JOIN LATERAL (SELECT pg_catalog.pg_get_expr(c.relpartbound, c.oid) AS bound) AS b
    WHERE i.inhparent = 'public.events'::regclass
      AND coalesce((regexp_match(b.bound, 'TO \(''([^'']+)''\)'))[1]::timestamptz > now() - interval '31 days', true)
  LOOP
    EXECUTE format('DELETE FROM public.%1$I AS later USING public.%1$I AS first
                    WHERE first.user_id = later.user_id AND first.id = later.id
                      AND (first.received_at, first.occurred_at) < (later.received_at, later.occurred_at)', part.name);
    EXECUTE format('CREATE UNIQUE INDEX IF NOT EXISTS %I ON public.%I (user_id, id)', part.name || '_once', part.name);
  END LOOP;
END $$;

-- As before, and each month has that key from its beginning.
CREATE OR REPLACE FUNCTION public.events_month(day date) RETURNS boolean
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
  EXECUTE format('CREATE UNIQUE INDEX %I ON public.%I (user_id, id)', name || '_once', name);
  EXECUTE format('WITH moved AS (DELETE FROM public.events_other WHERE occurred_at >= %L AND occurred_at < %L RETURNING *)
                  INSERT INTO public.%I SELECT * FROM moved', first, next, name);
  EXECUTE format('ALTER TABLE public.events ATTACH PARTITION public.%I FOR VALUES FROM (%L) TO (%L)', name, first, next);
  RETURN true;
EXCEPTION WHEN invalid_object_definition THEN
  RETURN false; -- the month lies in a partition that is there
END $$;

-- As before; where months go to the archive, events are not the cleanup's to take.
CREATE FUNCTION public.cleanup_batch(older_than interval, batch integer, keep_events boolean, OUT events bigint, OUT users bigint, OUT busy boolean)
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
  IF NOT keep_events THEN
    DELETE FROM public.events AS e USING (
      SELECT o.user_id, o.id, o.occurred_at FROM public.events AS o
      WHERE o.occurred_at < now() - older_than
        AND o.tableoid NOT IN (SELECT d.objoid FROM pg_catalog.pg_description AS d
                               WHERE d.classoid = 'pg_catalog.pg_class'::regclass AND d.description = 'restored from the archive')
      LIMIT batch
    ) AS old WHERE e.user_id = old.user_id AND e.id = old.id AND e.occurred_at = old.occurred_at;
    GET DIAGNOSTICS events = ROW_COUNT;
  END IF;
  DELETE FROM public.users AS u USING (
    SELECT o.id FROM public.users AS o
    WHERE o.created_at < now() - older_than
      AND NOT EXISTS (SELECT FROM public.events AS e WHERE e.user_id = o.id)
      AND NOT EXISTS (SELECT FROM public.files AS f WHERE f.user_id = o.id)
    LIMIT batch
  ) AS old WHERE u.id = old.id;
  GET DIAGNOSTICS users = ROW_COUNT;
END $$;

CREATE OR REPLACE FUNCTION public.cleanup_batch(older_than interval, batch integer, OUT events bigint, OUT users bigint, OUT busy boolean)
  LANGUAGE sql SECURITY DEFINER SET search_path = ''
  AS $$ SELECT * FROM public.cleanup_batch(older_than, batch, false) $$;

REVOKE ALL ON FUNCTION public.cleanup_batch(interval, integer, boolean) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION public.cleanup_batch(interval, integer, boolean) TO app;

-- migrate:down

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

DROP FUNCTION public.cleanup_batch(interval, integer, boolean);

CREATE OR REPLACE FUNCTION public.events_month(day date) RETURNS boolean
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

DO $$
DECLARE
  key record;
BEGIN
  FOR key IN
    SELECT k.relname AS name FROM pg_catalog.pg_inherits AS i JOIN pg_catalog.pg_index AS x ON x.indrelid = i.inhrelid
    JOIN pg_catalog.pg_class AS k ON k.oid = x.indexrelid
    WHERE i.inhparent = 'public.events'::regclass AND k.relname ~ '^events_.*_once$' AND NOT x.indisprimary
  LOOP
    EXECUTE format('DROP INDEX public.%I', key.name);
  END LOOP;
END $$;
