package truthpanel

import (
	"fmt"
	"slices"
	"time"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/tui/ui"
)

func (p *Panel) old() string { return sideName(p.run.Rotation.OldIdentity, p.run.Rotation.OldSlot) }

func (p *Panel) next() string { return sideName(p.run.Rotation.NewIdentity, p.run.Rotation.NewSlot) }

func sideName(identity string, slot engine.Slot) string {
	switch {
	case slot == "":
		return "credential"
	case identity == "":
		return "slot " + ui.Clean(string(slot))
	}
	return fmt.Sprintf("%s (slot %s)", ui.Clean(identity), ui.Clean(string(slot)))
}

// newMark is how the new credential fares; there may be none.
func (p *Panel) newMark() ui.Mark {
	if !p.truth.Pending {
		return ui.Mark{Glyph: "·", Word: "not there", Style: p.context.Theme.Muted}
	}
	return p.context.Theme.Standing(p.truth.NewWorks)
}

// side says how a credential is received, endpoint by endpoint.
func (p *Panel) side(label, name string, standing engine.Standing, proofs []engine.Proof, width int) []string {
	theme := p.context.Theme
	text := theme.Standing(standing).Render()
	if n := len(proofs); n > 1 {
		text += theme.Muted.Render(fmt.Sprintf(" at %d of %d", count(proofs, standing), n))
	}
	lines := p.pair(label, theme.Strong.Render(name), text, width)
	for _, proof := range proofs {
		mark := theme.Standing(proof.Standing)
		words := []string{proof.Endpoint, proof.Detail, took(proof.Took)}
		if proof.Standing != engine.Accepted {
			words = slices.Insert(words, 1, mark.Word)
		}
		lines = append(lines, p.marked(mark, list(words...), width)...)
	}
	return lines
}

func (p *Panel) fresh(width int) []string {
	if !p.truth.Pending {
		theme := p.context.Theme
		return append([]string{p.row("new", theme.Strong.Render(p.next()), width)},
			p.wrapped("", "the store holds no new credential of this run", theme.Muted, width)...)
	}
	return p.side("new", p.next(), p.truth.NewWorks, p.truth.NewProofs, width)
}

func count(proofs []engine.Proof, standing engine.Standing) int {
	n := 0
	for _, proof := range proofs {
		if proof.Standing == standing {
			n++
		}
	}
	return n
}

func took(d time.Duration) string {
	if d <= 0 {
		return ""
	}
	return fmt.Sprintf("%d ms", max(1, d.Milliseconds()))
}
