package postgres

import (
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"
)

// wished says whether the settings ask for what h is. Then whoever lacks it is
// to get it: as a rule the setting is new, and the old user, whose password is
// of before, has not got it yet. Functions are told by their names alone.
func (c *comparison) wished(h holding) bool {
	held, readable := rightOf(h)
	return readable && slices.ContainsFunc(c.rights, func(wish right) bool { return wish.covers(held, c.admin) })
}

// rightOf reads h as if it stood in the settings. What cannot stand there, such
// as an option to grant, is not readable.
func rightOf(h holding) (right, bool) {
	if len(h.give) != 2 || h.give[1] != "" {
		return right{}, false
	}
	statement := strings.TrimSuffix(h.give[0], " TO ")
	switch h.class {
	case "privilege":
		text := strings.TrimPrefix(statement, "GRANT ")
		if strings.HasPrefix(text, "EXECUTE ") {
			text, _, _ = strings.Cut(text, "(")
		}
		r, err := parseGrant(text)
		return r, err == nil
	case "default":
		makers, granted, _ := strings.Cut(strings.TrimPrefix(statement, "ALTER DEFAULT PRIVILEGES "), " GRANT ")
		r, err := parseDefaultPrivilege(granted + " " + makers)
		return r, err == nil
	case "member":
		p, err := newParser(strings.TrimPrefix(statement, "GRANT "))
		if err != nil {
			return right{}, false
		}
		r := right{objects: []object{{name: p.name(1)}}}
		return r, p.finish() == nil
	}
	return right{}, false
}

// covers says whether r has held in it, which is of one privilege and object.
// Default privileges of nobody in particular are the administrator's.
func (r right) covers(held right, admin string) bool {
	if r.isMembership() || held.isMembership() {
		return r.isMembership() && held.isMembership() && slices.Equal(r.objects[0].name, held.objects[0].name)
	}
	if r.isDefault() != held.isDefault() || !slices.ContainsFunc(r.privileges, held.privileges[0].isIn) {
		return false
	}
	if !r.isDefault() {
		return slices.ContainsFunc(r.objects, func(o object) bool { return o.covers(r.on, held) })
	}
	creators := r.creators
	if len(creators) == 0 {
		creators = []pgx.Identifier{{admin}}
	}
	everywhere := len(r.schemas) == 0 && len(held.schemas) == 0
	return strings.Replace(r.on, "ROUTINES", "FUNCTIONS", 1) == held.on && contains(creators, held.creators[0]) &&
		(everywhere || len(held.schemas) > 0 && contains(r.schemas, held.schemas[0]))
}

func (p privilege) isIn(wish privilege) bool {
	return (wish.word == p.word || wish.word == "ALL") &&
		(len(wish.columns) == 0 || len(p.columns) > 0 && contains(wish.columns, p.columns[0]))
}

// covers says whether o, of the kind on, is the object of held or its schema. A
// name without one is in public.
func (o object) covers(on string, held right) bool {
	name := held.objects[0].name
	if kinds, all := strings.CutPrefix(strings.TrimSuffix(on, "S IN SCHEMA"), "ALL "); all {
		return sameKind(kinds, held.on) && o.name[0] == name[0]
	}
	if len(o.name) < len(name) {
		return sameKind(on, held.on) && name[0] == "public" && o.name[0] == name[1]
	}
	return sameKind(on, held.on) && slices.Equal(o.name, name)
}

func sameKind(wish, held string) bool {
	return wish == held || wish == "ROUTINE" && (held == "FUNCTION" || held == "PROCEDURE")
}

func contains(names []pgx.Identifier, name pgx.Identifier) bool {
	return slices.ContainsFunc(names, func(n pgx.Identifier) bool { return slices.Equal(n, name) })
}
