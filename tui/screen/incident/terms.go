package incident

import (
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/tui/component/filter"
	"github.com/rotadeck/rotadeck/tui/ui"
)

// terms are since when the secret is out, and how long the old one stays valid.
type terms struct {
	ago     int       // index of the span before now; ignored where a moment was typed
	moment  time.Time // typed
	graced  int       // index of the grace
	editing bool
	input   *filter.Filter // of the moment
	problem string
}

func newTerms() terms { return terms{input: filter.New()} }

// ago is a span before now, as it is chosen.
type ago struct {
	span time.Duration
	word string
}

func agos() []ago {
	return []ago{{0, "now"}, {time.Hour, "1h ago"}, {24 * time.Hour, "24h ago"}, {7 * 24 * time.Hour, "7d ago"}}
}

func graces() []time.Duration {
	return []time.Duration{0, time.Minute, 5 * time.Minute, 15 * time.Minute}
}

func (t *terms) nextSince() {
	if !t.moment.IsZero() {
		t.moment = time.Time{}
		t.ago = -1
	}
	t.ago = (t.ago + 1) % len(agos())
}

func (t *terms) nextGrace() { t.graced = (t.graced + 1) % len(graces()) }

func (t *terms) grace() time.Duration { return graces()[t.graced] }

// leaked is the moment since when the secret is out; zero stands for the moment in
// which the incident opens.
func (t *terms) leaked(now time.Time) time.Time {
	switch {
	case !t.moment.IsZero():
		return t.moment
	case t.ago == 0:
		return time.Time{}
	}
	return now.Add(-agos()[t.ago].span)
}

// open lets a moment be typed.
func (t *terms) open() {
	t.editing, t.problem = true, ""
	t.input.Clear()
	t.input.Open()
}

// press handles a key while a moment is typed: enter takes it, esc does not.
func (t *terms) press(msg tea.KeyPressMsg, now time.Time) {
	text := t.input.Text()
	t.input.Update(msg)
	switch {
	case t.input.Editing():
		t.problem = ""
	case msg.String() == "esc" || text == "":
		t.editing = false
	default:
		at, err := ui.ParseMoment(text, now)
		if err != nil {
			t.problem = err.Error()
			t.input.Open()
			return
		}
		t.moment, t.editing = at, false
	}
}

// since words since when the secret is out.
func (t *terms) since(now time.Time) string {
	if !t.moment.IsZero() {
		return t.moment.Format("2006-01-02 15:04") + ", " + engine.Span(now.Sub(t.moment)) + " ago"
	}
	return agos()[t.ago].word
}

// wait words what the grace means.
func (t *terms) wait() string {
	if t.grace() == 0 {
		return "0, cut at once"
	}
	return engine.Span(t.grace()) + ", the leaked one stays valid that long"
}
