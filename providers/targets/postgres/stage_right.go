package postgres

import (
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"
)

// standIn is the name of what stands in for all objects of a schema.
const standIn = "stand_in"

// stand gives the scratch target a right like r, on objects of its own, or says
// that it has none.
func (s *scratch) stand(r right) {
	switch {
	case r.isMembership():
		role := fmt.Sprint(s.name, stageMember, len(s.roles))
		s.roles = append(s.roles, role)
		s.without = append(s.without, "member of "+r.objects[0].name[0]+": of "+role+" instead, which may do nothing")
		r.objects = []object{{name: pgx.Identifier{role}}}
	case r.isDefault():
		if len(r.creators) > 0 {
			s.without = append(s.without, "default privileges of "+joined(r.creators)+": of the administrator instead")
			r.creators = nil
		}
		for _, schema := range r.schemas {
			s.schema(schema[0])
		}
	case r.on == "DATABASE":
		r.objects = []object{{name: pgx.Identifier{s.target.database}}}
	case !s.makeable(r):
		s.without = append(s.without, "the right "+r.granted()+" ON "+r.on+" "+joined(r.objects))
		return
	default:
		for _, o := range r.objects {
			s.object(r, o)
		}
	}
	s.target.rights = append(s.target.rights, r)
}

// makeable says whether objects of that kind can stand empty. Those of the system
// are there in every database, and no administrator's.
func (s *scratch) makeable(r right) bool {
	for _, o := range r.objects {
		if strings.HasPrefix(o.name[0], "pg_") || o.name[0] == "information_schema" {
			return false
		}
	}
	switch r.on {
	case "TABLE", "SEQUENCE", "SCHEMA":
		return true
	}
	return strings.HasPrefix(r.on, "ALL ")
}

// object makes one object of a right, and its schema.
func (s *scratch) object(r right, o object) {
	name := o.name
	switch {
	case r.on == "SCHEMA":
		s.schema(name[0])
		return
	case strings.HasPrefix(r.on, "ALL "):
		name = pgx.Identifier{name[0], standIn}
	case len(name) == 1:
		name = pgx.Identifier{"public", name[0]}
	}
	s.schema(name[0])
	switch r.on {
	case "TABLE", "ALL TABLES IN SCHEMA":
		s.once("CREATE TABLE IF NOT EXISTS " + name.Sanitize() + " ()")
	case "ALL SEQUENCES IN SCHEMA":
		s.once("CREATE SEQUENCE IF NOT EXISTS " + pgx.Identifier{name[0], standIn + "_numbers"}.Sanitize())
	case "SEQUENCE":
		s.once("CREATE SEQUENCE IF NOT EXISTS " + name.Sanitize())
	}
	for _, p := range r.privileges {
		for _, column := range p.columns {
			s.once("ALTER TABLE " + name.Sanitize() + " ADD COLUMN IF NOT EXISTS " + column.Sanitize() + " int")
		}
	}
}

func (s *scratch) schema(name string) {
	if name != "public" {
		s.once("CREATE SCHEMA IF NOT EXISTS " + quote(name))
	}
}

func (s *scratch) once(statement string) {
	for _, other := range s.objects {
		if other == statement {
			return
		}
	}
	s.objects = append(s.objects, statement)
}
