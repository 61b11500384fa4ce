package inventory

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/engine/secret"
)

// example is a value that the setting accepts: its default, or the first of
// some that its check does not refuse.
func example(s engine.Setting) any {
	if s.Default != nil {
		return s.Default
	}
	candidates := examples(s)
	for _, candidate := range candidates {
		if s.Check == nil || s.Check(candidate) == nil {
			return candidate
		}
	}
	return candidates[0]
}

func examples(s engine.Setting) []any {
	switch s.Type {
	case engine.TypeList:
		return []any{
			[]string{"one"},
			[]string{"one", "two"},
			[]string{"server.example:443"},
			[]string{"SELECT ON ALL TABLES IN SCHEMA public"},
			[]string{"SELECT ON TABLES IN SCHEMA public FOR ROLE owner"},
		}
	case engine.TypeNumber:
		return []any{1, 32, 8443}
	case engine.TypeFlag:
		return []any{false, true}
	case engine.TypeDuration:
		return []any{10 * time.Second, 90 * day}
	case engine.TypeSecret:
		return []any{secret.Ref{Scheme: secret.SchemeEnv, Value: "MY_SECRET"}}
	case engine.TypePath:
		return []any{"path/to/" + s.Name}
	case engine.TypeTable:
		return []any{map[string]string{"name": "value"}}
	default:
		if len(s.Allowed) > 0 {
			return []any{s.Allowed[0]}
		}
		return []any{"example", "server.example:443", "https://server.example/"}
	}
}

// spell writes a value as TOML.
func spell(v any) string {
	switch v := v.(type) {
	case string:
		return quote(v)
	case []string:
		quoted := make([]string, len(v))
		for i, item := range v {
			quoted[i] = quote(item)
		}
		return "[" + strings.Join(quoted, ", ") + "]"
	case time.Duration:
		return quote(words(v))
	case secret.Ref:
		return quote(v.String())
	case map[string]string:
		var pairs []string
		for _, key := range slices.Sorted(maps.Keys(v)) {
			pairs = append(pairs, quote(key)+" = "+quote(v[key]))
		}
		return "{ " + strings.Join(pairs, ", ") + " }"
	default:
		return fmt.Sprint(v)
	}
}

func quote(text string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`, "\t", `\t`).Replace(text) + `"`
}
