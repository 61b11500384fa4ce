package tui

import (
	"strings"
	"testing"
	"unicode"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/engine/enginetest"
	"github.com/rotadeck/rotadeck/tui/component/confirm"
	"github.com/rotadeck/rotadeck/tui/component/help"
	"github.com/rotadeck/rotadeck/tui/ui"
	"github.com/rotadeck/rotadeck/tui/uitest"
)

func TestEveryThemeFits(t *testing.T) {
	t.Parallel()
	eachScene(t, func(t *testing.T, _ string, d *deck) {
		for _, theme := range ui.ThemeNames() {
			d.setTheme(theme)
			for _, size := range [][2]int{{1, 1}, {59, 16}, {60, 16}, {99, 24}, {100, 24}, {140, 40}, {200, 50}} {
				hasItsSize(t, d.Frame(size[0], size[1]), size[0], size[1])
			}
		}
	})
}

func TestASCII(t *testing.T) {
	t.Parallel()
	eachScene(t, func(t *testing.T, name string, d *deck) {
		text := ansi.Strip(d.View().Content)
		foreign := func(r rune) bool { return r > unicode.MaxASCII && !unicode.IsLetter(r) && !unicode.IsMark(r) }
		if i := strings.IndexFunc(text, foreign); i >= 0 {
			t.Errorf("%q is not ASCII", text[i:min(len(text), i+10)])
		}
		if i := strings.IndexFunc(text, func(r rune) bool { return r > unicode.MaxASCII }); i >= 0 && !strings.HasPrefix(name, "wide") {
			t.Errorf("%q is not ASCII", text[i:min(len(text), i+10)])
		}
	}, func(o *Options) { o.ASCII = true })
}

func TestNoColor(t *testing.T) {
	t.Parallel()
	eachScene(t, func(t *testing.T, _ string, d *deck) {
		for _, colour := range []string{"38;", "48;"} {
			if content := d.View().Content; strings.Contains(content, colour) {
				t.Errorf("the frame has colours:\n%s", uitest.Text(content))
			}
		}
	}, func(o *Options) { o.NoColor = true })
}

// TestKeyTable holds every context of keys, the general ones among them, to
// meaning one thing by each key, and the help to listing all of them, with the
// reason of those that do not work now.
func TestKeyTable(t *testing.T) {
	t.Parallel()
	eachScene(t, func(t *testing.T, _ string, d *deck) {
		uitest.KeyTable(t, d.bindings())
		if dialog := d.dialog(); dialog != nil {
			uitest.KeyTable(t, dialog.Bindings())
		}
		listed := uitest.Text(help.New(d.context, "all", d.bindings()).View(200, 600))
		words := strings.Join(strings.Fields(strings.NewReplacer("│", " ", "▌", " ").Replace(listed)), " ")
		for _, b := range d.bindings() {
			label := b.Label[:min(len(b.Label), 12)] // a longer one may be cut
			if !strings.Contains(listed, label) || !strings.Contains(listed, ui.KeyName(b.Keys[0])) {
				t.Errorf("%s %s is not in the help", b.Keys[0], b.Label)
			}
			if reason := strings.Join(strings.Fields(ui.Clean(b.Reason)), " "); !strings.Contains(words, reason) {
				t.Errorf("the help does not say why %s does not work: %s", b.Label, reason)
			}
		}
	}, func(o *Options) { o.Mouse = true })
}

// TestNothingMovesByItself compares two frames that a second lies between, with
// animation off: unless a fact has changed, they are the same.
func TestNothingMovesByItself(t *testing.T) {
	t.Parallel()
	eachScene(t, func(t *testing.T, _ string, d *deck) {
		if question, asks := d.dialog().(*confirm.Dialog); asks {
			question.Arm() // that keys count from now on is a fact
		}
		for _, size := range [][2]int{{80, 24}, {160, 45}} {
			before := d.frameAt(size[0], size[1])
			d.deliver(ui.Tick{At: uitest.Now()})
			d.settle()
			if after := d.frameAt(size[0], size[1]); after != before {
				t.Errorf("a second later, the frame\n%s\nis\n%s", uitest.Text(before), uitest.Text(after))
			}
		}
	}, func(o *Options) { o.Animation = false })
}

// TestAnswersAreInViewAtTheLeastSize looks for what a question needs in the
// smallest window that shows one: the answers, the default in focus, what keys do
// now, and the keys in the footer.
func TestAnswersAreInViewAtTheLeastSize(t *testing.T) {
	t.Parallel()
	asked := 0
	eachSceneInTurn(t, func(t *testing.T, _ string, d *deck) {
		dialog, isQuestion := d.dialog().(*confirm.Dialog)
		if !isQuestion {
			return
		}
		asked++
		d.deliver(newsOver{d.newsCount})
		frame := uitest.Text(d.frameAt(ui.LeastWidth, ui.LeastHeight))
		lines := strings.Split(strings.TrimRight(frame, "\n"), "\n")
		for _, choice := range dialog.Choices() {
			if !strings.Contains(frame, choice.Label) {
				t.Errorf("the answer %q is out of view:\n%s", choice.Label, frame)
			}
		}
		if !strings.Contains(frame, "[ "+dialog.Choices()[0].Label) || !strings.Contains(frame, "arming…") {
			t.Errorf("the default is not in focus, or it does not say that it arms:\n%s", frame)
		}
		if foot := lines[len(lines)-1]; !strings.Contains(foot, "enter choose") || !strings.Contains(foot, "esc put aside") {
			t.Errorf("the footer is %q", foot)
		}
	})
	if asked < 10 {
		t.Errorf("only %d scenes ask", asked)
	}
}

// TestNobodyAnswersByAccident throws at every dialog, in the moment in which it is
// seen, what a hand does that was busy with something else; and once keys count,
// what is no press of a key at all. Nothing is done, and no question is answered.
func TestNobodyAnswersByAccident(t *testing.T) {
	t.Parallel()
	eachScene(t, func(t *testing.T, name string, d *deck) {
		dialog := d.dialog()
		if dialog == nil {
			return
		}
		d.deliver(tea.WindowSizeMsg{Width: 10, Height: 3}, tea.WindowSizeMsg{Width: 80, Height: 24}) // it is seen anew
		question, isQuestion := dialog.(*confirm.Dialog)
		before := d.recorded()
		if isQuestion {
			d.press("enter", "y", "space", "enter", "y", "y", "b", "enter", "n")
			d.settle()
			if d.dialog() != dialog || d.recorded() != before {
				t.Fatalf("a burst of keys answers %s", name)
			}
			question.Arm()
		}
		d.deliver(
			tea.PasteMsg{Content: "y\n"}, tea.PasteMsg{Content: enginetest.ID + "\n"},
			tea.KeyReleaseMsg(uitest.Key("enter")), tea.KeyReleaseMsg(uitest.Key("y")), tea.KeyReleaseMsg(uitest.Key("n")),
		)
		for _, key := range []string{"enter", "y", "n", "u", "b"} {
			repeat := uitest.Key(key)
			repeat.IsRepeat = true
			if isQuestion {
				d.deliver(repeat)
			}
		}
		d.settle()
		if d.recorded() != before || d.dialog() != dialog {
			t.Errorf("a paste, a release or a repeat answers %s", name)
		}
		if !isQuestion {
			return
		}
		question.Arm()
		for range question.Choices() { // a paste went to the field, which has the focus then
			if !strings.Contains(uitest.Text(d.frameAt(80, 24)), "[ "+question.Choices()[0].Label) {
				d.press("tab")
			}
		}
		d.press("enter")
		d.until("the default answers", func() bool { return d.dialog() != dialog })
	})
}

// recorded is how much the journal knows, and how many runs are under way.
func (d *deck) recorded() int {
	d.t.Helper()
	runs, err := d.world.Engine().Runs(d.t.Context(), engine.RunQuery{})
	if err != nil {
		d.t.Fatal(err)
	}
	total := len(d.launcher.active())
	for _, run := range runs {
		total += int(run.Seq)
	}
	return total
}
