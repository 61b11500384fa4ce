package truthpanel

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/engine/enginetest"
	"github.com/rotadeck/rotadeck/tui/uitest"
)

func summary() engine.Summary {
	return engine.Summary{
		Run: "20260314-4f7a", Credential: enginetest.ID, Status: engine.StatusStopped, Phase: engine.PhaseReload, Seq: 9,
		Rotation: engine.Rotation{OldSlot: "a", NewSlot: "b", OldIdentity: "orders_a", NewIdentity: "orders_b", Operator: "ann", Host: "ops-1", PID: 4711},
	}
}

func sample() engine.Truth {
	proof := func(endpoint, identity string, s engine.Standing, detail string) engine.Proof {
		return engine.Proof{Endpoint: endpoint, Identity: identity, Standing: s, Detail: detail, Took: 8 * time.Millisecond}
	}
	return engine.Truth{
		At: uitest.Now().Add(-12 * time.Second), OldWorks: engine.Accepted, NewWorks: engine.Refused, Active: "b", Pending: true,
		OldProofs: []engine.Proof{proof("db1:5432", "orders_a", engine.Accepted, "TLS 1.3"), proof("db2:5432", "orders_a", engine.Accepted, "TLS 1.3")},
		NewProofs: []engine.Proof{proof("db1:5432", "orders_b", engine.Accepted, "TLS 1.3"), proof("db2:5432", "", engine.Refused, `password authentication failed for user "orders_b" (SQLSTATE 28P01)`)},
		Evidence: engine.Evidence{
			Counted: true, NewSessions: 9, OnNew: 1, Reports: 3,
			OldSessions: []engine.Session{{Slot: "a", Application: "orders-api", Client: "10.0.0.4"}, {Slot: "a", Application: "orders-api", Client: "10.0.0.4"}},
			Consumers:   []engine.Usage{{Consumer: "cron", Problem: "connection refused"}},
		},
		Advice: engine.AdviceRollBack, AdviceText: "the new credential is refused and the old one works: roll back",
	}
}

func newPanel(t *testing.T) *Panel {
	t.Helper()
	c := uitest.Context(t.Context(), enginetest.NewWorld(t).Engine())
	return New(c, Keys{Resume: "u", RollBack: "b", Again: "r"})
}

// panelOf is a panel that was given an answer.
func panelOf(t *testing.T, truth engine.Truth, err error) *Panel {
	t.Helper()
	p := newPanel(t)
	p.Look(summary())
	p.Take(seen{p, p.asked, truth, err})
	return p
}

func cases() map[string]func(t *testing.T) *Panel {
	dark := engine.Truth{At: uitest.Now(), Problem: "the store does not answer: connection refused", Advice: engine.AdviceWait, AdviceText: "the store cannot be read: mend that first, then resume"}
	early := sample()
	early.Pending, early.NewProofs, early.NewWorks, early.Active = false, nil, "", "a"
	early.Evidence = engine.Evidence{Problem: "neither the target nor all consumers can tell who uses the credential"}
	early.Advice, early.AdviceText = engine.AdviceResume, "the old credential works and services use it: resume"
	return map[string]func(t *testing.T) *Panel{
		"probing": func(t *testing.T) *Panel { p := newPanel(t); p.Look(summary()); return p },
		"truth":   func(t *testing.T) *Panel { return panelOf(t, sample(), nil) },
		"early":   func(t *testing.T) *Panel { return panelOf(t, early, nil) },
		"dark":    func(t *testing.T) *Panel { return panelOf(t, dark, nil) },
		"error": func(t *testing.T) *Panel {
			return panelOf(t, engine.Truth{}, engine.NewProblem(nil, "rotadeck history lists runs", "the journal knows no run x"))
		},
		"again": func(t *testing.T) *Panel { p := panelOf(t, sample(), nil); p.Look(summary()); return p },
	}
}

func TestLines(t *testing.T) {
	t.Parallel()
	for name, panel := range cases() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := panel(t)
			for _, width := range []int{38, 76, 110} {
				uitest.Golden(t, fmt.Sprintf("%s-%d", name, width), strings.Join(p.Within(width, 30), "\n")+"\n\n"+strings.Join(p.Brief(width), "\n")+"\n")
			}
			if name != "truth" && name != "error" {
				return
			}
			uitest.BoxSizes(t, func(w, h int) string {
				return strings.Join(p.Within(w, h), "\n")
			})
		})
	}
}

func TestFootStays(t *testing.T) {
	t.Parallel()
	text := uitest.Text(strings.Join(panelOf(t, sample(), nil).Within(60, 7), "\n"))
	for _, want := range []string{"more lines", "b roll back", "r probes again"} {
		if !strings.Contains(text, want) {
			t.Errorf("does not show %q:\n%s", want, text)
		}
	}
}

func TestProbedOnceForEachState(t *testing.T) {
	t.Parallel()
	p := newPanel(t)
	run := summary()
	if p.Of(run) == nil || p.Of(run) != nil {
		t.Error("a run is not probed once")
	}
	p.Take(seen{p, p.asked, sample(), nil})
	if p.Of(run) != nil {
		t.Error("it is probed again unasked")
	}
	run.Seq++
	if p.Of(run) == nil {
		t.Error("a run that went on is not probed")
	}
}

func TestLateAnswersAreIgnored(t *testing.T) {
	t.Parallel()
	p := panelOf(t, sample(), nil)
	p.Look(summary())
	p.Take(seen{p, p.asked - 1, engine.Truth{}, errors.New("late")})
	p.Take(seen{newPanel(t), p.asked, engine.Truth{}, errors.New("of another")})
	if truth, known := p.Truth(); !known || !p.Looking() || truth.Active != "b" {
		t.Errorf("known %t, looking %t, %+v", known, p.Looking(), truth)
	}
	other := summary()
	other.Run = "another"
	p.Look(other)
	if _, known := p.Truth(); known {
		t.Error("the truth of one run is shown for another")
	}
}

func TestTruthOfARealEngine(t *testing.T) {
	t.Parallel()
	world := enginetest.NewWorld(t)
	e := world.Engine()
	run, err := e.Rotate(t.Context(), enginetest.ID, engine.Options{})
	if err != nil {
		t.Fatal(err)
	}
	s := enginetest.Drive(t, run, func(q engine.Request) engine.ChoiceID {
		if q.Phase == engine.PhasePublish {
			return engine.ChoiceStop
		}
		return enginetest.Yes(q)
	})
	p := New(uitest.Context(t.Context(), e), Keys{Resume: "u"})
	p.Take(p.Look(s)())
	text := uitest.Text(strings.Join(p.Within(90, 30), "\n"))
	for _, want := range []string{"app_a (slot a)  ✓ accepted", "app_b (slot b)  ✓ accepted", "publishes slot a, the old one; keeps the new one beside it", "u resume"} {
		if !strings.Contains(text, want) {
			t.Errorf("does not show %q:\n%s", want, text)
		}
	}
	if strings.Contains(text, enginetest.OldPassword) {
		t.Error("a secret is shown")
	}
}

func TestUntrustedText(t *testing.T) {
	t.Parallel()
	for name, text := range uitest.Untrusted() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			truth := sample()
			truth.AdviceText, truth.Active = text, engine.Slot(text)
			truth.NewProofs[0] = engine.Proof{Endpoint: text, Identity: text, Detail: text, Standing: engine.Refused}
			truth.Evidence.Problem = text
			truth.Evidence.OldSessions[0].Application = text
			truth.Evidence.Consumers[0] = engine.Usage{Consumer: text, Problem: text}
			run := summary()
			run.Rotation.OldIdentity = text
			p := panelOf(t, truth, nil)
			p.run = run
			dark := truth
			dark.Problem = text
			for _, panel := range []*Panel{p, panelOf(t, dark, nil), panelOf(t, engine.Truth{}, errors.New(text))} {
				for _, line := range append(panel.Within(76, 30), panel.Brief(76)...) {
					uitest.Harmless(t, line)
				}
			}
		})
	}
}
