package inventory

import (
	"fmt"
	"strings"
	"time"
)

// text returns a value that is a string.
func (v value) text() (string, bool) {
	text, ok := v.data.(string)
	if !ok {
		v.fail("", "must be text in quotes")
	}
	return text, ok
}

// flag returns a value that is true or false.
func (v value) flag() (bool, bool) {
	flag, ok := v.data.(bool)
	if !ok {
		v.fail("", "must be true or false")
	}
	return flag, ok
}

// number returns a value that is a whole number.
func (v value) number() (int, bool) {
	number, ok := v.data.(int64)
	if !ok || int64(int(number)) != number {
		v.fail("", "must be a whole number")
		return 0, false
	}
	return int(number), true
}

// duration returns a value that is a duration, not negative.
func (v value) duration() (time.Duration, bool) {
	text, ok := v.data.(string)
	if !ok {
		v.fail("", `must be a duration such as "90d" or "1h30m"`)
		return 0, false
	}
	d, err := ParseDuration(text)
	if err != nil {
		v.fail("", "%s", err)
		return 0, false
	}
	return d, true
}

// list returns the items of a value that is a list.
func (v value) list() ([]value, bool) {
	switch v.data.(type) {
	case []any, []map[string]any:
	default:
		v.fail("", "must be a list in brackets")
		return nil, false
	}
	items := make([]value, len(v.items))
	for i, item := range v.items {
		items[i] = value{node: item, reader: v.reader, path: v.path, secret: v.secret}
	}
	return items, true
}

// texts returns a value that is a list of strings.
func (v value) texts() ([]string, bool) {
	items, ok := v.list()
	if !ok {
		return nil, false
	}
	texts := make([]string, len(items))
	for i, item := range items {
		text, fine := item.text()
		texts[i], ok = text, ok && fine
	}
	return texts, ok
}

// table returns a value that is a table.
func (v value) table() (*table, bool) {
	if _, ok := v.data.(map[string]any); !ok {
		v.fail("", "must be a table")
		return nil, false
	}
	return &table{value: v, known: make([]string, 0, 16)}, true
}

// tables returns a value that is a list of tables. Each is labelled with what
// stands under key, or else with its number.
func (v value) tables(key string) []*table {
	if _, single := v.data.(map[string]any); single {
		v.failKey("", "must be a list of tables: write [[%s]], in two brackets", v.path)
		return nil
	}
	items, _ := v.list()
	var tables []*table
	for i, item := range items {
		item.path = fmt.Sprintf("%s[#%d]", v.path, i+1)
		if label := item.keys[key]; label != nil {
			if text, ok := label.data.(string); ok && nameProblem(text) == "" {
				item.path = v.path + "[" + text + "]"
			}
		}
		if t, ok := item.table(); ok {
			tables = append(tables, t)
		}
	}
	return tables
}

// longestShown is enough to recognise a value by.
const longestShown = 60

// show prints a value for a message. A login inside an address is masked.
func show(data any) string {
	switch data := data.(type) {
	case nil:
		return ""
	case string:
		return fmt.Sprintf("%q", shorten(withoutLogin(data)))
	case map[string]any:
		return "a table"
	case []any:
		shown := make([]string, len(data))
		for i, item := range data {
			shown[i] = show(item)
		}
		return shorten("[" + strings.Join(shown, ", ") + "]")
	case []map[string]any:
		return "a list of tables"
	case time.Time:
		return "a date"
	default:
		return fmt.Sprint(data)
	}
}

// withoutLogin masks what stands before the @ of an address, even of one that
// is too wrong to be parsed.
func withoutLogin(text string) string {
	scheme, at := strings.Index(text, "://"), strings.LastIndexByte(text, '@')
	if scheme < 0 || at < scheme {
		return text
	}
	return text[:scheme+len("://")] + "…" + text[at:]
}

func shorten(text string) string {
	if runes := []rune(text); len(runes) > longestShown {
		return string(runes[:longestShown]) + "…"
	}
	return text
}
