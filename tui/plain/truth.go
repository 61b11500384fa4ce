package plain

import (
	"bytes"
	"fmt"
	"io"
	"time"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/tui/component/sessions"
	"github.com/rotadeck/rotadeck/tui/ui"
)

// RunTruth is what is true of a run now, as `truth --json` prints it.
type RunTruth struct {
	Run        string          `json:"run"`
	Credential string          `json:"credential"`
	Status     engine.Status   `json:"status"`
	Phase      engine.Phase    `json:"phase"`
	Undoing    bool            `json:"undoing"`
	Rotation   engine.Rotation `json:"rotation"`
	Truth      engine.Truth    `json:"truth"`

	// Superseded is the later run that took the old slot of a done one.
	Superseded string `json:"superseded_by,omitempty"`
	// Holder is who carries the run out, where the journal hears of them.
	Holder *engine.Sign `json:"holder,omitempty"`
}

// NewRunTruth puts a run and what probes found of it together.
func NewRunTruth(s engine.Summary, t engine.Truth) RunTruth {
	return RunTruth{
		Run: s.Run, Credential: s.Credential, Status: s.Status, Phase: s.At(), Undoing: s.Undoing,
		Rotation: s.Rotation, Truth: t, Superseded: s.SupersededBy,
	}
}

// WriteTruth prints what is true of a run, a fact a line, the one safe next step
// last.
func WriteTruth(w io.Writer, r RunTruth) error {
	var b bytes.Buffer
	t := r.Truth
	fmt.Fprintf(&b, "run %s of %s is %s at %s, probed %s\n", ui.Clean(r.Run), ui.Clean(r.Credential), r.Status, r.Phase, stamp(t.At))
	if r.Holder != nil {
		fmt.Fprintf(&b, "carried out by %s\n", HolderLine(*r.Holder))
	}
	if t.Problem != "" {
		fmt.Fprintf(&b, "unknown: %s\n", ui.Clean(t.Problem))
	} else {
		writeProofs(&b, "old", side(r.Rotation.OldSlot, r.Rotation.OldIdentity), t.OldWorks, t.OldProofs)
		if t.Pending {
			writeProofs(&b, "new", side(r.Rotation.NewSlot, r.Rotation.NewIdentity), t.NewWorks, t.NewProofs)
		} else {
			fmt.Fprintf(&b, "new credential: the store holds none of this run\n")
		}
		fmt.Fprintf(&b, "store: publishes slot %s\n", ui.Clean(string(t.Active)))
		writeEvidence(&b, t.Evidence)
	}
	fmt.Fprintf(&b, "safe next step: %s\n", step(r))
	_, err := w.Write(b.Bytes())
	return err
}

// step is what may be done next: nothing to a run that is over, or that somebody
// carries out.
func step(r RunTruth) string {
	advice := ui.Clean(r.Truth.AdviceText)
	switch {
	case r.Superseded != "":
		return "none: " + advice + ", and superseded by " + ui.Clean(r.Superseded)
	case r.Status.Finished():
		return "none: " + advice
	case r.Holder != nil && r.Holder.Silent >= engine.GoneAfter:
		return "rotadeck resume --take-over " + ui.Clean(r.Run) + ", which asks first; " + advice
	case r.Status != engine.StatusStopped:
		return "none while somebody carries the run out; were it stopped: " + ui.Clean(r.Truth.Next())
	}
	return string(r.Truth.Advice) + ": " + advice
}

// HolderLine says who carries a run out, and when they were last heard of.
func HolderLine(sign engine.Sign) string {
	who := sign.Holder
	return fmt.Sprintf("%s on %s (pid %d), last heard of %s ago",
		ui.Clean(who.Operator), ui.Clean(who.Host), who.PID, engine.Span(sign.Silent.Round(time.Second)))
}

func writeProofs(b *bytes.Buffer, which, name string, standing engine.Standing, proofs []engine.Proof) {
	if standing == "" {
		standing = "not tried"
	}
	fmt.Fprintf(b, "%s credential: %s is %s\n", which, name, standing)
	for _, p := range proofs {
		line := fmt.Sprintf("  %s at %s", p.Standing, ui.Clean(p.Endpoint))
		if p.Detail != "" {
			line += ": " + ui.Clean(p.Detail)
		}
		if p.Took >= time.Millisecond {
			line += ", took " + p.Took.Round(time.Millisecond).String()
		}
		fmt.Fprintln(b, line)
	}
}

func writeEvidence(b *bytes.Buffer, e engine.Evidence) {
	if e.Counted {
		fmt.Fprintf(b, "users: %s on the old credential, %d on the new\n", count(len(e.OldSessions), "session"), e.NewSessions)
	}
	for _, g := range sessions.Group(e.OldSessions) {
		fmt.Fprintf(b, "  %s\n", ui.Clean(g.String()))
	}
	if e.Reports > 0 {
		fmt.Fprintf(b, "consumers: %d of %d report the new credential\n", e.OnNew, e.Reports)
	}
	for _, u := range e.Consumers {
		if u.Problem != "" {
			fmt.Fprintf(b, "  %s does not answer: %s\n", ui.Clean(u.Consumer), ui.Clean(u.Problem))
		}
	}
	if e.Problem != "" {
		fmt.Fprintf(b, "no evidence: %s\n", ui.Clean(e.Problem))
	}
}
