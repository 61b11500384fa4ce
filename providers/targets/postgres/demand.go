package postgres

import (
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/rotadeck/rotadeck/engine"
)

// demand is something that a right needs: the object is there, and the
// administrator may grant the privilege on it.
type demand struct {
	kind      string // as in right.on, or "ROLE" and "CREATOR"
	name      string // quoted, except that of schemas, databases and roles
	column    string // "" for all
	privilege string // "" where only the object counts
	exists    bool
	may       bool
}

// demandQuery says of each (kind, name, column, privilege) whether the object is there
// and whether the administrator may grant. A name of a relation, routine or
// type is quoted; to_reg… returns null for what is not there. Each catalogue is read once, however many
// privileges are asked for.
const demandQuery = `
WITH demand AS (
	SELECT kind, name, column_name, privilege, n, nullif(privilege, '') || ' WITH GRANT OPTION' AS option, CASE
		WHEN kind IN ('TABLE', 'SEQUENCE') THEN to_regclass(name)::oid
		WHEN kind IN ('FUNCTION', 'PROCEDURE', 'ROUTINE') AND name LIKE '%)' THEN to_regprocedure(name)::oid
		WHEN kind IN ('FUNCTION', 'PROCEDURE', 'ROUTINE') THEN to_regproc(name)::oid
		WHEN kind = 'TYPE' THEN to_regtype(name)::oid
		WHEN kind = 'DATABASE' THEN (SELECT oid FROM pg_database WHERE datname = name)
		WHEN kind IN ('ROLE', 'CREATOR') THEN to_regrole(quote_ident(name))::oid
		ELSE to_regnamespace(quote_ident(name))::oid END AS object
	FROM unnest($1::text[], $2::text[], $3::text[], $4::text[]) WITH ORDINALITY AS d (kind, name, column_name, privilege, n)),
denied AS (
	SELECT n FROM demand JOIN pg_class c ON relnamespace = object WHERE CASE
		WHEN kind = 'ALL TABLES IN SCHEMA' AND relkind IN ('r', 'p', 'v', 'm', 'f') THEN NOT has_table_privilege(c.oid, option)
		WHEN kind = 'ALL SEQUENCES IN SCHEMA' AND relkind = 'S' THEN NOT has_sequence_privilege(c.oid, option) END
	UNION ALL
	SELECT n FROM demand JOIN pg_proc p ON pronamespace = object WHERE CASE
		WHEN kind ~ '^ALL (FUNCTIONS|PROCEDURES|ROUTINES)' THEN NOT has_function_privilege(p.oid, option) END)
SELECT kind, name, column_name, privilege, object IS NOT NULL AND (column_name = '' OR attnum IS NOT NULL), coalesce(CASE
	WHEN column_name <> '' THEN has_column_privilege(object, attnum, option)
	WHEN kind = 'ROLE' THEN pg_has_role(object, 'USAGE WITH ADMIN OPTION')
	WHEN kind = 'CREATOR' THEN pg_has_role(object, 'USAGE')
	WHEN kind = 'TABLE' THEN has_table_privilege(object, option)
	WHEN kind = 'SEQUENCE' THEN has_sequence_privilege(object, option)
	WHEN kind = 'TYPE' THEN has_type_privilege(object, option)
	WHEN kind = 'DATABASE' THEN has_database_privilege(object, option)
	WHEN kind = 'SCHEMA' THEN has_schema_privilege(object, option)
	WHEN kind IN ('FUNCTION', 'PROCEDURE', 'ROUTINE') THEN has_function_privilege(object, option)
	WHEN kind LIKE 'ALL %' THEN n NOT IN (SELECT n FROM denied)
	END, privilege = '')
FROM demand LEFT JOIN pg_attribute ON attrelid = object AND attname = column_name AND kind = 'TABLE' AND column_name <> '' AND NOT attisdropped
ORDER BY n`

func readDemand(row pgx.CollectableRow) (demand, error) {
	var d demand
	err := row.Scan(&d.kind, &d.name, &d.column, &d.privilege, &d.exists, &d.may)
	return d, err
}

// columnsOf are the arguments of demandQuery.
func columnsOf(demands []demand) []any {
	var kinds, names, columns, privileges []string
	for _, d := range demands {
		kinds, names = append(kinds, d.kind), append(names, d.name)
		columns, privileges = append(columns, d.column), append(privileges, d.privilege)
	}
	return []any{kinds, names, columns, privileges}
}

// demandsOf lists what rights need. ALL privileges cannot be asked for by name;
// of them only the object is looked at.
func demandsOf(rights []right) []demand {
	var demands []demand
	for _, r := range rights {
		switch {
		case r.isMembership():
			demands = append(demands, demand{kind: "ROLE", name: r.objects[0].name[0]})
		case r.isDefault():
			for _, schema := range r.schemas {
				demands = append(demands, demand{kind: "DEFAULTS IN SCHEMA", name: schema[0]})
			}
			for _, creator := range r.creators {
				demands = append(demands, demand{kind: "CREATOR", name: creator[0]})
			}
		default:
			demands = append(demands, r.demands()...)
		}
	}
	return demands
}

// demands of a grant.
func (r right) demands() []demand {
	var demands []demand
	for _, o := range r.objects {
		d := demand{kind: r.on, name: o.Sanitize()}
		if r.on == "SCHEMA" || r.on == "DATABASE" || strings.HasPrefix(r.on, "ALL ") {
			d.name = o.name[0]
		}
		for _, p := range r.privileges {
			d.privilege, d.column = p.word, ""
			if p.word == "ALL" {
				d.privilege = ""
			}
			if len(p.columns) == 0 {
				demands = append(demands, d)
			}
			for _, column := range p.columns {
				d.column = column[0]
				demands = append(demands, d)
			}
		}
	}
	return demands
}

// checkDemands makes one check of all that is well, and one of each that is not.
func checkDemands(demands []demand, admin string) []engine.Check {
	if len(demands) == 0 {
		return nil
	}
	var failed []engine.Check
	for _, d := range demands {
		switch {
		case !d.exists:
			failed = append(failed, engine.Check{
				Name:   "rights: " + d.String(),
				Detail: d.String() + " is not there, or its name is not unique",
				Hint:   "create it, or mend " + settingGrants + ", " + settingDefaultPrivileges + " or " + settingMemberOf,
			})
		case !d.may:
			failed = append(failed, engine.Check{
				Name:   "rights: " + d.String(),
				Detail: "the administrator may not grant it",
				Hint:   d.admitting(quote(admin)),
			})
		}
	}
	if len(failed) > 0 {
		return failed
	}
	return []engine.Check{{Name: "rights", OK: true, Detail: fmt.Sprintf("all %d objects are there and may be granted", len(demands))}}
}

// admitting is what lets the administrator, quoted, give it.
func (d demand) admitting(admin string) string {
	switch d.kind {
	case "ROLE":
		return "GRANT " + quote(d.name) + " TO " + admin + " WITH ADMIN OPTION"
	case "CREATOR":
		return "GRANT " + quote(d.name) + " TO " + admin
	}
	if d.kind == "SCHEMA" || d.kind == "DATABASE" || strings.HasPrefix(d.kind, "ALL ") {
		d.name = quote(d.name)
	}
	privilege := d.privilege
	if d.column != "" {
		privilege += " (" + quote(d.column) + ")"
	}
	return "GRANT " + privilege + " ON " + d.kind + " " + d.name + " TO " + admin + " WITH GRANT OPTION, or make it a member of the owner"
}

// String words the demand: "SELECT on ALL TABLES IN SCHEMA public".
func (d demand) String() string {
	text := strings.TrimPrefix(d.kind+" "+d.name, "DEFAULTS IN ")
	if d.column != "" {
		text = "column " + d.column + " of " + text
	}
	if d.privilege != "" {
		text = d.privilege + " on " + text
	}
	return text
}
