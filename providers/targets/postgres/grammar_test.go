package postgres

import (
	"strings"
	"testing"
)

func TestGrants(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"SELECT, INSERT ON ALL TABLES IN SCHEMA public": `GRANT SELECT, INSERT ON ALL TABLES IN SCHEMA "public" TO "Us ""er"`,
		"select on all sequences in schema A, \"B c\"":  `GRANT SELECT ON ALL SEQUENCES IN SCHEMA "a", "B c" TO "Us ""er"`,
		"ALL PRIVILEGES ON TABLE app.Orders":            `GRANT ALL ON TABLE "app"."orders" TO "Us ""er"`,
		"ALL ON orders, \"Odd \"\".;--'\"":              `GRANT ALL ON TABLE "orders", "Odd "".;--'" TO "Us ""er"`,
		"USAGE ON SCHEMA größe":                         `GRANT USAGE ON SCHEMA "größe" TO "Us ""er"`,
		"CONNECT, TEMP ON DATABASE shop":                `GRANT CONNECT, TEMP ON DATABASE "shop" TO "Us ""er"`,
		"EXECUTE ON FUNCTION app.total":                 `GRANT EXECUTE ON FUNCTION "app"."total" TO "Us ""er"`,
		"EXECUTE ON FUNCTION app.total(int, text)":      `GRANT EXECUTE ON FUNCTION "app"."total"(int, text) TO "Us ""er"`,
		"EXECUTE ON PROCEDURE f(), G (\"T y\".\"x\"[][], Double  PRECISION, timestamp with time zone[])": `GRANT EXECUTE ON PROCEDURE "f"(), "g"("T y"."x"[][], double precision, timestamp with time zone[]) TO "Us ""er"`,
		"SELECT (id, \"B b\"), INSERT (id), DELETE ON app.t":                                             `GRANT SELECT ("id", "B b"), INSERT ("id"), DELETE ON TABLE "app"."t" TO "Us ""er"`,
		"ALL PRIVILEGES (id) ON t":                           `GRANT ALL ("id") ON TABLE "t" TO "Us ""er"`,
		"USAGE ON TYPE mood":                                 `GRANT USAGE ON TYPE "mood" TO "Us ""er"`,
		"SELECT ON schema":                                   `GRANT SELECT ON TABLE "schema" TO "Us ""er"`,
		"INSERT\n\tON TABLE\titems":                          `GRANT INSERT ON TABLE "items" TO "Us ""er"`,
		"EXECUTE ON ALL ROUTINES IN SCHEMA app":              `GRANT EXECUTE ON ALL ROUTINES IN SCHEMA "app" TO "Us ""er"`,
		"USAGE, SELECT ON SEQUENCE \"public\".\"items_seq\"": `GRANT USAGE, SELECT ON SEQUENCE "public"."items_seq" TO "Us ""er"`,
	} {
		r, err := parseGrant(text)
		if err != nil {
			t.Errorf("%s: %v", text, err)
		} else if got := r.statement(`Us "er`); got != want {
			t.Errorf("%s:\ngot  %s\nwant %s", text, got, want)
		}
	}
}

func TestGrantsRefused(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"":                                              "a privilege was expected where its end stands",
		"SELECT":                                        "ON was expected where its end stands",
		"SELECT ON":                                     "a name was expected where its end stands",
		"SELECT ON t TO PUBLIC":                         "the end was expected where TO stands",
		"SELECT ON t WITH GRANT OPTION":                 "the end was expected where WITH stands",
		"SELECT ON t; DROP TABLE t":                     `';' has no place here`,
		"SELECT ON t -- all":                            `'-' has no place here`,
		"SELECT ON t /* all */":                         `'/' has no place here`,
		"SELECT ON 't'":                                 `'\'' has no place here`,
		"SELECT ON \"t":                                 "a quoted name does not end",
		"SELECT ON \"\"":                                "a quoted name is empty",
		"SELECT ON a.b.c":                               "too many parts",
		"USAGE ON SCHEMA a.b":                           "too many parts",
		"SELECT ON t,":                                  "a name was expected where its end stands",
		"SELECT () ON t":                                "a name was expected where ) stands",
		"SELECT (id ON t":                               ") was expected where ON stands",
		"SELECT (a.b) ON t":                             "too many parts",
		"DELETE (id) ON t":                              "DELETE on TABLE is not for single columns",
		"USAGE (id) ON SCHEMA s":                        "USAGE on SCHEMA is not for single columns",
		"SELECT (id) ON ALL TABLES IN SCHEMA s":         "SELECT on ALL TABLES IN SCHEMA is not for single columns",
		"ALL, SELECT ON t":                              "ALL stands alone",
		"SELECT ON t(int)":                              "the end was expected where ( stands",
		"EXECUTE ON FUNCTION f(int":                     ", was expected where its end stands",
		"EXECUTE ON FUNCTION f(a int)":                  "a int is more than a type",
		"EXECUTE ON FUNCTION f(int,)":                   "the name of a type was expected where ) stands",
		"EXECUTE ON FUNCTION f(int[)":                   "] was expected where ) stands",
		"EXECUTE ON FUNCTION f(numeric(10, 2))":         `'1' has no place here`,
		"SELECT ON a\u00a0b":                            "has no place here",
		"SELECT, ON t":                                  "ON was expected where t stands",
		"CONNECT ON TABLE t":                            "CONNECT is no privilege on TABLE; those are SELECT",
		"SELECT ON ALL VIEWS IN SCHEMA public":          "TABLES, SEQUENCES, FUNCTIONS",
		"SELECT ON ALL TABLES":                          "IN SCHEMA was expected",
		"SELECT ON " + strings.Repeat("t", 64):          "longer than 63 bytes",
		"SELECT ON \"" + strings.Repeat("é", 32):        "does not end",
		"SELECT ON \"" + strings.Repeat("é", 32) + "\"": "longer than 63 bytes",
	} {
		if err := checkGrant(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v; want it to say %q", text, err, want)
		}
	}
}

func TestDefaultPrivileges(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"SELECT, INSERT ON TABLES IN SCHEMA public FOR ROLE owner": `ALTER DEFAULT PRIVILEGES FOR ROLE "owner" IN SCHEMA "public" GRANT SELECT, INSERT ON TABLES TO "u"`,
		"USAGE ON SEQUENCES FOR ROLE a, \"B\" IN SCHEMA x, y":      `ALTER DEFAULT PRIVILEGES FOR ROLE "a", "B" IN SCHEMA "x", "y" GRANT USAGE ON SEQUENCES TO "u"`,
		"ALL ON FUNCTIONS": `ALTER DEFAULT PRIVILEGES GRANT ALL ON FUNCTIONS TO "u"`,
	} {
		r, err := parseDefaultPrivilege(text)
		if err != nil {
			t.Errorf("%s: %v", text, err)
		} else if got := r.statement("u"); got != want {
			t.Errorf("%s:\ngot  %s\nwant %s", text, got, want)
		}
	}
	for text, want := range map[string]string{
		"SELECT ON TABLE t":                              "not TABLE",
		"SELECT ON TABLES IN SCHEMA a IN SCHEMA b":       "IN SCHEMA or FOR ROLE was expected where IN stands",
		"SELECT ON TABLES TO PUBLIC":                     "where TO stands",
		"EXECUTE ON TABLES":                              "EXECUTE is no privilege on TABLES",
		"SELECT ON TABLES FOR ROLE \"a\"; DROP ROLE \"a": "no place here",
	} {
		if err := checkDefaultPrivilege(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v; want it to say %q", text, err, want)
		}
	}
}

// Whatever a grant says, its statement is one statement that starts as it
// should and ends with the user.
func FuzzGrants(f *testing.F) {
	f.Add("SELECT ON t")
	f.Add(`SELECT ON "a;b", "c""d"`)
	f.Add(`UPDATE (a, "b)") ON t`)
	f.Add(`EXECUTE ON FUNCTION f("a(b"[], double precision)`)
	f.Fuzz(func(t *testing.T, text string) {
		r, err := parseGrant(text)
		if err != nil {
			return
		}
		statement := r.statement("u")
		if !strings.HasPrefix(statement, "GRANT ") || !strings.HasSuffix(statement, ` TO "u"`) {
			t.Fatalf("%q became %q", text, statement)
		}
		outside := ""
		for i, part := range strings.Split(statement, `"`) {
			if i%2 == 0 {
				outside += part
			}
		}
		if strings.ContainsAny(outside, ";'-/\\") || strings.Count(outside, "(") != strings.Count(outside, ")") {
			t.Fatalf("%q became %q", text, statement)
		}
	})
}
