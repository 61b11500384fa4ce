package pgbouncer

import (
	"strings"
	"testing"
)

// odd is a file with all that the format allows: comments, empty lines, tabs,
// quotes in names, a third field, an entry named twice, no newline at the end.
const odd = "; made by hand\n\n\"other\"\t\"plain \"\"word\"\"\"   rest of the line\r\n" +
	"  \"o \"\"x\" \"md5abc\" \"\"\n\"orders_a\" \"SCRAM-SHA-256$4096:s$k:v\" ; why\n\"twice\" \"1\"\n\"twice\" \"2\"\n; \"quoted\" \"comment\"\n\"last\" \"x\""

func TestUserlist(t *testing.T) {
	t.Parallel()
	const entry = `"orders_a" "SCRAM-SHA-256$4096:s$k:v" ; why`
	for name, c := range map[string]struct {
		change     func(*Userlist)
		cut, paste string // of odd: the only difference
	}{
		"nothing":             {func(*Userlist) {}, "", ""},
		"set":                 {func(u *Userlist) { u.Set("orders_a", "new") }, entry, `"orders_a" "new" ; why`},
		"set, odd name":       {func(u *Userlist) { u.Set(`o "x`, `a"b`) }, `"md5abc"`, `"a""b"`},
		"set, named twice":    {func(u *Userlist) { u.Set("twice", "3") }, "\"twice\" \"1\"\n\"twice\" \"2\"", "\"twice\" \"3\"\n\"twice\" \"3\""},
		"add":                 {func(u *Userlist) { u.Set(`new "b`, "v") }, `"last" "x"`, "\"last\" \"x\"\n\"new \"\"b\" \"v\"\n"},
		"block":               {func(u *Userlist) { u.Block("orders_a", "nobody knows") }, entry, `"orders_a" "nobody knows" "set aside by rotadeck: SCRAM-SHA-256$4096:s$k:v" ; why`},
		"block twice":         {func(u *Userlist) { u.Block("last", "n"); u.Block("last", "m") }, `"last" "x"`, `"last" "n" "set aside by rotadeck: x"`},
		"block, quotes":       {func(u *Userlist) { u.Block("other", "n") }, `"plain ""word"""`, `"n" "set aside by rotadeck: plain ""word"""`},
		"block a stranger":    {func(u *Userlist) { u.Block("nobody", "n") }, "", ""},
		"unblock":             {func(u *Userlist) { u.Block("other", "n"); u.Unblock("other") }, "", ""},
		"unblock, all":        {func(u *Userlist) { u.Block("twice", "n"); u.Unblock("twice"); u.Unblock("twice") }, "", ""},
		"set what is blocked": {func(u *Userlist) { u.Block("orders_a", "n"); u.Set("orders_a", "new") }, entry, `"orders_a" "new" ; why`},
	} {
		list, err := Parse([]byte(odd))
		if err != nil {
			t.Fatal(err)
		}
		c.change(list)
		if c.cut != "" && strings.Count(odd, c.cut) != 1 {
			t.Fatalf("%s: the case cuts %q, which is not there once", name, c.cut)
		}
		if got, want := string(list.Bytes()), strings.Replace(odd, c.cut, c.paste, 1); got != want {
			t.Errorf("%s: got\n%s\nwant\n%s", name, got, want)
		}
	}
}

func TestUnblockTellsWhetherTheUserIsThere(t *testing.T) {
	t.Parallel()
	list, err := Parse([]byte(odd))
	if err != nil {
		t.Fatal(err)
	}
	if list.Unblock("nobody") || !list.Unblock("last") {
		t.Error("Unblock says that nobody is there, or that last is not")
	}
}

func TestParseRefuses(t *testing.T) {
	t.Parallel()
	for content, line := range map[string]string{
		"\"a\" \"b\"\nc d\n":      "line 2 ",
		"\"a\"\n\"b\" \"c\"\n":    "line 1 ",
		"\"a\" \"b\"\n\n\"c\" \"": "line 3 ",
		"# comment":               "line 1 ",
	} {
		if _, err := Parse([]byte(content)); err == nil || !strings.Contains(err.Error(), line) {
			t.Errorf("%q: %v; want an error about %s", content, err, line)
		}
	}
}

// What was parsed comes out again, whatever it is.
func FuzzParse(f *testing.F) {
	f.Add(odd)
	f.Add("")
	f.Fuzz(func(t *testing.T, content string) {
		list, err := Parse([]byte(content))
		if err != nil {
			return
		}
		if string(list.Bytes()) != content {
			t.Errorf("%q became %q", content, list.Bytes())
		}
		list.Set("user", "secret")
		list.Block("user", "placeholder")
		again, err := Parse(list.Bytes())
		if err != nil || !again.Has("user") {
			t.Fatalf("%q, with a user added, cannot be read: %v", content, err)
		}
		again.Unblock("user")
		list.Unblock("user")
		if string(again.Bytes()) != string(list.Bytes()) {
			t.Errorf("%q: blocking and unblocking left a mark", content)
		}
	})
}
