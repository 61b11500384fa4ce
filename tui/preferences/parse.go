package preferences

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/BurntSushi/toml"

	"github.com/rotadeck/rotadeck/engine/nearest"
	"github.com/rotadeck/rotadeck/tui/keymap"
	"github.com/rotadeck/rotadeck/tui/ui"
)

// parser collects what a file says and what is wrong with it.
type parser struct {
	file  string
	lines map[string]int // of keys, by path
	found Preferences
	errs  Errors
}

func parse(file, text string) (Preferences, error) {
	p := &parser{file: file, lines: lines(text)}
	data := p.decode(text)
	for _, key := range slices.Sorted(maps.Keys(data)) {
		p.setting(key, data[key])
	}
	if len(p.errs) > 0 {
		slices.SortStableFunc(p.errs, func(a, b *Error) int { return cmp.Compare(a.Line, b.Line) })
		return p.found, p.errs
	}
	return p.found, nil
}

// decode reads the file without the lines whose values lack quotes: those hide no
// other errors. Whatever else is not TOML may go on over several lines, and leaves
// nothing to be read.
func (p *parser) decode(text string) map[string]any {
	rows := strings.Split(text, "\n")
	for {
		data := map[string]any{}
		_, err := toml.Decode(strings.Join(rows, "\n"), &data)
		if err == nil {
			return data
		}
		p.errs = append(p.errs, p.syntax(err))
		var parse toml.ParseError
		if !errors.As(err, &parse) || !strings.HasPrefix(parse.Message, "expected value but found") {
			return nil
		}
		if row := &rows[parse.Position.Line-1]; *row != "" {
			*row = ""
		} else {
			return nil
		}
	}
}

func (p *parser) syntax(err error) *Error {
	var parse toml.ParseError
	if !errors.As(err, &parse) {
		return &Error{File: p.file, Line: 1, Text: "this is not TOML", Hint: err.Error()}
	}
	return &Error{File: p.file, Line: parse.Position.Line, Key: parse.LastKey, Text: "this is not TOML: " + parse.Message, Hint: "text and keys stand in quotes, lists in brackets"}
}

func (p *parser) wrong(key, hint, format string, args ...any) {
	p.errs = append(p.errs, &Error{File: p.file, Line: max(1, p.lines[key]), Key: key, Text: fmt.Sprintf(format, args...), Hint: hint})
}

// names are the settings there are.
func names() []string {
	return []string{"theme", "borders", "mouse", "animation", "ascii", "progress", "redraw", "keys"}
}

func (p *parser) setting(key string, value any) {
	switch key {
	case "theme":
		if name := p.oneOf(key, value, ui.ThemeNames()); name != "" {
			p.found.Theme = name
		}
	case "borders":
		p.found.Borders = ui.Borders(p.oneOf(key, value, ui.BorderKinds()))
	case "mouse":
		p.found.Mouse = p.flag(key, value)
	case "animation":
		p.found.Animation = p.flag(key, value)
	case "ascii":
		p.found.ASCII = p.flag(key, value)
	case "progress":
		p.found.Progress = p.flag(key, value)
	case "redraw":
		p.found.Redraw = p.flag(key, value)
	case "keys":
		p.keys(value)
	default:
		hint := "there are " + strings.Join(names(), ", ")
		if near := nearest.To(key, names()); near != "" {
			hint = "did you mean " + near + "?"
		}
		p.wrong(key, hint, "there is no such setting")
	}
}

// oneOf is a word of a list; "" when it is none.
func (p *parser) oneOf(key string, value any, allowed []string) string {
	word, isText := value.(string)
	if isText && slices.Contains(allowed, word) {
		return word
	}
	hint := "it is one of " + strings.Join(allowed, ", ")
	if near := nearest.To(word, allowed); near != "" {
		hint = fmt.Sprintf("did you mean %q?", near)
	}
	p.wrong(key, hint, "it cannot be %s", quoted(value))
	return ""
}

func (p *parser) flag(key string, value any) *bool {
	flag, isFlag := value.(bool)
	if !isFlag {
		p.wrong(key, "write true or false", "it cannot be %s", quoted(value))
		return nil
	}
	return &flag
}

// keys takes the table of keys: keys.inventory.rotate, or keys."inventory.rotate".
func (p *parser) keys(value any) {
	p.found.Keys = keymap.Overrides{}
	table, isTable := value.(map[string]any)
	if !isTable {
		p.wrong("keys", `write [keys], and below it inventory.rotate = ["R"]`, "it must be a table")
		return
	}
	p.actions("", table)
	faults := keymap.Check(p.found.Keys)
	for _, fault := range faults {
		p.wrong("keys."+fault.Path, fault.Hint, "%s", fault.Text)
	}
	for len(faults) > 0 { // what is left out gives its keys back, which may be taken by now
		before := len(p.found.Keys)
		for _, fault := range faults {
			delete(p.found.Keys, fault.Path)
		}
		if len(p.found.Keys) == before {
			p.found.Keys = nil
		}
		faults = keymap.Check(p.found.Keys)
	}
}

func (p *parser) actions(context string, table map[string]any) {
	for _, name := range slices.Sorted(maps.Keys(table)) {
		path := strings.TrimPrefix(context+"."+name, ".")
		switch value := table[name].(type) {
		case map[string]any:
			p.actions(path, value)
		case []any:
			p.found.Keys[path] = p.list(path, value)
		default:
			p.wrong("keys."+path, fmt.Sprintf("write [%s]", quoted(value)), "keys are a list")
		}
	}
}

func (p *parser) list(path string, values []any) []string {
	keys := []string{}
	for _, value := range values {
		key, isText := value.(string)
		if !isText {
			p.wrong("keys."+path, fmt.Sprintf("write %q", fmt.Sprint(value)), "a key stands in quotes")
			continue
		}
		keys = append(keys, key)
	}
	return keys
}

// quoted is a value as it stands in the file, or nearly so.
func quoted(value any) string {
	if text, isText := value.(string); isText {
		return fmt.Sprintf("%q", text)
	}
	return fmt.Sprint(value)
}
