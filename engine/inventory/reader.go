package inventory

import (
	"fmt"
	"slices"
	"strings"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/engine/nearest"
)

// reader turns a document into an inventory and collects what is wrong.
type reader struct {
	source     *source
	folder     string
	providers  []engine.Provider
	wrong      Errors
	references []Reference // those to stores are checked once all stores are known
}

func newReader(src *source, folder string, providers []engine.Provider) *reader {
	return &reader{source: src, folder: folder, providers: providers}
}

func (r *reader) errors() Errors { return r.wrong.ordered() }

// value is a place in the document, with its path for people.
type value struct {
	*node
	reader *reader
	path   string
	secret bool // what stands here must not be shown
}

// fail reports the value itself; near is the name that was probably meant.
func (v value) fail(near, format string, args ...any) {
	e := v.reader.source.error(v.valueAt, v.path, fmt.Sprintf(format, args...))
	e.Suggestion = near
	if !v.secret {
		e.Value = show(v.data)
	}
	v.reader.wrong = append(v.reader.wrong, e)
}

// failKey reports the key, not the value: nobody knows yet what the value is.
func (v value) failKey(near, format string, args ...any) {
	e := v.reader.source.error(v.keyAt, v.path, fmt.Sprintf(format, args...))
	e.Suggestion = near
	v.reader.wrong = append(v.reader.wrong, e)
}

// table is a value that holds keys.
type table struct {
	value
	known []string // keys that something has asked for
}

// take returns the value of a key, and whether it is there.
func (t *table) take(key string) (value, bool) {
	t.known = append(t.known, key)
	return t.look(key)
}

func (t *table) look(key string) (value, bool) {
	n, found := t.keys[key]
	if !found {
		return value{}, false
	}
	return value{node: n, reader: t.reader, path: join(t.path, key)}, true
}

// need is take for a key that must be there.
func (t *table) need(key, doc string) (value, bool) {
	v, found := t.take(key)
	if !found {
		t.missing(key, doc)
	}
	return v, found
}

func (t *table) missing(key, doc string) {
	absent := value{node: &node{keyAt: t.keyAt}, reader: t.reader, path: join(t.path, key)}
	absent.failKey("", "missing: %s", doc)
}

// rest reports the keys that nothing has asked for.
func (t *table) rest() {
	for key := range t.keys {
		if slices.Contains(t.known, key) {
			continue
		}
		v, _ := t.look(key)
		if near := nearest.To(key, t.known); near != "" {
			v.failKey(near, "unknown key")
		} else {
			v.failKey("", "unknown key; known here: %s", strings.Join(t.known, ", "))
		}
	}
}

// join extends a path by a key, in quotes when it needs them.
func join(path, key string) string {
	if !bare(key) {
		key = fmt.Sprintf("%q", key)
	}
	if path == "" {
		return key
	}
	return path + "." + key
}

func bare(key string) bool {
	return key != "" && strings.IndexFunc(key, func(c rune) bool {
		return !(c == '-' || c == '_' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z')
	}) < 0
}
