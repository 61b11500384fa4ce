package board

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/engine/enginetest"
	"github.com/rotadeck/rotadeck/tui/ui"
	"github.com/rotadeck/rotadeck/tui/uitest"
)

// fake is an incident of a test.
type fake struct {
	board    engine.Board
	answered engine.Answer
}

func (f *fake) Board() engine.Board          { return f.board }
func (f *fake) Answer(a engine.Answer) error { f.answered = a; return nil }
func (f *fake) Run(string) *engine.Run       { return nil }

func member(id string, state engine.MemberState, sessions int) engine.Member {
	return engine.Member{
		ScopeMember: engine.ScopeMember{
			Suspect:  engine.Suspect{Credential: id, Why: "chosen"},
			Risk:     engine.Risk{Accepted: engine.Accepted, Reasons: []string{"still accepted", "in production"}},
			Sessions: sessions, Consumers: []string{id + "-api"},
		},
		State: state,
	}
}

// midway is an incident two minutes after it was opened.
func midway() engine.Board {
	opened := uitest.Now().Add(-2 * time.Minute)
	revoked := member("orders-db", engine.MemberRevoked, 12)
	revoked.Cut = 12
	revoked.Why = "leaked: password, version 7f3c9a, published in slot a"
	revoked.Phase, revoked.Standing, revoked.Revoked = engine.PhaseDone, engine.Refused, opened.Add(48*time.Second)
	revoked.Proofs = []engine.Proof{{Endpoint: "db1:5432", Standing: engine.Refused}, {Endpoint: "replica:5432", Standing: engine.Refused}}
	probing := member("billing-db", engine.MemberProbing, 3)
	probing.Cut = 3
	probing.Phase, probing.Standing = engine.PhaseDone, engine.Accepted
	asks := member("audit-db", engine.MemberAsks, 0)
	asks.Phase = engine.PhaseValidate
	failed := member("search-db", engine.MemberFailed, -1)
	failed.Phase, failed.Problem = engine.PhaseCreate, engine.NewProblem(nil, "restore the connection, then resume", "search-db.internal:5432 cannot be reached")
	hand := member("partner-api", engine.MemberByHand, 0)
	hand.Barred = engine.NewProblem(nil, "rotate it by hand", "partner-api is only watched")
	rotating := member("reports-db", engine.MemberRotating, 4)
	rotating.Phase = engine.PhaseReload
	return engine.Board{
		ID: "20260314-092453-ab12cd34", Title: "orders-db and 6 more leaked", Operator: "sam", Host: "ops-1",
		Leaked: uitest.Now().Add(-(14*time.Minute + 32*time.Second)), Opened: opened, Status: engine.StatusRunning,
		Members: []engine.Member{revoked, probing, asks, failed, hand, rotating, member("edge-db", engine.MemberWaiting, 1)},
	}
}

func allRevoked() engine.Board {
	b := midway()
	for i := range b.Members {
		m := &b.Members[i]
		m.State, m.Phase, m.Standing, m.Problem, m.Barred, m.Cut = engine.MemberRevoked, engine.PhaseDone, engine.Refused, nil, nil, 2
		m.Revoked = b.Opened.Add(time.Duration(40+i) * time.Second)
	}
	b.Status, b.Ended = engine.StatusDone, b.Opened.Add(47*time.Second)
	return b
}

func stopped() engine.Board {
	b := midway()
	b.Status, b.Ended = engine.StatusStopped, uitest.Now().Add(-time.Minute)
	b.Members[2].State, b.Members[5].State, b.Members[6].State = engine.MemberStopped, engine.MemberStopped, engine.MemberStopped
	return b
}

func newTestScreen(t testing.TB, b engine.Board, events ...engine.Event) (*Screen, *fake) {
	t.Helper()
	world := enginetest.NewWorld(t)
	var credentials []engine.Credential
	for _, m := range midway().Members {
		c := world.Credential
		c.ID, c.Environment = m.Credential, engine.Environment{Name: "production", Word: "PROD", Protected: true}
		credentials = append(credentials, c)
	}
	c := uitest.Context(t.Context(), engine.New(engine.Config{Credentials: credentials, Open: world.Open, Journal: world.Journal}))
	c.Animation = true
	f := &fake{board: b}
	s := newScreen(c, f, engine.NewFeed(events...), b)
	s.folder = t.TempDir()
	return s, f
}

func request() *engine.Request {
	return &engine.Request{
		ID: "incident/1", Kind: engine.RequestIncident, Title: "Revoke 7 credentials?", Default: engine.ChoiceStop,
		What: "rotate each of them, worst first", Where: "PROD", Consequence: "22 sessions will be cut", Reversible: "not reversible: the old credential is known outside",
		Details: []string{"orders-db: 12 sessions"},
		Choices: []engine.Choice{{ID: engine.ChoiceContinue, Label: "revoke", Danger: true, Typed: "revoke"}, {ID: engine.ChoiceStop, Label: "stop here"}},
	}
}

func states() map[string]func(t testing.TB) *Screen {
	board := func(b engine.Board) func(t testing.TB) *Screen {
		return func(t testing.TB) *Screen { s, _ := newTestScreen(t, b); return s }
	}
	return map[string]func(t testing.TB) *Screen{
		"midway":      board(midway()),
		"all-revoked": board(allRevoked()),
		"one-failed": func(t testing.TB) *Screen {
			s, _ := newTestScreen(t, midway())
			s.Update(uitest.Key("a"))
			s.Update(uitest.Key("a"))
			return s
		},
		"calm": func(t testing.TB) *Screen {
			s, _ := newTestScreen(t, midway())
			s.context.Animation = false
			return s
		},
		"stopped": func(t testing.TB) *Screen {
			s, _ := newTestScreen(t, midway())
			return New(s.context, nil, stopped())
		},
		"ticked": board(allTicked()),
		"lingering": func(t testing.TB) *Screen {
			b := allRevoked()
			b.Members[0].Lingers, b.Members[0].Cut, b.Members[0].Sessions = true, 0, -1
			s, _ := newTestScreen(t, b)
			return s
		},
		"to-tick": func(t testing.TB) *Screen {
			b := allTicked()
			m := &b.Members[4]
			m.State, m.Ticked, m.By, m.Text, b.Status = engine.MemberByHand, time.Time{}, "", "", engine.StatusStopped
			s, _ := newTestScreen(t, b)
			return New(s.context, nil, b)
		},
		"noting": func(t testing.TB) *Screen {
			s, _ := newTestScreen(t, midway())
			for range 4 {
				s.Update(uitest.Key("down"))
			}
			s.Update(uitest.Key("d"))
			s.Update(tea.PasteMsg{Content: "at their portal"})
			return s
		},
		"not-begun": func(t testing.TB) *Screen {
			b := midway()
			for i := range b.Members {
				b.Members[i].State = engine.MemberWaiting
			}
			b.Status = engine.StatusWaiting
			s, _ := newTestScreen(t, b)
			s.receive(news{s, []engine.Event{{Type: engine.EventRequest, Request: request()}}, 1, false})
			return s
		},
	}
}

// allTicked is an incident that is over, one credential of it by hand.
func allTicked() engine.Board {
	b := allRevoked()
	m := &b.Members[4]
	m.State, m.Revoked, m.Phase, m.Cut, m.Standing = engine.MemberTicked, time.Time{}, "", 0, ""
	m.Barred = engine.NewProblem(nil, "rotate it by hand", "partner-api is only watched")
	m.Ticked, m.By, m.Text = b.Opened.Add(70*time.Second), "sam", "at their portal"
	return b
}

func TestTickingOff(t *testing.T) {
	t.Parallel()
	s, _ := newTestScreen(t, midway())
	if reason := s.tickReason(); !strings.Contains(reason, "already") {
		t.Errorf("what is revoked can be ticked off: %q", reason)
	}
	s = states()["noting"](t)
	if !s.CapturesText() {
		t.Fatal("keys are no text")
	}
	if cmd := s.Update(uitest.Key("esc")); cmd != nil || s.CapturesText() {
		t.Error("esc does not leave")
	}
	s = states()["noting"](t)
	messages := uitest.Messages(s.Update(uitest.Key("enter")))
	if len(messages) != 1 {
		t.Fatalf("got %v", messages)
	}
	dialog := messages[0].(ui.ShowDialog).Dialog.View(80, 24)
	for _, want := range []string{"Is partner-api revoked by hand?", "note: at their portal"} {
		if !strings.Contains(uitest.Text(dialog), want) {
			t.Errorf("no %q in\n%s", want, dialog)
		}
	}
	b := allTicked()
	s.Update(ticked{s, &b, nil})
	if s.refresh(); s.board.Left() != 0 {
		t.Error("the board goes back to what the incident said before")
	}
}

func frameSizes() [][2]int { return [][2]int{{60, 14}, {80, 21}, {120, 37}, {200, 47}} }

func TestFrames(t *testing.T) {
	t.Parallel()
	for name, make := range states() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := make(t)
			for _, size := range frameSizes() {
				uitest.Golden(t, fmt.Sprintf("%s-%dx%d", name, size[0], size[1]), s.View(size[0], size[1]))
			}
			uitest.Sizes(t, s.View)
			uitest.KeyTable(t, s.Bindings())
		})
	}
}

func TestManyMembers(t *testing.T) {
	t.Parallel()
	b := midway()
	for i := range 2000 {
		b.Members = append(b.Members, member(fmt.Sprintf("名前-%04d", i), engine.MemberWaiting, 1))
	}
	s, _ := newTestScreen(t, b)
	s.Update(uitest.Key("end"))
	uitest.Sizes(t, s.View)
	if s.Update(uitest.Key("a")); s.table.Selected() != "audit-db" {
		t.Errorf("a leads to %s, want the next that asks", s.table.Selected())
	}
}

// TestAClickSelects holds the rows to what a click does in other lists.
func TestAClickSelects(t *testing.T) {
	t.Parallel()
	for _, size := range frameSizes() {
		s, _ := newTestScreen(t, midway())
		for y, line := range strings.Split(ansi.Strip(s.View(size[0], size[1])), "\n") {
			if s.Update(tea.MouseClickMsg{X: 6, Y: y, Button: tea.MouseLeft}); strings.HasPrefix(line, "  billing-db") && s.table.Selected() != "billing-db" {
				t.Errorf("at %v a click on line %d selects %s", size, y, s.table.Selected())
			}
		}
		s.Update(uitest.Key("home"))
		if s.Update(tea.MouseClickMsg{X: 6, Y: 0, Button: tea.MouseLeft}); s.table.Selected() != "orders-db" {
			t.Errorf("at %v a click above the rows selects %s", size, s.table.Selected())
		}
	}
}

// TestTickedOffSaysWhetherItWasAsked tells one that nobody asked from one that was
// asked in vain.
func TestTickedOffSaysWhetherItWasAsked(t *testing.T) {
	t.Parallel()
	s, _ := newTestScreen(t, allTicked())
	for standing, want := range map[engine.Standing]string{
		"": "not asked since", engine.Unreachable: "? unreachable", engine.Refused: "✓ refused",
	} {
		m := allTicked().Members[4]
		m.Standing = standing
		if got := ansi.Strip(s.leaked(m)); got != want {
			t.Errorf("of %q it says %q, want %q", standing, got, want)
		}
	}
}

func TestTheClockTicks(t *testing.T) {
	t.Parallel()
	s, f := newTestScreen(t, midway())
	if frame := uitest.Text(s.View(80, 21)); !strings.Contains(frame, "14 min 32 s since the leak") {
		t.Errorf("no clock:\n%s", frame)
	}
	s.context.Now = func() time.Time { return uitest.Now().Add(29 * time.Second) }
	f.board.Members[6].State = engine.MemberRevoked
	s.Update(ui.Tick{Front: s})
	if frame := uitest.Text(s.View(80, 21)); !strings.Contains(frame, "15 min 01 s") || !strings.Contains(frame, "2 of 7 revoked") {
		t.Errorf("it stands still:\n%s", frame)
	}
}

func TestTheQuestionIsShownOnce(t *testing.T) {
	t.Parallel()
	s, f := newTestScreen(t, midway(), engine.Event{Type: engine.EventRequest, Request: request()})
	s.feed.Close()
	shown := func(messages []tea.Msg) (n int) {
		for _, msg := range messages {
			if _, ok := msg.(ui.ShowDialog); ok {
				n++
			}
		}
		return n
	}
	first := uitest.Messages(s.Init())
	if n := shown(uitest.Messages(s.Update(first[0]))); n != 1 {
		t.Fatalf("%d dialogs, want one", n)
	}
	if n := shown(uitest.Messages(s.Update(news{s, nil, 1, true}))); n != 0 {
		t.Error("put aside, it comes back by itself")
	}
	if n := shown(uitest.Messages(s.Update(uitest.Key("enter")))); n != 1 {
		t.Error("enter does not ask again")
	}
	if s.Update(uitest.Key("esc")); f.answered.Choice != engine.ChoiceStop {
		t.Errorf("esc answers %+v", f.answered)
	}
}

// TestTheQuestionSaysWhenItCounted matters to whoever comes back to it later.
func TestTheQuestionSaysWhenItCounted(t *testing.T) {
	t.Parallel()
	s, _ := newTestScreen(t, midway())
	s.receive(news{s, []engine.Event{{Type: engine.EventRequest, Request: request(), At: uitest.Now()}}, 1, false})
	s.context.Now = func() time.Time { return uitest.Now().Add(time.Hour) }
	s.askAgain()
	if frame := uitest.Text(s.dialog.View(80, 24)); !strings.Contains(frame, "sessions as counted at 09:26:53") {
		t.Errorf("it does not say it:\n%s", frame)
	}
}

// An incident that was stopped asks before it goes on: then much has begun.
func TestTheQuestionOfAResumedIncident(t *testing.T) {
	t.Parallel()
	yes := engine.Event{Type: engine.EventAnswer, Answer: &engine.Answer{Request: "incident/0", Choice: engine.ChoiceContinue}}
	for _, resumed := range []bool{false, true} {
		s, _ := newTestScreen(t, midway())
		events := []engine.Event{{Type: engine.EventRequest, Request: request()}}
		if resumed {
			events = append([]engine.Event{events[0], yes}, events...)
		}
		s.receive(news{s, events, len(events), false})
		text := ansi.Strip(s.View(120, 37))
		if strings.Contains(text, "nothing has begun") == resumed || strings.Contains(text, "not begun") == resumed || (s.reportReason() == "") != resumed {
			t.Errorf("resumed %t, no report because %q:\n%s", resumed, s.reportReason(), text)
		}
	}
}

func TestReportIsWrittenForItsOwnerAlone(t *testing.T) {
	t.Parallel()
	s, _ := newTestScreen(t, allRevoked())
	s.read = func(context.Context, string) (engine.IncidentReport, error) {
		return engine.IncidentReport{Board: allRevoked()}, nil
	}
	for _, msg := range uitest.Messages(s.Update(uitest.Key("r"))) {
		if news, ok := msg.(ui.Flash); !ok || news.Level != ui.LevelOK {
			t.Errorf("%+v", msg)
		}
	}
	files, err := filepath.Glob(filepath.Join(s.folder, "*"))
	if err != nil || len(files) != 2 {
		t.Fatalf("%v, %v: want a page and a text", files, err)
	}
	for _, file := range files {
		info, err := os.Stat(file)
		if err != nil {
			t.Fatal(err)
		}
		if info.Mode().Perm() != 0o600 {
			t.Errorf("%s has mode %v", file, info.Mode())
		}
	}
}

func TestUntrustedText(t *testing.T) {
	t.Parallel()
	for name, text := range uitest.Untrusted() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := midway()
			b.Title, b.Operator, b.Host, b.Problem = text, text, text, &engine.Problem{Text: text, Hint: text, Cause: text}
			m := &b.Members[0]
			m.Text, m.Why, m.Risk.Reasons, m.Consumers, m.Phase, m.State = text, text, []string{text}, []string{text}, engine.Phase(text), engine.MemberState(text)
			m.Problem, m.Proofs = &engine.Problem{Text: text}, []engine.Proof{{Endpoint: text, Standing: engine.Standing(text)}}
			s, _ := newTestScreen(t, b)
			for _, size := range frameSizes() {
				uitest.Harmless(t, s.View(size[0], size[1])+s.Title())
			}
		})
	}
}
