package engine

import (
	"cmp"
	"slices"
	"strings"
	"time"
)

// LooseKind is in which way something was left half way.
type LooseKind string

// The kinds of loose ends.
const (
	LooseAccepted  LooseKind = "still accepted"  // retired, or published nowhere, and yet it lets people in
	LooseRun       LooseKind = "half-done run"   // stopped: neither done nor rolled back
	LooseLeftover  LooseKind = "left over"       // the target keeps more than the slots need
	LooseServed    LooseKind = "not taken up"    // a consumer uses another version than the published one
	LoosePending   LooseKind = "never published" // a pending version that no run will publish
	LooseUnused    LooseKind = "unused slot"     // it lets people in, and nobody is seen using it
	LooseNeverUsed LooseKind = "never used"      // made and published, and nobody is seen using it
	LooseRecord    LooseKind = "left open"       // an incident or a rehearsal that was not ended
)

// LooseKinds lists every kind, worst first.
func LooseKinds() []LooseKind {
	return []LooseKind{
		LooseAccepted, LooseRun, LooseLeftover, LooseServed, LoosePending, LooseRecord, LooseUnused, LooseNeverUsed,
	}
}

// LooseEnd is something that a rotation or a person has left half way.
type LooseEnd struct {
	Credential string    `json:"credential"`
	Kind       LooseKind `json:"kind"`
	What       string    `json:"what"`
	Why        string    `json:"why"`            // why it matters
	Since      time.Time `json:"since,omitzero"` // zero when nobody can tell
	Slot       Slot      `json:"slot,omitempty"`
	Version    string    `json:"version,omitempty"`
	Run        string    `json:"run,omitempty"`
	Ending     Ending    `json:"ending"`
}

// EndAction is the way in which a loose end is ended.
type EndAction string

// The actions. All but the last are verbs of rotadeck, which ask before they
// change anything.
const (
	EndResume    EndAction = "resume"
	EndRollBack  EndAction = "roll back"
	EndLook      EndAction = "look again" // probes cannot tell now how to go on
	EndTidy      EndAction = "tidy"
	EndIncident  EndAction = "incident" // resume it
	EndRehearsal EndAction = "rehearse" // with --clean: remove what one left behind
	EndByHand    EndAction = "by hand"  // rotadeck must not: nothing shows that it was its doing
)

// Ending is the one action that ends a loose end.
type Ending struct {
	Action  EndAction `json:"action"`
	Words   string    `json:"words"`             // what it does
	Command string    `json:"command,omitempty"` // "" when it is for a person
}

// LooseLook is what was found of one credential.
type LooseLook struct {
	Credential string     `json:"credential"`
	Found      []LooseEnd `json:"found"`
	Unseen     []Problem  `json:"unseen"` // what could not be looked at
}

// LooseEnds is what LooseEnds found.
type LooseEnds struct {
	At     time.Time       `json:"at"`
	Looked int             `json:"looked"` // credentials
	Found  []LooseEnd      `json:"found"`  // worst first
	Unseen []UnseenProblem `json:"unseen"`
}

// UnseenProblem says what could not be looked at, and of which credential; "" for
// the journal.
type UnseenProblem struct {
	Credential string `json:"credential"`
	Problem
}

// Add takes in what was found of more credentials.
func (l *LooseEnds) Add(looks ...LooseLook) {
	for _, look := range looks {
		if look.Credential != "" {
			l.Looked++
		}
		l.Found = append(l.Found, look.Found...)
		for _, p := range look.Unseen {
			l.Unseen = append(l.Unseen, UnseenProblem{look.Credential, p})
		}
	}
	slices.SortStableFunc(l.Found, LooseEnd.compare)
}

// compare puts the worst first, then the oldest; what is of an unknown age comes
// after.
func (l LooseEnd) compare(other LooseEnd) int {
	return cmp.Or(
		cmp.Compare(l.Kind.rank(), other.Kind.rank()),
		cmp.Compare(boolean(l.Since.IsZero()), boolean(other.Since.IsZero())),
		l.Since.Compare(other.Since),
		strings.Compare(l.Credential, other.Credential),
		strings.Compare(l.What, other.What),
	)
}

func (k LooseKind) rank() int { return slices.Index(LooseKinds(), k) }

func boolean(b bool) int {
	if b {
		return 1
	}
	return 0
}

// byHand is the ending of what rotadeck must leave alone.
func byHand(words string) Ending { return Ending{Action: EndByHand, Words: words} }

func tidying(credential, words string) Ending {
	return Ending{Action: EndTidy, Words: words, Command: "rotadeck tidy " + credential}
}
