package postgres

// compareQuery lists what two users have: $1 is the old one, $2 the next. Its
// columns are those of holding; statements speak of the next user.
//
// Privileges come from the access control lists of each catalogue (manual,
// section 5.8); an owner's own are left out, being part of ownership. Objects
// that are nobody's but one session's (pg_temp) and row types of tables are
// not compared.
const compareQuery = `
WITH slot AS (SELECT * FROM pg_roles WHERE rolname IN ($1, $2)),
mine AS (SELECT oid FROM slot),
object (kind, name, owner, acl) AS (
	SELECT CASE relkind WHEN 'S' THEN 'SEQUENCE' ELSE 'TABLE' END, format('%I.%I', nspname, relname), relowner, relacl
	FROM pg_class JOIN pg_namespace n ON n.oid = relnamespace
	WHERE relkind IN ('r', 'p', 'v', 'm', 'f', 'S') AND nspname !~ '^pg_(toast|temp)'
	UNION ALL
	SELECT 'SCHEMA', format('%I', nspname), nspowner, nspacl FROM pg_namespace WHERE nspname !~ '^pg_(toast|temp)'
	UNION ALL
	SELECT 'DATABASE', format('%I', datname), datdba, datacl FROM pg_database
	UNION ALL
	SELECT CASE prokind WHEN 'p' THEN 'PROCEDURE' ELSE 'FUNCTION' END,
	       format('%I.%I(%s)', nspname, proname, pg_get_function_identity_arguments(p.oid)), proowner, proacl
	FROM pg_proc p JOIN pg_namespace n ON n.oid = pronamespace
	WHERE proacl IS NOT NULL OR proowner IN (SELECT oid FROM mine)
	UNION ALL
	SELECT 'TYPE', format('%I.%I', nspname, typname), typowner, typacl
	FROM pg_type JOIN pg_namespace n ON n.oid = typnamespace WHERE typrelid = 0 AND typelem = 0
	UNION ALL
	SELECT 'LANGUAGE', format('%I', lanname), lanowner, lanacl FROM pg_language
	UNION ALL
	SELECT 'TABLESPACE', format('%I', spcname), spcowner, spcacl FROM pg_tablespace
	UNION ALL
	SELECT 'FOREIGN SERVER', format('%I', srvname), srvowner, srvacl FROM pg_foreign_server
	UNION ALL
	SELECT 'FOREIGN DATA WRAPPER', format('%I', fdwname), fdwowner, fdwacl FROM pg_foreign_data_wrapper),
privilege (grantee, privilege, kind, name, grantable) AS (
	SELECT grantee, privilege_type, kind, name, is_grantable
	FROM object, aclexplode(acl) WHERE grantee <> owner
	UNION ALL
	SELECT grantee, format('%s (%I)', privilege_type, attname), 'TABLE', format('%I.%I', nspname, relname), is_grantable
	FROM pg_attribute JOIN pg_class c ON c.oid = attrelid JOIN pg_namespace n ON n.oid = relnamespace, aclexplode(attacl)
	WHERE attacl IS NOT NULL AND NOT attisdropped AND grantee <> relowner),
default_acl (creator, schema, kind, grantee, privilege, grantable) AS (
	SELECT quote_ident(pg_get_userbyid(defaclrole)), quote_ident(nspname),
	       CASE defaclobjtype WHEN 'r' THEN 'TABLES' WHEN 'S' THEN 'SEQUENCES' WHEN 'f' THEN 'FUNCTIONS'
	            WHEN 'T' THEN 'TYPES' WHEN 'n' THEN 'SCHEMAS' ELSE 'LARGE OBJECTS' END,
	       grantee, privilege_type, is_grantable
	FROM pg_default_acl LEFT JOIN pg_namespace n ON n.oid = defaclnamespace, aclexplode(defaclacl)
	WHERE grantee <> defaclrole),
membership AS (
	SELECT member, quote_ident(pg_get_userbyid(roleid)) AS role, bool_or(admin_option) AS admin
	FROM pg_auth_members GROUP BY member, roleid),
setting AS (
	SELECT setrole, quote_ident(datname) AS place,
	       split_part(entry, '=', 1) AS name, substr(entry, strpos(entry, '=') + 1) AS value
	FROM pg_db_role_setting LEFT JOIN pg_database d ON d.oid = setdatabase, unnest(setconfig) AS entry)
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
