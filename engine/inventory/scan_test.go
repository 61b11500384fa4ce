package inventory

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// agree compares places with values, all the way down.
func agree(text string, n *node, data any, path string) error {
	if n == nil {
		return fmt.Errorf("%s: has no place", path)
	}
	if !strings.ContainsRune(beginnings(data), rune(text[n.valueAt])) {
		return fmt.Errorf("%s: %T cannot begin with %q", path, data, text[n.valueAt:])
	}
	switch data := data.(type) {
	case map[string]any:
		return agreeKeys(text, n, data, path)
	case []any:
		return agreeItems(text, n, data, path)
	case []map[string]any:
		return agreeItems(text, n, data, path)
	}
	if len(n.keys)+len(n.items) > 0 {
		return fmt.Errorf("%s: places within %v", path, data)
	}
	return nil
}

// beginnings lists what a value may begin with in the text.
func beginnings(data any) string {
	const letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
	switch data.(type) {
	case string:
		return `"'`
	case bool:
		return "tf"
	case int64, float64:
		return "+-0123456789in"
	case time.Time:
		return "0123456789"
	case []any:
		return "["
	default: // a table: inline, or placed at its key
		return "{-_\"'0123456789" + letters
	}
}

func agreeKeys(text string, n *node, data map[string]any, path string) error {
	if len(n.keys) != len(data) {
		return fmt.Errorf("%s: %d places for %d keys", path, len(n.keys), len(data))
	}
	for key, value := range data {
		child := n.keys[key]
		if child != nil && !strings.HasPrefix(text[child.keyAt:], key) && !strings.ContainsRune(`"'`, rune(text[child.keyAt])) {
			return fmt.Errorf("%s: the place of key %q has %q", path, key, text[child.keyAt:])
		}
		if err := agree(text, child, value, path+"."+key); err != nil {
			return err
		}
	}
	return nil
}

func agreeItems[T any](text string, n *node, values []T, path string) error {
	if len(n.items) != len(values) {
		return fmt.Errorf("%s: %d places for %d items", path, len(n.items), len(values))
	}
	for i, value := range values {
		if err := agree(text, n.items[i], value, fmt.Sprintf("%s[%d]", path, i)); err != nil {
			return err
		}
	}
	return nil
}

func scalars() *rapid.Generator[string] {
	return rapid.SampledFrom([]string{
		`"plain"`, `"es\"c\\"`, `"# [not] = a {table}"`, `'lit\'`, `''`, `""`, `"é\u00e9"`,
		"'''\nlong\n'''", "'''two ''quotes'''''", "'''\n[[z]]\n'''",
		`"""a "quoted" \""" b"""`, `"""""two"""""`, "\"\"\"\n[x]\ny = 1\\\n   \"\"\"",
		"1", "-1.5e3", "0xfF", "1_000", "inf", "true", "1979-05-27 07:32:00Z", "1979-05-27", "07:32:00",
	})
}

// spellings draws values, with lists and inline tables up to a depth.
func spellings(depth int) *rapid.Generator[string] {
	blank := rapid.SampledFrom([]string{"", " ", "\t", "\n", " # ] } , \" '''\n", "\r\n"})
	return rapid.Custom(func(t *rapid.T) string {
		form := rapid.SampledFrom([]string{"scalar", "scalar", "list", "table"}).Draw(t, "form")
		if depth == 0 || form == "scalar" {
			return scalars().Draw(t, "scalar")
		}
		var members []string
		for i := range rapid.IntRange(0, 3).Draw(t, "n") {
			member := spellings(depth-1).Draw(t, "member")
			if form == "table" {
				member = fmt.Sprintf("k%d.\"q %d\" = %s", i, i, member)
			}
			members = append(members, blank.Draw(t, "before")+member+blank.Draw(t, "after"))
		}
		if form == "table" {
			return "{" + strings.Join(members, ",") + "}"
		}
		return "[" + strings.Join(members, ",") + "]"
	})
}

// documents draws texts with tables, arrays of tables, dotted and quoted keys.
// Numbered keys keep most of them free of duplicates.
func documents() *rapid.Generator[string] {
	key := rapid.SampledFrom([]string{"k%d", "k%d", "k%d.x", "a . k%d", `b."k %d"`, `"\u00e9%d"`, "'l %d'", "%d"})
	table := rapid.SampledFrom([]string{"[t%d]", "[ a.t%d ]", "[[u]]", "[[ u.v ]] #%d", "[u.t%d]", "[u.v.t%d]"})
	return rapid.Custom(func(t *rapid.T) string {
		var b strings.Builder
		end := rapid.SampledFrom([]string{"\n", "\r\n", " # it's \"so\"\n", "\n\n\t"}).Draw(t, "end")
		for i := range rapid.IntRange(1, 12).Draw(t, "lines") {
			if rapid.IntRange(0, 2).Draw(t, "line") == 0 {
				b.WriteString(strings.ReplaceAll(table.Draw(t, "table"), "%d", fmt.Sprint(i)))
			} else {
				b.WriteString(strings.ReplaceAll(key.Draw(t, "key"), "%d", fmt.Sprint(i)) + "\t= " + spellings(2).Draw(t, "value"))
			}
			b.WriteString(end)
		}
		return b.String()
	})
}

func TestScannerAgreesWithDecoder(t *testing.T) {
	t.Parallel()
	drawn, accepted := 0, 0
	rapid.Check(t, func(t *rapid.T) {
		text := documents().Draw(t, "text")
		drawn++
		data, err := decodeTOML(text)
		if err != nil {
			return
		}
		accepted++
		if err := agreeKeys(text, scan(text), data, ""); err != nil {
			t.Fatalf("%s in\n%s", err, text)
		}
	})
	if accepted < drawn/2 {
		t.Errorf("the decoder accepted only %d of %d texts: the generator draws nonsense", accepted, drawn)
	}
}
