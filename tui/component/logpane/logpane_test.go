package logpane

import (
	"fmt"
	"strings"
	"testing"

	"github.com/rotadeck/rotadeck/tui/ui"
	"github.com/rotadeck/rotadeck/tui/uitest"
)

func lines(from, to int) []string {
	var all []string
	for i := from; i <= to; i++ {
		all = append(all, fmt.Sprintf("line %03d", i))
	}
	return all
}

func frame(p *Pane) string {
	return strings.TrimRight(uitest.Text(p.View(ui.NewTheme(ui.Look{}), 40, 3)), "\n")
}

func TestFollowAndPause(t *testing.T) {
	t.Parallel()
	p := New(1000)
	p.Append(lines(1, 10)...)
	if got := frame(p); got != "line 008\nline 009\nline 010" || !p.Following() {
		t.Errorf("following shows\n%s", got)
	}
	p.Key(uitest.Key("up"))
	p.Append(lines(11, 47)...)
	got := frame(p)
	if !strings.HasPrefix(got, "line 007\nline 008\nline 009") || !strings.Contains(got, "paused +37") {
		t.Errorf("paused shows\n%s", got)
	}
	p.Key(uitest.Key("end"))
	if got := frame(p); got != "line 045\nline 046\nline 047" || p.Unseen() != 0 {
		t.Errorf("following again shows\n%s", got)
	}
}

func TestScrollingToTheEndFollows(t *testing.T) {
	t.Parallel()
	p := New(1000)
	p.Append(lines(1, 10)...)
	frame(p)
	p.Scroll(-2)
	p.Scroll(2)
	if !p.Following() {
		t.Error("at the end, the pane must follow")
	}
	p.Key(uitest.Key("home"))
	if got := frame(p); !strings.HasPrefix(got, "line 001") {
		t.Errorf("home shows\n%s", got)
	}
}

func TestPauseSurvivesTheRingBuffer(t *testing.T) {
	t.Parallel()
	p := New(100)
	p.Append(lines(1, 100)...)
	frame(p)
	p.Scroll(-40)
	want := frame(p)[:len("line 058")]
	p.Append(lines(101, 150)...)
	if got := frame(p); !strings.HasPrefix(got, want) {
		t.Errorf("the view moved from %s to\n%s", want, got)
	}
	p.Append(lines(151, 500)...)
	if got := len(p.Lines()); got > 125 {
		t.Errorf("%d lines are kept, want about 100", got)
	}
	got := frame(p)
	if !strings.HasPrefix(got, p.Lines()[0]) || p.Following() {
		t.Errorf("with its lines gone, a paused pane shows the oldest:\n%s", got)
	}
}

func TestFewLinesDoNotScroll(t *testing.T) {
	t.Parallel()
	p := New(10)
	p.Append("only one")
	frame(p)
	p.Scroll(-1)
	if !p.Following() {
		t.Error("nothing to scroll, yet paused")
	}
}

func TestPan(t *testing.T) {
	t.Parallel()
	p := New(10)
	p.Append("0123456789abcdef")
	p.Key(uitest.Key("right"))
	if got := frame(p); !strings.HasPrefix(got, "89abcdef") {
		t.Errorf("panned shows %q", got)
	}
	p.Append("0123456789ABCDEF")
	if got := frame(p); !strings.Contains(got, "\n89ABCDEF") {
		t.Errorf("new lines lose the pan: %q", got)
	}
	p.Key(uitest.Key("left"))
	if got := frame(p); !strings.HasPrefix(got, "01234567") {
		t.Errorf("back shows %q", got)
	}
}

func TestSizes(t *testing.T) {
	t.Parallel()
	theme := ui.NewTheme(ui.Look{Dark: true})
	p := New(500)
	uitest.Sizes(t, func(w, h int) string { return p.View(theme, w, h) })
	p.Append(append(lines(1, 300), theme.Danger.Render(strings.Repeat("名前", 200)))...)
	uitest.Sizes(t, func(w, h int) string { return p.View(theme, w, h) })
	p.Scroll(-100)
	uitest.Sizes(t, func(w, h int) string { return p.View(theme, w, h) })
}

func BenchmarkAppend(b *testing.B) {
	p := New(10_000)
	batch := lines(1, 100)
	for b.Loop() {
		p.Append(batch...)
	}
}
