package postgres

// compareRows makes a row of everything that a role has.
const compareRows = `
SELECT rolname, class, what, coalesce(value, ''), give, take, shared
FROM slot, LATERAL (` + compareAccess + compareDefaultAccess + compareRole + compareBeyond + `
) AS held (rank, class, what, value, give, take, shared)
ORDER BY rank, what, rolname`

// A policy has one list of roles, so its statement names all of them.
const compareAccess = `
	SELECT 0, 'role', 'there', CASE WHEN rolcanlogin THEN 'LOGIN' END, NULL::text[], NULL::text[], false WHERE there
	UNION ALL
	SELECT 1, 'owner', format('owns %s %s', type, name), '', CASE WHEN alterable THEN
	       ARRAY[format('ALTER %s %s OWNER TO ', CASE type WHEN 'statistics object' THEN 'STATISTICS' ELSE upper(type) END, name), ''] END, NULL, false
	FROM owned WHERE owner = slot.oid
	UNION ALL
	SELECT 2, class, format('%s on %s %s%s', privilege, lower(kind), name, suffix), '',
	       ARRAY[format('GRANT %s ON %s %s TO ', privilege, kind, name), option],
	       ARRAY[format('%s%s%s ON %s %s FROM ', before, revoke, privilege, kind, name), after], true
	FROM revocation JOIN form ON grantable OR NOT needed WHERE grantee = slot.oid
	UNION ALL
	SELECT 3, CASE WHEN pg_get_userbyid(roleid) = $3 THEN 'pattern' ELSE 'member' END, format('member of %s', role), options,
	       ARRAY[format('GRANT %s TO ', role), giving], ARRAY[format('REVOKE %s FROM ', role)] || taking, true
	FROM membership WHERE member = slot.oid
	UNION ALL
	SELECT 4, 'admin', format('may admit members to %s', role), '',
	       ARRAY[format('GRANT %s TO ', role), ' WITH ADMIN OPTION'], ARRAY[format('REVOKE ADMIN OPTION FOR %s FROM ', role)] || unadmitting, true
	FROM membership WHERE member = slot.oid AND admin
	UNION ALL
	SELECT 5, 'policy', format('named by policy %I on table %s', polname, place), '',
	       (SELECT ARRAY[format('ALTER POLICY %I ON %s TO %s', polname, place, string_agg(DISTINCT name, ', '))]
	        FROM unnest(names || ARRAY[quote_ident($2), quote_ident($3)]) AS a (name) WHERE name <> '""'),
	       (SELECT ARRAY[format('ALTER POLICY %I ON %s TO %s', polname, place, string_agg(name, ', '))]
	        FROM unnest(names) AS a (name) WHERE name <> quote_ident($2) HAVING count(*) > 0), true
	FROM touched JOIN pg_policy p ON p.oid = objid JOIN pg_class c ON c.oid = polrelid,
	     LATERAL (SELECT format('%s.%I', relnamespace::regnamespace, relname), (
	              SELECT array_agg(CASE r WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(r)) END) FROM unnest(polroles) AS r)) AS n (place, names)
	WHERE classid = 'pg_policy'::regclass AND slot.oid = ANY (polroles)
	UNION ALL`

const compareDefaultAccess = `
	SELECT 6, 'default', format('%s on future %s of %s%s%s', privilege, lower(kind), maker, ' in schema ' || schema, suffix), '',
	       ARRAY[format('ALTER DEFAULT PRIVILEGES FOR ROLE %s%s GRANT %s ON %s TO ', maker, ' IN SCHEMA ' || schema, privilege, kind), option],
	       ARRAY[format('ALTER DEFAULT PRIVILEGES FOR ROLE %s%s %s%s ON %s FROM ', maker, ' IN SCHEMA ' || schema, revoke, privilege, kind), ''],
	       maker <> quote_ident($3)
	FROM default_acl JOIN form ON grantable OR NOT needed, LATERAL (SELECT quote_ident(pg_get_userbyid(creator))) AS n (maker)
	WHERE grantee = slot.oid AND creator <> slot.oid AND creator NOT IN (SELECT oid FROM slots)
	UNION ALL
	SELECT 7, 'maker', format('lets %s have %s on its future %s%s%s', label, privilege, lower(kind), ' in schema ' || schema, suffix), '',
	       CASE WHEN name IS NULL
	       THEN ARRAY['ALTER DEFAULT PRIVILEGES FOR ROLE ', format('%s GRANT %s ON %s TO ', ' IN SCHEMA ' || schema, privilege, kind), option]
	       ELSE ARRAY['ALTER DEFAULT PRIVILEGES FOR ROLE ', format('%s GRANT %s ON %s TO %s%s', ' IN SCHEMA ' || schema, privilege, kind, name, option)] END,
	       CASE WHEN name IS NULL
	       THEN ARRAY['ALTER DEFAULT PRIVILEGES FOR ROLE ', format('%s %s%s ON %s FROM ', ' IN SCHEMA ' || schema, revoke, privilege, kind), '']
	       ELSE ARRAY['ALTER DEFAULT PRIVILEGES FOR ROLE ', format('%s %s%s ON %s FROM %s', ' IN SCHEMA ' || schema, revoke, privilege, kind, name)] END,
	       name IS NULL OR name NOT IN (quote_ident($1), quote_ident($2), quote_ident($3))
	FROM default_acl JOIN form ON grantable OR NOT needed, LATERAL (SELECT
		CASE WHEN grantee = 0 THEN 'everyone' WHEN grantee = creator THEN 'itself' WHEN grantee IN (SELECT oid FROM slots) THEN 'the other user'
		     ELSE quote_ident(pg_get_userbyid(grantee)) END,
		CASE WHEN grantee = 0 THEN 'PUBLIC' WHEN grantee = creator THEN NULL WHEN grantee IN (SELECT oid FROM slots) THEN quote_ident($1)
		     ELSE quote_ident(pg_get_userbyid(grantee)) END) AS n (label, name)
	WHERE creator = slot.oid
	UNION ALL`

// Lists of names are kept quoted as they must stand in SET (pg_dump does the
// same).
const compareRole = `
	SELECT 8, 'attribute', attribute, '', ARRAY['ALTER ROLE ', ' ' || attribute], ARRAY['ALTER ROLE ', ' ' || opposite], acts
	FROM (VALUES (rolsuper, 'SUPERUSER', 'NOSUPERUSER', false), (NOT rolinherit, 'NOINHERIT', 'INHERIT', false),
	             (rolcreaterole, 'CREATEROLE', 'NOCREATEROLE', true), (rolcreatedb, 'CREATEDB', 'NOCREATEDB', true),
	             (rolreplication, 'REPLICATION', 'NOREPLICATION', false), (rolbypassrls, 'BYPASSRLS', 'NOBYPASSRLS', true))
	     AS a (held, attribute, opposite, acts) WHERE held
	UNION ALL
	SELECT 9, 'limit', 'CONNECTION LIMIT', rolconnlimit::text,
	       ARRAY['ALTER ROLE ', ' CONNECTION LIMIT ' || rolconnlimit], ARRAY['ALTER ROLE ', ' CONNECTION LIMIT -1'], false
	WHERE rolconnlimit >= 0
	UNION ALL
	SELECT 9, 'limit', 'VALID UNTIL', rolvaliduntil::text,
	       ARRAY['ALTER ROLE ', format(' VALID UNTIL %L', rolvaliduntil)], ARRAY['ALTER ROLE ', ' VALID UNTIL ''infinity'''], false
	WHERE isfinite(rolvaliduntil)
	UNION ALL
	SELECT 10, CASE WHEN $3 <> '' AND name = 'role' AND setdatabase = here.oid THEN 'pattern' ELSE 'setting' END,
	       'setting ' || name || coalesce(' in database ' || place, ''), value,
	       ARRAY['ALTER ROLE ', format('%s SET %I TO ', ' IN DATABASE ' || place, name) || CASE
	       WHEN name IN ('search_path', 'temp_tablespaces', 'local_preload_libraries', 'session_preload_libraries')
	       THEN coalesce(nullif(value, ''), '''''') ELSE quote_literal(value) END],
	       ARRAY['ALTER ROLE ', format('%s RESET %I', ' IN DATABASE ' || place, name)], false
	FROM setting, here WHERE setrole = slot.oid
	UNION ALL
	SELECT 11, 'path', format('"$user" in its search_path means schema %I', rolname), '',
	       ARRAY[format('ALTER ROLE %I', $1) || fixed || ';' || chr(10) || 'ALTER ROLE ', fixed], NULL, false
	FROM search, here, LATERAL (SELECT format(' IN DATABASE %I SET search_path TO %s', datname, replace(path, '"$user"', quote_ident(rolname)))) AS f (fixed)
	WHERE role = slot.oid AND path ~ '(^|,)\s*"\$user"\s*(,|$)'
	UNION ALL`

// What stands outside of the database can be seen, not compared in detail, and
// a user mapping has a password that no statement may show.
const compareBeyond = `
	SELECT 12, 'beyond', format('user mapping for server %I', srvname), '', NULL, NULL, true
	FROM pg_user_mappings WHERE umuser = slot.oid AND there
	UNION ALL
	SELECT 13, 'beyond', format('rights in database %I, to be compared there', datname),
	       format('privileges on %s objects, ownership of %s', count(*) FILTER (WHERE deptype <> 'o'), count(*) FILTER (WHERE deptype = 'o')),
	       NULL, NULL, false
	FROM pg_shdepend s JOIN pg_database d ON d.oid = s.dbid
	WHERE refclassid = 'pg_authid'::regclass AND refobjid = slot.oid AND s.dbid <> (SELECT oid FROM here) GROUP BY datname`
