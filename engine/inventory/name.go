package inventory

import (
	"maps"
	"slices"
	"strings"

	"github.com/rotadeck/rotadeck/engine/nearest"
)

// longestName leaves room for what stores and servers put around a name: the
// shortest limit in sight is PostgreSQL's 63 bytes and Kubernetes' 253.
const longestName = 64

// nameProblem says what is wrong with an id or a name, "" when it is fine. Names
// become file names, keys in stores and words in shells, so they are plain.
func nameProblem(name string) string {
	plain := strings.IndexFunc(name, func(c rune) bool { return !letterOrDigit(c) && !strings.ContainsRune("._-", c) }) < 0
	switch {
	case name == "":
		return "must not be empty"
	case !plain || !letterOrDigit(rune(name[0])):
		return "must be letters (a-z, A-Z), digits and . _ - only, the first a letter or digit"
	case len(name) > longestName:
		return "must not be longer than 64 characters"
	}
	return ""
}

func letterOrDigit(c rune) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}

// name returns a value that is a valid name.
func (v value) name() (string, bool) {
	text, ok := v.text()
	if !ok {
		return "", false
	}
	if problem := nameProblem(text); problem != "" {
		v.fail("", "%s", problem)
		return "", false
	}
	return text, true
}

// unique reports a name that stands elsewhere already. The first place keeps it.
func (v value) unique(name string, seen map[string]value) bool {
	first, found := seen[name]
	if !found {
		seen[name] = v
		return true
	}
	at := v.reader.source.error(first.valueAt, "", "")
	v.fail("", "is taken already, in line %d", at.Line)
	return false
}

// find returns what a value names. An empty name stands for none.
func find[T any](v value, what string, among map[string]T) (T, bool) {
	var none T
	name, ok := v.text()
	if !ok || name == "" {
		return none, false
	}
	found, ok := among[name]
	if !ok {
		v.unknown(what, name, slices.Sorted(maps.Keys(among)))
	}
	return found, ok
}

// unknown reports a name that nothing bears.
func (v value) unknown(what, name string, names []string) {
	near := nearest.To(name, names)
	switch {
	case len(names) == 0:
		v.fail("", "must be the name of %s, and there is none", what)
	case near != "" || len(names) > 8:
		v.fail(near, "must be the name of %s", what)
	default:
		v.fail("", "must be the name of %s: %s", what, list(names))
	}
}

// findAll returns everything that a list names.
func findAll[T any](v value, what string, among map[string]T) []T {
	items, _ := v.list()
	var all []T
	seen := map[any]bool{}
	for _, item := range items {
		found, ok := find(item, what, among)
		if ok && seen[item.data] {
			item.fail("", "is listed twice")
		} else if ok {
			seen[item.data] = true
			all = append(all, found)
		}
	}
	return all
}
