package postgres

import "strings"

// compareQuery lists what roles have: $1 is the user of the old slot, $2 that of
// the next, $3 the owner role or nothing. Its columns are those of holding;
// statements come in two or more parts, around the name of whom they are about.
//
// Privileges come from the access control lists of each catalogue (manual,
// section 5.8); what an owner has as such is marked as implied. Objects that
// are nobody's but one session's (pg_temp) and row types of tables are not
// compared, nor is pg_hba.conf, which is no part of any database.
//
// Only objects that pg_shdepend connects with one of the roles are looked at:
// the server keeps there, indexed by role, who owns an object, stands in its
// access control list or is named by a policy (manual, chapter System
// Catalogs). So the cost grows with what the roles have, not with the database.
// Roles that initdb makes are not in there; those that may log in are
// superusers, whom the preflight refuses.
func compareQuery(version int) string {
	parameters := ""
	if version >= parametersHaveACL {
		parameters = compareParameters
	}
	return "WITH " + strings.Join([]string{
		compareRoles, compareObjects + parameters + ")", comparePrivileges, compareDefaults, compareMemberships, compareSettings, compareOwned,
	}, ",") + compareRows
}

// parametersHaveACL is the version since which parameters can be granted.
const parametersHaveACL = 150000

// A role that is not there yet is taken for what CREATE ROLE would make of it;
// its oid is none that the server gives out.
const compareRoles = `
slot AS (
	SELECT oid, rolname::text, rolcanlogin, rolsuper, rolinherit, rolcreaterole, rolcreatedb, rolreplication, rolbypassrls, rolconnlimit, rolvaliduntil, true AS there
	FROM pg_roles WHERE rolname IN ($1, $2, $3)
	UNION ALL
	SELECT (4294967290 + n)::oid, name, false, false, true, false, false, false, false, -1, NULL, false
	FROM unnest(ARRAY[$1, $2, $3]::text[]) WITH ORDINALITY AS wanted (name, n)
	WHERE name <> '' AND name NOT IN (SELECT rolname FROM pg_roles)),
mine AS (SELECT oid FROM slot WHERE there),
slots AS (SELECT oid FROM slot WHERE rolname IN ($1, $2)),
here AS (SELECT oid, datname FROM pg_database WHERE datname = current_database()),
touched AS (
	SELECT DISTINCT classid, objid, objsubid FROM pg_shdepend
	WHERE refclassid = 'pg_authid'::regclass AND refobjid IN (SELECT oid FROM mine)
	AND dbid IN (0, (SELECT oid FROM here)))`

const compareObjects = `
object (kind, name, owner, acl) AS (
	SELECT CASE relkind WHEN 'S' THEN 'SEQUENCE' ELSE 'TABLE' END, format('%s.%I', relnamespace::regnamespace, relname), relowner,
	       coalesce(relacl, acldefault(CASE relkind WHEN 'S' THEN 's' ELSE 'r' END::"char", relowner))
	FROM touched JOIN pg_class c ON c.oid = objid
	WHERE classid = 'pg_class'::regclass AND objsubid = 0
	AND relkind IN ('r', 'p', 'v', 'm', 'f', 'S') AND relnamespace::regnamespace::text !~ '^pg_(toast|temp)'
	UNION ALL
	SELECT 'SCHEMA', format('%I', nspname), nspowner, coalesce(nspacl, acldefault('n', nspowner)) FROM touched JOIN pg_namespace ON oid = objid
	WHERE classid = 'pg_namespace'::regclass AND nspname !~ '^pg_(toast|temp)'
	UNION ALL
	SELECT 'DATABASE', format('%I', datname), datdba, coalesce(datacl, acldefault('d', datdba)) FROM touched JOIN pg_database ON oid = objid
	WHERE classid = 'pg_database'::regclass
	UNION ALL
	SELECT CASE prokind WHEN 'p' THEN 'PROCEDURE' ELSE 'FUNCTION' END,
	       format('%s.%I(%s)', pronamespace::regnamespace, proname, CASE prokind
	       WHEN 'a' THEN (SELECT string_agg(format_type(type, NULL), ', ' ORDER BY n) FROM unnest(proargtypes) WITH ORDINALITY AS a (type, n))
	       ELSE pg_get_function_identity_arguments(objid) END),
	       proowner, coalesce(proacl, acldefault('f', proowner))
	FROM touched JOIN pg_proc p ON p.oid = objid
	WHERE classid = 'pg_proc'::regclass
	UNION ALL
	SELECT 'TYPE', format('%s.%I', typnamespace::regnamespace, typname), typowner, coalesce(typacl, acldefault('T', typowner))
	FROM touched JOIN pg_type t ON t.oid = objid
	WHERE classid = 'pg_type'::regclass AND NOT (typelem <> 0 AND typlen = -1)
	UNION ALL
	SELECT 'LANGUAGE', format('%I', lanname), lanowner, coalesce(lanacl, acldefault('l', lanowner)) FROM touched JOIN pg_language ON oid = objid
	WHERE classid = 'pg_language'::regclass
	UNION ALL
	SELECT 'TABLESPACE', format('%I', spcname), spcowner, coalesce(spcacl, acldefault('t', spcowner)) FROM touched JOIN pg_tablespace ON oid = objid
	WHERE classid = 'pg_tablespace'::regclass
	UNION ALL
	SELECT 'FOREIGN SERVER', format('%I', srvname), srvowner, coalesce(srvacl, acldefault('S', srvowner)) FROM touched JOIN pg_foreign_server ON oid = objid
	WHERE classid = 'pg_foreign_server'::regclass
	UNION ALL
	SELECT 'FOREIGN DATA WRAPPER', format('%I', fdwname), fdwowner, coalesce(fdwacl, acldefault('F', fdwowner))
	FROM touched JOIN pg_foreign_data_wrapper ON oid = objid
	WHERE classid = 'pg_foreign_data_wrapper'::regclass
	UNION ALL
	SELECT 'LARGE OBJECT', oid::text, lomowner, coalesce(lomacl, acldefault('L', lomowner)) FROM touched JOIN pg_largeobject_metadata ON oid = objid
	WHERE classid = 'pg_largeobject'::regclass`

const compareParameters = `
	UNION ALL
	SELECT 'PARAMETER', parname, 10, paracl FROM touched JOIN pg_parameter_acl ON oid = objid
	WHERE classid = 'pg_parameter_acl'::regclass`

// A privilege that somebody else than the owner has granted can only be taken
// back by who granted it. Whoever owns the database has what pg_database_owner
// (6171, since version 14) has, which owns the schema public.
const comparePrivileges = `
privilege (grantee, privilege, kind, name, grantable, grantor, class) AS (
	SELECT grantee, privilege_type, kind, name, is_grantable, nullif(grantor, owner), CASE
		WHEN grantee <> owner THEN 'privilege'
		WHEN EXISTS (SELECT FROM aclexplode(acl) p WHERE p.grantee = 0 AND p.privilege_type = a.privilege_type) THEN 'implied for all'
		ELSE 'implied' END
	FROM object, aclexplode(acl) a
	UNION ALL
	SELECT datdba, privilege_type, 'SCHEMA', format('%I', nspname), is_grantable, NULL, CASE
		WHEN EXISTS (SELECT FROM aclexplode(acl) p WHERE p.grantee = 0 AND p.privilege_type = a.privilege_type) THEN 'implied for all'
		ELSE 'implied' END
	FROM pg_namespace JOIN pg_database ON datname = current_database(), LATERAL coalesce(nspacl, acldefault('n', nspowner)) AS acl, aclexplode(acl) a
	WHERE nspowner = 6171 AND grantee = nspowner
	UNION ALL
	SELECT grantee, format('%s (%I)', privilege_type, attname), 'TABLE', format('%s.%I', relnamespace::regnamespace, relname),
	       is_grantable, nullif(grantor, relowner), 'privilege'
	FROM touched JOIN pg_attribute ON attrelid = objid AND attnum = objsubid
	     JOIN pg_class c ON c.oid = attrelid, aclexplode(attacl)
	WHERE classid = 'pg_class'::regclass AND objsubid > 0 AND NOT attisdropped AND grantee <> relowner),
form (suffix, option, revoke, needed) AS (VALUES ('', '', 'REVOKE ', false), (' for others', ' WITH GRANT OPTION', 'REVOKE GRANT OPTION FOR ', true)),
revocation AS (
	SELECT r.*, CASE WHEN grantor IS NULL THEN '' ELSE format('SET ROLE %I;', pg_get_userbyid(grantor)) || chr(10) END AS before,
	       CASE WHEN grantor IS NULL THEN '' ELSE ';' || chr(10) || 'RESET ROLE' END AS after
	FROM privilege r WHERE grantee IN (SELECT oid FROM mine))`

// What a role lets others have on objects that it makes replaces what is built
// in, so both are listed alike: what a role has not been told otherwise is what
// acldefault says.
const compareDefaults = `
made (kind, objtype, builtin) AS (VALUES ('TABLES', 'r', 'r'), ('SEQUENCES', 'S', 's'), ('FUNCTIONS', 'f', 'f'),
	('TYPES', 'T', 'T'), ('SCHEMAS', 'n', 'n'), ('LARGE OBJECTS', 'L', 'L')),
default_acl (creator, schema, kind, grantee, privilege, grantable) AS (
	SELECT defaclrole, nullif(defaclnamespace, 0)::regnamespace::text, kind, grantee, privilege_type, is_grantable
	FROM touched JOIN pg_default_acl d ON d.oid = objid JOIN made ON objtype = defaclobjtype::text, aclexplode(defaclacl)
	WHERE classid = 'pg_default_acl'::regclass AND (defaclnamespace <> 0 OR defaclrole NOT IN (SELECT oid FROM mine))
	UNION ALL
	SELECT r.oid, NULL, kind, grantee, privilege_type, is_grantable
	FROM slot r CROSS JOIN made LEFT JOIN pg_default_acl ON defaclrole = r.oid AND defaclnamespace = 0 AND defaclobjtype = objtype::"char",
	     aclexplode(coalesce(defaclacl, acldefault(builtin::"char", r.oid))))`

// Since version 16 a membership has more options, and may have been granted by
// several: each takes back its own (manual, REVOKE).
const compareMemberships = `
granted AS (
	SELECT member, roleid, quote_ident(pg_get_userbyid(roleid)) AS role, quote_ident(pg_get_userbyid(grantor)) AS grantor, admin_option,
	       coalesce(to_jsonb(m) ->> 'inherit_option', 'true')::bool AS inherit, coalesce(to_jsonb(m) ->> 'set_option', 'true')::bool AS act,
	       to_jsonb(m) ? 'set_option' AS several,
	       row_number() OVER (PARTITION BY member, roleid ORDER BY grantor DESC) = 1 AS last
	FROM pg_auth_members m WHERE member IN (SELECT oid FROM mine)),
membership AS (
	SELECT member, roleid, role, bool_or(admin_option) AS admin,
	       CASE WHEN bool_or(inherit) AND bool_or(act) THEN '' ELSE format('INHERIT %s, SET %s', upper(bool_or(inherit)::text), upper(bool_or(act)::text)) END AS options,
	       CASE WHEN bool_or(several) THEN format(' WITH INHERIT %s, SET %s', upper(bool_or(inherit)::text), upper(bool_or(act)::text)) ELSE '' END AS giving,
	       array_agg(CASE WHEN several THEN ' GRANTED BY ' || grantor ELSE '' END
	       || CASE WHEN last THEN '' ELSE ';' || chr(10) || 'REVOKE ' || role || ' FROM ' END ORDER BY last) AS taking,
	       array_agg(CASE WHEN several THEN ' GRANTED BY ' || grantor ELSE '' END
	       || CASE WHEN last THEN '' ELSE ';' || chr(10) || 'REVOKE ADMIN OPTION FOR ' || role || ' FROM ' END ORDER BY last) AS unadmitting
	FROM granted GROUP BY member, roleid, role)`

// The schema that "$user" stands for is another one for each user.
const compareSettings = `
setting AS (
	SELECT setrole, setdatabase, quote_ident(datname) AS place,
	       split_part(entry, '=', 1) AS name, substr(entry, strpos(entry, '=') + 1) AS value
	FROM pg_db_role_setting LEFT JOIN pg_database d ON d.oid = setdatabase, unnest(setconfig) AS entry
	WHERE setrole = 0 OR setrole IN (SELECT oid FROM mine)),
search (role, path) AS (
	SELECT slot.oid, coalesce((
		SELECT value FROM setting WHERE name = 'search_path' AND setrole IN (0, slot.oid) AND setdatabase IN (0, (SELECT oid FROM here))
		ORDER BY setrole = 0, setdatabase = 0 LIMIT 1), current_setting('search_path'))
	FROM slot JOIN pg_namespace ON nspname = rolname
	WHERE NOT EXISTS (SELECT FROM setting WHERE name = 'role' AND setrole = slot.oid AND setdatabase IN (0, (SELECT oid FROM here))))`

// A sequence that belongs to a column, and a multirange, change hands with what
// they belong to. Extensions never do; some objects only superusers can own.
const compareOwned = `
owned (owner, type, name, alterable) AS (
	SELECT refobjid, type, identity, type NOT IN ('extension', 'event trigger', 'foreign-data wrapper')
	FROM pg_shdepend s, LATERAL pg_identify_object(classid, objid, 0) AS o
	WHERE deptype = 'o' AND refclassid = 'pg_authid'::regclass AND refobjid IN (SELECT oid FROM mine) AND dbid IN (0, (SELECT oid FROM here))
	AND classid NOT IN ('pg_default_acl'::regclass, 'pg_user_mapping'::regclass)
	AND coalesce(schema, '') !~ '^pg_(toast|temp)'
	AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = s.classid AND d.objid = s.objid AND d.deptype IN ('a', 'i')
	                AND d.refclassid = 'pg_class'::regclass AND d.refobjsubid > 0)
	AND NOT (classid = 'pg_type'::regclass AND EXISTS (SELECT FROM pg_type t WHERE t.oid = objid AND typtype = 'm')))`
