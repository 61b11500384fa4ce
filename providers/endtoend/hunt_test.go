package endtoend

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
)

// hunt collects what anyone could see of rotations, place by place, and
// searches it for secrets: whole, in part, in base64 and in hexadecimal digits.
type hunt struct {
	mu      sync.Mutex
	secrets map[string]string // by value: whose it is
	places  map[string]*bytes.Buffer
}

func newHunt() *hunt { return &hunt{secrets: map[string]string{}, places: map[string]*bytes.Buffer{}} }

func (h *hunt) secret(name, value string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.secrets[value] = name
}

func (h *hunt) saw(place string, what []byte) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.places[place] == nil {
		h.places[place] = &bytes.Buffer{}
	}
	h.places[place].Write(what)
	h.places[place].WriteByte('\n')
}

// sawValue sees v as JSON and as a careless log line would have it.
func (h *hunt) sawValue(t testing.TB, place string, v any) {
	t.Helper()
	text, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	h.saw(place, text)
	h.saw(place, fmt.Appendf(nil, "%+v\n%#v", v, v))
}

// sawError sees err and what it wraps.
func (h *hunt) sawError(place string, err error) {
	for ; err != nil; err = errors.Unwrap(err) {
		h.saw(place, fmt.Appendf(nil, "%v\n%+v\n%#v", err, err, err))
	}
}

// found lists which place shows what, in order.
func (h *hunt) found() []string {
	h.mu.Lock()
	defer h.mu.Unlock()
	var list []string
	for value, name := range h.secrets {
		for form, traces := range tracesOf(value) {
			for place, seen := range h.places {
				for _, trace := range traces {
					if at := bytes.Index(seen.Bytes(), []byte(trace)); at >= 0 {
						list = append(list, fmt.Sprintf("%s shows %s %s: …%s", place, name, form, around(seen.Bytes(), at)))
						break
					}
				}
			}
		}
	}
	slices.Sort(list)
	return list
}

func around(text []byte, at int) string {
	return fmt.Sprintf("%q", text[max(0, at-150):min(len(text), at+40)])
}

// traceLength is so short that a part of a secret is found, and so long that
// nothing is found by chance.
const traceLength = 8

// tracesOf are parts of the forms that a secret may take. Whoever shows more
// than twice a trace's length of a form shows a whole trace.
func tracesOf(value string) map[string][]string {
	traces := map[string][]string{
		"as it is": chunks(value),
		"in hex":   chunks(hex.EncodeToString([]byte(value))),
	}
	for shift := range 3 { // where it stands in a longer text decides on its base64
		whole := base64.StdEncoding.EncodeToString([]byte(strings.Repeat(" ", shift) + value))
		inner := whole[4 : len(whole)-4] // the ends depend on the neighbours
		traces["in base64"] = append(traces["in base64"], chunks(inner)...)
		traces["in base64"] = append(traces["in base64"], chunks(strings.NewReplacer("+", "-", "/", "_").Replace(inner))...)
	}
	return traces
}

func chunks(text string) []string {
	var list []string
	for at := 0; at+traceLength <= len(text); at += traceLength {
		list = append(list, text[at:at+traceLength])
	}
	return list
}

// TestHuntFinds shows that a search that finds nothing says something.
func TestHuntFinds(t *testing.T) {
	t.Parallel()
	const value = "Q7mXv2LrT9wKc4ZsB8nYh3GdJ6fPa1Ue"
	for name, text := range map[string]string{
		"whole":        "password=" + value + ".",
		"cut":          "password=" + value[:18] + "…",
		"end":          "…" + value[15:],
		"hex":          hex.EncodeToString([]byte("x" + value)),
		"base64":       base64.StdEncoding.EncodeToString([]byte("user:" + value)),
		"base64 URL":   base64.RawURLEncoding.EncodeToString([]byte("password " + value + "?")),
		"inside JSON":  `{"text":"\u003c` + value + `"}`,
		"wrapped":      "",
		"inside value": "",
	} {
		h := newHunt()
		h.secret("the password", value)
		switch name {
		case "wrapped":
			h.sawError(name, fmt.Errorf("outer: %w", errors.New(value)))
		case "inside value":
			h.sawValue(t, name, struct{ hidden string }{value})
		default:
			h.saw(name, []byte(text))
		}
		if got := h.found(); len(got) != 1 || !strings.HasPrefix(got[0], name+" shows the password") {
			t.Errorf("%s: found %q", name, got)
		}
	}
	h := newHunt()
	h.secret("the password", value)
	h.saw("innocent", []byte("password=•••••••• "+value[:traceLength-1]))
	if got := h.found(); len(got) > 0 {
		t.Errorf("found %q where nothing is", got)
	}
}
