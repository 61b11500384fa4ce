package postgres

// objectKind is a kind of object that privileges can be granted on (PostgreSQL
// manual, GRANT and section 5.8).
type objectKind struct {
	singular   string
	plural     string // in ALL … IN SCHEMA; "" where that does not exist
	privileges []string
	levels     int // how many names may stand in front of each other: schema.table
	routine    bool
}

func objectKinds() []objectKind {
	execute := []string{"EXECUTE"}
	return []objectKind{
		{"TABLE", "TABLES", []string{"SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER", "MAINTAIN"}, 2, false},
		{"SEQUENCE", "SEQUENCES", []string{"USAGE", "SELECT", "UPDATE"}, 2, false},
		{"FUNCTION", "FUNCTIONS", execute, 2, true},
		{"PROCEDURE", "PROCEDURES", execute, 2, true},
		{"ROUTINE", "ROUTINES", execute, 2, true},
		{"SCHEMA", "", []string{"CREATE", "USAGE"}, 1, false},
		{"DATABASE", "", []string{"CREATE", "CONNECT", "TEMPORARY", "TEMP"}, 1, false},
		{"TYPE", "", []string{"USAGE"}, 2, false},
	}
}

// defaultKinds are the kinds that ALTER DEFAULT PRIVILEGES knows.
func defaultKinds() map[string][]string {
	kinds := map[string][]string{"TYPES": {"USAGE"}, "SCHEMAS": {"CREATE", "USAGE"}}
	for _, kind := range objectKinds() {
		if kind.plural != "" && kind.plural != "PROCEDURES" {
			kinds[kind.plural] = kind.privileges
		}
	}
	return kinds
}

// parseGrant reads
//
//	privilege [, …] ON { [kind] name [, …] | ALL kinds IN SCHEMA name [, …] }
//
// where privilege is a word or ALL [PRIVILEGES], of a table also with the names
// of columns in brackets, and the name of a routine may have the types of its
// arguments in brackets. Users, options and further statements have no place in
// it.
func parseGrant(text string) (right, error) {
	p, err := newParser(text)
	if err != nil {
		return right{}, err
	}
	r := right{privileges: p.privileges()}
	p.want("ON")
	kind := p.object()
	r.on = kind.singular
	if kind.plural != "" {
		r.on, kind.levels = "ALL "+kind.plural+" IN SCHEMA", 1
	}
	r.objects = p.objects(kind)
	p.allow(r.privileges, kind.privileges, r.on)
	p.allowColumns(r)
	return r, p.finish()
}

// parseDefaultPrivilege reads
//
//	privilege [, …] ON kinds [IN SCHEMA name [, …]] [FOR ROLE name [, …]]
func parseDefaultPrivilege(text string) (right, error) {
	p, err := newParser(text)
	if err != nil {
		return right{}, err
	}
	r := right{privileges: p.privileges()}
	p.want("ON")
	r.on = p.word("a kind of objects: TABLES, SEQUENCES, FUNCTIONS, ROUTINES, TYPES or SCHEMAS")
	allowed, known := defaultKinds()[r.on]
	if !known {
		p.fail("default privileges are for TABLES, SEQUENCES, FUNCTIONS, ROUTINES, TYPES or SCHEMAS, not %s", r.on)
	}
	for p.err == nil && !p.atEnd() {
		switch {
		case r.schemas == nil && p.accept("IN", "SCHEMA"):
			r.schemas = p.names(1)
		case r.creators == nil && p.accept("FOR", "ROLE"):
			r.creators = p.names(1)
		default:
			p.unexpected("IN SCHEMA or FOR ROLE")
		}
	}
	p.allow(r.privileges, allowed, r.on)
	p.allowColumns(r)
	return r, p.finish()
}
