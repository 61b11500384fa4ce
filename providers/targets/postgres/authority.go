package postgres

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/rotadeck/rotadeck/engine"
)

// refusal is a kind of statement that the administrator may not make, by how it
// begins, and whom it would have to be a member of to do so.
type refusal struct {
	start, role, option string
	superuser           bool // the role is one
}

// authorityQuery lists the refusals among the remedies of compareQuery, whose
// parameters it has. Who may grant is whoever has the privileges of the owner,
// or a grant option (manual, GRANT); who may hand an object over, or set default
// privileges, has those of the roles that are concerned. Who creates a role does
// not have its privileges by that, unless createrole_self_grant says so.
func authorityQuery(version int) string {
	parameters := ""
	if version >= parametersHaveACL {
		parameters = compareParameters
	}
	return "WITH " + strings.Join([]string{
		compareRoles, compareObjects + parameters + ")", compareDefaults, compareMemberships, compareOwned, authorityRoles,
	}, ",") + authorityRows
}

const authorityRoles = `
me AS (SELECT rolsuper, rolcreaterole AND current_setting('server_version_num')::int < 160000 AS admits FROM pg_roles WHERE rolname = current_user),
apart AS (
	SELECT rolname FROM slot, me WHERE CASE WHEN there THEN NOT pg_has_role(oid, 'USAGE')
	ELSE NOT me.rolsuper AND coalesce(current_setting('createrole_self_grant', true), '') !~ 'inherit' END)`

const authorityRows = `
SELECT start, role, option, coalesce(rolsuper, false) FROM (
SELECT format('GRANT %s ON %s %s TO ', a.privilege_type, kind, name),
       pg_get_userbyid(CASE owner WHEN 6171 THEN (SELECT datdba FROM pg_database JOIN here USING (oid)) ELSE owner END)::text, ''
FROM object, aclexplode(acl) a
WHERE a.grantee IN (SELECT oid FROM mine) AND NOT pg_has_role(owner, 'USAGE') AND NOT EXISTS (
	SELECT FROM aclexplode(acl) p WHERE p.privilege_type = a.privilege_type AND p.is_grantable
	AND CASE p.grantee WHEN 0 THEN true ELSE pg_has_role(p.grantee, 'USAGE') END)
UNION
SELECT format('GRANT %s ON SCHEMA %I TO ', privilege_type, nspname), pg_get_userbyid(datdba), ''
FROM pg_namespace n JOIN pg_database ON datname = current_database(), aclexplode(coalesce(nspacl, acldefault('n', nspowner)))
WHERE nspowner = 6171 AND NOT has_schema_privilege(n.oid, privilege_type || ' WITH GRANT OPTION')
UNION
SELECT format('GRANT %s (%I) ON TABLE %s.%I TO ', privilege_type, attname, relnamespace::regnamespace, relname), pg_get_userbyid(relowner), ''
FROM touched JOIN pg_attribute ON attrelid = objid AND attnum = objsubid JOIN pg_class c ON c.oid = attrelid, aclexplode(attacl)
WHERE classid = 'pg_class'::regclass AND objsubid > 0 AND NOT has_column_privilege(attrelid, attnum, privilege_type || ' WITH GRANT OPTION')
UNION
SELECT format('ALTER POLICY %I ON %s.%I TO ', polname, relnamespace::regnamespace, relname), pg_get_userbyid(relowner), ''
FROM touched JOIN pg_policy p ON p.oid = objid JOIN pg_class c ON c.oid = polrelid
WHERE classid = 'pg_policy'::regclass AND NOT pg_has_role(relowner, 'USAGE')
UNION
SELECT format('ALTER %s %s OWNER TO ', CASE type WHEN 'statistics object' THEN 'STATISTICS' ELSE upper(type) END, name), role, ''
FROM owned, LATERAL (
	SELECT pg_get_userbyid(owner) WHERE NOT pg_has_role(owner, 'USAGE')
	UNION ALL SELECT rolname FROM apart WHERE rolname = $3) AS r (role)
UNION
SELECT format('ALTER DEFAULT PRIVILEGES FOR ROLE %I', pg_get_userbyid(creator)), pg_get_userbyid(creator), ''
FROM default_acl WHERE creator NOT IN (SELECT oid FROM slot) AND NOT pg_has_role(creator, 'USAGE')
UNION
SELECT format('ALTER DEFAULT PRIVILEGES FOR ROLE "%s"', replace(rolname, '"', '""')), rolname, '' FROM apart
UNION
SELECT format('GRANT %s TO ', role), pg_get_userbyid(roleid), ' WITH ADMIN OPTION'
FROM membership JOIN pg_roles r ON r.oid = roleid, me
WHERE NOT pg_has_role(roleid, 'USAGE WITH ADMIN OPTION') AND (r.rolsuper OR NOT admits)
) AS refusal (start, role, option) LEFT JOIN pg_roles ON rolname = role ORDER BY start, role`

// permit returns an *engine.Problem that tells what the administrator may not do
// of p, and what would let it.
func (t *Target) permit(ctx context.Context, c *comparison, p levelPlan) error {
	var refusals []refusal
	err := t.session(ctx, func(s session) error {
		rows, err := s.Query(ctx, authorityQuery(c.version), c.old.user, c.next.user, c.owner)
		if err != nil {
			return err
		}
		refusals, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (r refusal, err error) {
			return r, row.Scan(&r.start, &r.role, &r.option, &r.superuser)
		})
		return err
	})
	if err != nil {
		return fmt.Errorf("look at what the administrator may do: %w", err)
	}
	return c.refused(p, refusals)
}

// refused words the refusals that p meets.
func (c *comparison) refused(p levelPlan, refusals []refusal) error {
	var refused, hints []string
	for statement := range strings.SplitSeq(strings.Join(p.statements, separator), separator) {
		for _, r := range refusals {
			if !strings.HasPrefix(statement, r.start) {
				continue
			}
			if !slices.Contains(refused, statement) {
				refused = append(refused, statement)
			}
			if hint := c.admitting(r); !slices.Contains(hints, hint) {
				hints = append(hints, hint)
			}
		}
	}
	if len(refused) == 0 {
		return nil
	}
	others := ""
	if n := len(refused) - 1; n > 0 {
		others = fmt.Sprintf(" (and %d more of the kind)", n)
	}
	return engine.NewProblem(nil, strings.Join(hints, "; "), "the administrator %s may not %s%s", c.admin, refused[0], others)
}

// admitting is what lets the administrator make what it is refused. Membership
// of a superuser is no advice: there, a grant option for the one privilege is.
func (c *comparison) admitting(r refusal) string {
	member := "GRANT " + quote(r.role) + " TO " + quote(c.admin) + r.option
	option := strings.TrimSuffix(r.start, " TO ") + " TO " + quote(c.admin) + " WITH GRANT OPTION"
	isGrant := strings.HasPrefix(r.start, "GRANT ") && r.option == ""
	_, ours := c.has[r.role]
	switch {
	case isGrant && r.superuser:
		return option
	case isGrant:
		return member + ", or " + option
	case r.superuser:
		return "do it as a superuser"
	case ours && !c.exists(r.role):
		return creating(r.role) + ", then " + member
	}
	return member
}
