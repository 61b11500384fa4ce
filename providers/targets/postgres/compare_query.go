package postgres

// compareQuery lists what two users have: $1 is the old one, $2 the next. Its
// columns are those of holding; statements speak of the next user.
//
// Privileges come from the access control lists of each catalogue (manual,
// section 5.8); an owner's own are left out, being part of ownership. Objects
// that are nobody's but one session's (pg_temp) and row types of tables are
// not compared.
//
// Only objects that pg_shdepend connects with one of the users are looked at:
// the server keeps there, indexed by role, who owns an object or stands in its
// access control list (manual, chapter System Catalogs). So the cost grows with
// what the users have, not with the database. Roles that initdb makes are not in there; those
// that may log in are superusers, whom the preflight refuses.
const compareQuery = `
WITH slot AS (SELECT * FROM pg_roles WHERE rolname IN ($1, $2)),
mine AS (SELECT oid FROM slot),
touched AS (
	SELECT DISTINCT classid, objid, objsubid FROM pg_shdepend
	WHERE refclassid = 'pg_authid'::regclass AND refobjid IN (SELECT oid FROM mine)
	AND dbid IN (0, (SELECT oid FROM pg_database WHERE datname = current_database()))),
object (kind, name, owner, acl) AS (
	SELECT CASE relkind WHEN 'S' THEN 'SEQUENCE' ELSE 'TABLE' END, format('%s.%I', relnamespace::regnamespace, relname), relowner, relacl
	FROM touched JOIN pg_class c ON c.oid = objid
	WHERE classid = 'pg_class'::regclass AND objsubid = 0
	AND relkind IN ('r', 'p', 'v', 'm', 'f', 'S') AND relnamespace::regnamespace::text !~ '^pg_(toast|temp)'
	UNION ALL
	SELECT 'SCHEMA', format('%I', nspname), nspowner, nspacl FROM touched JOIN pg_namespace ON oid = objid
	WHERE classid = 'pg_namespace'::regclass AND nspname !~ '^pg_(toast|temp)'
	UNION ALL
	SELECT 'DATABASE', format('%I', datname), datdba, datacl FROM touched JOIN pg_database ON oid = objid
	WHERE classid = 'pg_database'::regclass
	UNION ALL
	SELECT CASE prokind WHEN 'p' THEN 'PROCEDURE' ELSE 'FUNCTION' END,
	       format('%s.%I(%s)', pronamespace::regnamespace, proname, pg_get_function_identity_arguments(objid)), proowner, proacl
	FROM touched JOIN pg_proc p ON p.oid = objid
	WHERE classid = 'pg_proc'::regclass
	UNION ALL
	SELECT 'TYPE', format('%s.%I', typnamespace::regnamespace, typname), typowner, typacl
	FROM touched JOIN pg_type t ON t.oid = objid
	WHERE classid = 'pg_type'::regclass AND typrelid = 0 AND typelem = 0
	UNION ALL
	SELECT 'LANGUAGE', format('%I', lanname), lanowner, lanacl FROM touched JOIN pg_language ON oid = objid
	WHERE classid = 'pg_language'::regclass
	UNION ALL
	SELECT 'TABLESPACE', format('%I', spcname), spcowner, spcacl FROM touched JOIN pg_tablespace ON oid = objid
	WHERE classid = 'pg_tablespace'::regclass
	UNION ALL
	SELECT 'FOREIGN SERVER', format('%I', srvname), srvowner, srvacl FROM touched JOIN pg_foreign_server ON oid = objid
	WHERE classid = 'pg_foreign_server'::regclass
	UNION ALL
	SELECT 'FOREIGN DATA WRAPPER', format('%I', fdwname), fdwowner, fdwacl FROM touched JOIN pg_foreign_data_wrapper ON oid = objid
	WHERE classid = 'pg_foreign_data_wrapper'::regclass),
privilege (grantee, privilege, kind, name, grantable) AS (
	SELECT grantee, privilege_type, kind, name, is_grantable
	FROM object, aclexplode(acl) WHERE grantee <> owner
	UNION ALL
	SELECT grantee, format('%s (%I)', privilege_type, attname), 'TABLE', format('%s.%I', relnamespace::regnamespace, relname), is_grantable
	FROM touched JOIN pg_attribute ON attrelid = objid AND attnum = objsubid
	     JOIN pg_class c ON c.oid = attrelid, aclexplode(attacl)
	WHERE classid = 'pg_class'::regclass AND objsubid > 0 AND NOT attisdropped AND grantee <> relowner),
default_acl (creator, schema, kind, grantee, privilege, grantable) AS (
	SELECT quote_ident(pg_get_userbyid(defaclrole)), nullif(defaclnamespace, 0)::regnamespace::text,
	       CASE defaclobjtype WHEN 'r' THEN 'TABLES' WHEN 'S' THEN 'SEQUENCES' WHEN 'f' THEN 'FUNCTIONS'
	            WHEN 'T' THEN 'TYPES' WHEN 'n' THEN 'SCHEMAS' ELSE 'LARGE OBJECTS' END,
	       grantee, privilege_type, is_grantable
	FROM touched JOIN pg_default_acl d ON d.oid = objid, aclexplode(defaclacl)
	WHERE classid = 'pg_default_acl'::regclass AND grantee <> defaclrole),
membership AS (
	SELECT member, quote_ident(pg_get_userbyid(roleid)) AS role, bool_or(admin_option) AS admin
	FROM pg_auth_members WHERE member IN (SELECT oid FROM mine) GROUP BY member, roleid),
setting AS (
	SELECT setrole, quote_ident(datname) AS place,
	       split_part(entry, '=', 1) AS name, substr(entry, strpos(entry, '=') + 1) AS value
	FROM pg_db_role_setting LEFT JOIN pg_database d ON d.oid = setdatabase, unnest(setconfig) AS entry
	WHERE setrole IN (SELECT oid FROM mine))
SELECT rolname::text, what, value, give, take
FROM slot, LATERAL (
	SELECT 1, format('%s on %s %s', privilege, lower(kind), name), '',
	       format('GRANT %s ON %s %s TO %I', privilege, kind, name, $2),
	       format('REVOKE %s ON %s %s FROM %I', privilege, kind, name, $2)
	FROM privilege WHERE grantee = slot.oid
	UNION ALL
	SELECT 2, format('%s on %s %s for others', privilege, lower(kind), name), '',
	       format('GRANT %s ON %s %s TO %I WITH GRANT OPTION', privilege, kind, name, $2),
	       format('REVOKE GRANT OPTION FOR %s ON %s %s FROM %I', privilege, kind, name, $2)
	FROM privilege WHERE grantee = slot.oid AND grantable
	UNION ALL
	SELECT 3, format('owns %s %s', lower(kind), name), '', '', ''
	FROM object WHERE owner = slot.oid
	UNION ALL
	SELECT 4, format('member of %s', role), '',
	       format('GRANT %s TO %I', role, $2), format('REVOKE %s FROM %I', role, $2)
	FROM membership WHERE member = slot.oid
	UNION ALL
	SELECT 5, format('may admit members to %s', role), '',
	       format('GRANT %s TO %I WITH ADMIN OPTION', role, $2), format('REVOKE ADMIN OPTION FOR %s FROM %I', role, $2)
	FROM membership WHERE member = slot.oid AND admin
	UNION ALL
	SELECT 6, format('%s on future %s of %s%s', privilege, lower(kind), creator, coalesce(' in schema ' || schema, '')), '',
	       format('ALTER DEFAULT PRIVILEGES FOR ROLE %s%s GRANT %s ON %s TO %I%s',
	              creator, coalesce(' IN SCHEMA ' || schema, ''), privilege, kind, $2, CASE WHEN grantable THEN ' WITH GRANT OPTION' END),
	       format('ALTER DEFAULT PRIVILEGES FOR ROLE %s%s REVOKE %s ON %s FROM %I',
	              creator, coalesce(' IN SCHEMA ' || schema, ''), privilege, kind, $2)
	FROM default_acl WHERE grantee = slot.oid
	UNION ALL
	SELECT 7, format('lets %s have %s on its future %s%s', coalesce(quote_ident(pg_get_userbyid(nullif(d.grantee, 0))), 'everyone'),
	                 privilege, lower(kind), coalesce(' in schema ' || schema, '')), '',
	       format('ALTER DEFAULT PRIVILEGES FOR ROLE %I%s GRANT %s ON %s TO %s', $2, coalesce(' IN SCHEMA ' || schema, ''),
	              privilege, kind, coalesce(quote_ident(pg_get_userbyid(nullif(d.grantee, 0))), 'PUBLIC')),
	       format('ALTER DEFAULT PRIVILEGES FOR ROLE %I%s REVOKE %s ON %s FROM %s', $2, coalesce(' IN SCHEMA ' || schema, ''),
	              privilege, kind, coalesce(quote_ident(pg_get_userbyid(nullif(d.grantee, 0))), 'PUBLIC'))
	FROM default_acl d WHERE creator = quote_ident(slot.rolname)
	UNION ALL
	SELECT 8, attribute, '', format('ALTER ROLE %I %s', $2, attribute), format('ALTER ROLE %I %s', $2, opposite)
	FROM (VALUES (rolsuper, 'SUPERUSER', 'NOSUPERUSER'), (NOT rolinherit, 'NOINHERIT', 'INHERIT'),
	             (rolcreaterole, 'CREATEROLE', 'NOCREATEROLE'), (rolcreatedb, 'CREATEDB', 'NOCREATEDB'),
	             (rolreplication, 'REPLICATION', 'NOREPLICATION'), (rolbypassrls, 'BYPASSRLS', 'NOBYPASSRLS'))
	     AS a (held, attribute, opposite) WHERE held
	UNION ALL
	SELECT 9, 'CONNECTION LIMIT', rolconnlimit::text,
	       format('ALTER ROLE %I CONNECTION LIMIT %s', $2, rolconnlimit), format('ALTER ROLE %I CONNECTION LIMIT -1', $2)
	WHERE rolconnlimit >= 0
	UNION ALL
	SELECT 9, 'VALID UNTIL', rolvaliduntil::text,
	       format('ALTER ROLE %I VALID UNTIL %L', $2, rolvaliduntil), format('ALTER ROLE %I VALID UNTIL ''infinity''', $2)
	WHERE isfinite(rolvaliduntil)
	UNION ALL
	-- Lists of names are kept quoted as they must stand in SET (pg_dump does the same).
	SELECT 10, 'setting ' || name || coalesce(' in database ' || place, ''), value,
	       format('ALTER ROLE %I%s SET %I TO ', $2, ' IN DATABASE ' || place, name) || CASE
	       WHEN name IN ('search_path', 'temp_tablespaces', 'local_preload_libraries', 'session_preload_libraries')
	       THEN coalesce(nullif(value, ''), '''''') ELSE quote_literal(value) END,
	       format('ALTER ROLE %I%s RESET %I', $2, ' IN DATABASE ' || place, name)
	FROM setting WHERE setrole = slot.oid
) AS held (rank, what, value, give, take)
ORDER BY rank, what, rolname`
