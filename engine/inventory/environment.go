package inventory

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/rotadeck/rotadeck/engine"
)

// environment is a place that credentials belong to, with its own policy.
type environment struct {
	engine.Environment
	policy layer
}

// environments reads [environments.<name>] by name, and in the file's order.
func (t *table) environments() (map[string]environment, []engine.Environment) {
	all := map[string]environment{}
	v, found := t.take("environments")
	if !found {
		return all, nil
	}
	group, ok := v.table()
	if !ok {
		return all, nil
	}
	var ordered []engine.Environment
	for _, name := range group.names() {
		v, _ := group.take(name)
		if problem := nameProblem(name); problem != "" {
			v.failKey("", "the name of an environment %s", problem)
			continue
		}
		if entry, ok := v.table(); ok {
			all[name] = entry.environment(name)
			ordered = append(ordered, all[name].Environment)
		}
	}
	return all, ordered
}

func (t *table) environment(name string) environment {
	e := environment{Environment: engine.Environment{Name: name, Word: strings.ToUpper(name)}}
	if v, found := t.take("word"); found {
		if word, ok := v.text(); ok && strings.TrimSpace(word) == "" {
			v.fail("", "must not be empty")
		} else if ok {
			e.Word = word
		}
	}
	if v, found := t.take("accent"); found {
		e.Accent = v.colour()
	}
	if v, found := t.take("protected"); found {
		e.Protected, _ = v.flag()
	}
	e.policy = t.policy()
	t.rest()
	return e
}

// colour returns a value of the form #rrggbb; "" stands for none.
func (v value) colour() string {
	text, ok := v.text()
	if !ok || text == "" {
		return ""
	}
	digits := strings.TrimPrefix(text, "#")
	if len(text) != 7 || len(digits) != 6 || strings.Trim(digits, "0123456789abcdefABCDEF") != "" {
		v.fail("", `must be a colour such as "#d03030"`)
		return ""
	}
	return text
}

// names lists the keys of a table in the order of the file.
func (t *table) names() []string {
	return slices.SortedFunc(maps.Keys(t.keys), func(a, b string) int {
		return cmp.Compare(t.keys[a].keyAt, t.keys[b].keyAt)
	})
}
