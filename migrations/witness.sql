-- What a database holds, without any of it: yields the statement that says it as one JSON, and the tables' names.
-- Of tables that are the owner's: of a vendor's own, which change by themselves, nothing is promised. Schemas that
-- `rung.without` names, apart by commas, are left out. A row's text must not depend on who asks.
SET DateStyle = 'ISO'; SET IntervalStyle = 'postgres'; SET TimeZone = 'UTC'; SET bytea_output = 'hex';
SET extra_float_digits = 1; SET search_path = '';
WITH owned AS (
  SELECT c.oid, format('%I.%I', n.nspname, c.relname) AS name, c.relkind
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relkind IN ('r', 'p') AND c.relpersistence = 'p' AND n.nspname !~ '^pg_'
    AND n.nspname <> 'information_schema'
    AND n.nspname <> ALL (string_to_array(coalesce(current_setting('rung.without', true), ''), ','))
    AND pg_has_role(current_user, c.relowner, 'USAGE')
    AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')
), filled AS (SELECT * FROM owned WHERE relkind = 'r'), each AS (
  SELECT coalesce(string_agg(format('SELECT %L AS name, count(*) AS rows,
    coalesce(sum(hashtextextended(t::text, 0)::numeric), 0)::text AS digest FROM ONLY %s AS t', name, name),
    ' UNION ALL ' ORDER BY name), 'SELECT NULL AS name, 0 AS rows, '''' AS digest WHERE false') AS counts,
    coalesce(array_agg(oid), '{}')::text AS tables, (SELECT coalesce(array_agg(oid), '{}')::text FROM owned) AS policed,
    coalesce(array_agg(name ORDER BY name), '{}') AS names
  FROM filled
)
SELECT format($$SELECT json_build_object(
  'at', to_char(now() AT TIME ZONE 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
  'system', (SELECT system_identifier::text FROM pg_control_system()),
  'tables', (SELECT coalesce(json_object_agg(name, json_build_object('rows', rows, 'digest', digest) ORDER BY name), '{}') FROM (%1$s) AS t),
  'roles', (SELECT json_agg(rolname ORDER BY rolname) FROM pg_roles WHERE rolname !~ '^pg_'),
  'schema', (SELECT md5(string_agg(line, E'\n' ORDER BY line COLLATE "C")) FROM (
    SELECT format('%%s %%s %%s %%s', a.attrelid::regclass, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull) AS line
      FROM pg_attribute a WHERE a.attrelid = ANY (%2$L::oid[]) AND a.attnum > 0 AND NOT a.attisdropped
    UNION ALL SELECT format('%%s %%s %%s', k.conrelid::regclass, k.conname, pg_get_constraintdef(k.oid)) FROM pg_constraint k
      WHERE k.conrelid = ANY (%2$L::oid[])
    UNION ALL SELECT pg_get_indexdef(x.indexrelid) FROM pg_index x WHERE x.indrelid = ANY (%2$L::oid[])
    UNION ALL SELECT format('%%s %%s %%s', p.polrelid::regclass, p.polname, pg_get_expr(p.polqual, p.polrelid)) FROM pg_policy p
      WHERE p.polrelid = ANY (%3$L::oid[])
  ) AS lines)) AS witness$$, counts, tables, policed) AS statement, names FROM each
