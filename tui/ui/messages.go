package ui

import (
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/rotadeck/rotadeck/engine"
)

// OpenPlan asks for the plan screen of a credential.
type OpenPlan struct{ ID string }

// OpenRun asks for the run screen. A run that has a screen gets it back.
type OpenRun struct{ Run *engine.Run }

// OpenHistory asks for the runs of a credential, of all when ID is empty.
type OpenHistory struct{ ID string }

// OpenParity asks for the screen that compares the rights of both slots.
type OpenParity struct{ ID string }

// OpenUsers asks for the live view of who uses a credential. Run is the run that
// it is looked at for; nil for none.
type OpenUsers struct {
	ID  string
	Run *engine.Run
}

// OpenRunbook asks for how a person finishes or undoes a run by hand; without a
// run, for that of the credential.
type OpenRunbook struct{ ID, Run string }

// OpenLooseEnds asks for what rotations and people have left half way.
type OpenLooseEnds struct{}

// OpenTruth asks for what is true of a run now.
type OpenTruth struct{ Run engine.Summary }

// OpenIncident asks for incident mode, with credentials chosen already.
type OpenIncident struct{ Marked []string }

// OpenIncidentBoard asks for the board of an incident: of one that is carried out
// here, or else, with a nil Incident, of one on record. One that has a board gets
// it back.
type OpenIncidentBoard struct {
	Incident *engine.Incident
	Record   engine.Board
}

// StandAlone asks to take away what a screen was opened from, but for the first one:
// there is nothing to go back to. What is in front stays so.
type StandAlone struct{ Screen Screen }

// OpenRehearsal asks for the screen that leads to the rehearsal of a credential.
type OpenRehearsal struct{ ID string }

// Tick reaches every screen once a second. Front is the screen that is seen.
type Tick struct {
	At    time.Time
	Front Screen
}

// Back asks for the screen before. A run whose screen is left goes on.
type Back struct{}

// Quit asks to leave the console; the quit guard may ask back.
type Quit struct{}

// ShowDialog asks for a dialog over its owner. It waits until the owner is in
// front; a nil owner stands for whichever screen is.
type ShowDialog struct {
	Dialog Dialog
	Owner  Screen
}

// CloseDialog asks to close a dialog, in front or waiting; closing one that is
// not there does nothing.
type CloseDialog struct{ Dialog Dialog }

// ShowProblem asks for a dialog that explains a problem. Title says what could
// not be done: "orders-db was not rotated".
type ShowProblem struct {
	Title   string
	Problem *engine.Problem
}

// Perform asks to close a dialog and then to do what a key of the screen below
// does. ID is that of the binding; the root does it as if the key had been
// pressed, with everything that protects the key.
type Perform struct {
	Dialog Dialog
	ID     string
}

// Visit asks to close a dialog and then for what a message asks for, such as
// OpenHistory.
type Visit struct {
	Dialog Dialog
	Wish   any
}

// ShowCredential asks for the list with a credential selected.
type ShowCredential struct{ ID string }

// OpenInventory asks for the list, narrowed down by a query. Return is what esc
// there asks for; nil for nothing.
type OpenInventory struct {
	Query  string
	Return tea.Msg
}

// OpenAudit asks for the audit. Screen is one that was left and is wanted again;
// nil for a new one.
type OpenAudit struct{ Screen Screen }

// AskSeen asks the inventory what it has seen. It answers with Seen.
type AskSeen struct{}

// Seen is what the inventory has seen of all credentials that were probed, and the
// runs that it knows.
type Seen struct {
	Observations []engine.Observation
	Runs         []engine.Summary
}

// SetTheme asks for other colours, for as long as the console is open.
type SetTheme struct{ Name string }

// Flash asks for a line of news in the footer. It goes by itself.
type Flash struct {
	Text  string
	Level Level
}

// Level is how news is meant.
type Level int

// The levels.
const (
	LevelInfo Level = iota
	LevelOK
	LevelWarn
	LevelDanger
)
