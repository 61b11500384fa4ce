package ui

import "github.com/rotadeck/rotadeck/engine"

// Loose is the mark of a loose end.
func (t Theme) Loose(kind engine.LooseKind) Mark {
	switch kind {
	case engine.LooseAccepted:
		return Mark{"▲", string(kind), t.Danger}
	case engine.LooseRun, engine.LooseRecord:
		return Mark{"■", string(kind), t.Danger}
	case engine.LooseLeftover:
		return Mark{"◆", string(kind), t.Warn}
	case engine.LooseServed:
		return Mark{"↻", string(kind), t.Warn}
	case engine.LoosePending:
		return Mark{"▸", string(kind), t.Warn}
	case engine.LooseUnused, engine.LooseNeverUsed:
		return Mark{"◇", string(kind), t.Info}
	}
	return Mark{"?", string(kind), t.Warn}
}
