// Package confirm asks the operator one question of the engine and takes one
// answer, in a way that a slip of the hand cannot give.
//
//	dialog := confirm.New(c, confirm.Question{Request: *event.Request, Answer: run.Answer})
//	return ui.Send(ui.ShowDialog{Dialog: dialog, Owner: screen})
//
// The rules: the default choice, which changes nothing, has the focus first and
// is what enter gives. A choice that changes something needs its letter, or
// the focus moved to it and enter; a dangerous one the focus and enter; one
// with a name to type that name and enter. Where just one wants a name, what is
// typed or pasted goes to it, wherever the focus is; enter counts then once keys
// rest, since a text may have been pasted as if it were typed, line end and all. The
// letter b moves the focus to the way back, where there is one. When it comes into view, and after a key
// that means nothing to it, a dialog ignores keys until they rest: a typed word is
// no answer. No other paste does anything, and no key release or repeat.
// Esc puts the question aside unanswered.
package confirm

import (
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/tui/component/trigger"
	"github.com/rotadeck/rotadeck/tui/ui"
)

// Question is what a dialog asks.
type Question struct {
	Request     engine.Request
	Environment engine.Environment // shown as a badge; zero for none
	// Answer takes the answer. It does not block. When it fails, the dialog
	// shows why and stays.
	Answer func(engine.Answer) error
	// Then runs after the question was answered; may be nil.
	Then tea.Cmd
	// Looks show more of what is asked about, while the question waits.
	Looks []Look
}

// Look is a key that shows more, and changes nothing. It is no letter: those may
// be of a word that is typed.
type Look struct {
	Key, Label, Help string
	Show             tea.Cmd
}

func (l Look) id() string { return "look " + l.Key }

// Dialog is a question on the screen. Make one with New.
type Dialog struct {
	context  *ui.Context
	question Question
	choices  []engine.Choice // the default first
	focus    int
	typed    string // so far, for a choice that wants a name
	problem  string // why the last answer was not taken
	offset   int    // of the scrolled text
	rest     ui.Rest
	drawn    bool            // the focus came to the field by what was typed
	enter    trigger.Trigger // of the field then
	open     bool            // in view, or under what it showed: neither put aside nor answered
	row      int             // of the box of the last frame where the buttons begin
	inside   int             // its width within the border; 0 before the first frame
}

var (
	_ ui.Dialog   = (*Dialog)(nil)
	_ ui.Appearer = (*Dialog)(nil)
	_ ui.Rearmer  = (*Dialog)(nil)
)

// New returns a dialog that takes no keys until it has come into view, and they
// rested.
func New(c *ui.Context, q Question) *Dialog {
	d := &Dialog{context: c, question: q}
	_ = d.rest.Begin() // its timer starts when the dialog appears
	for _, choice := range q.Request.Choices {
		if choice.ID == q.Request.Default {
			d.choices = slices.Insert(d.choices, 0, choice)
		} else {
			d.choices = append(d.choices, choice)
		}
	}
	if len(d.choices) == 0 { // a question without answers can only be put aside
		d.choices = []engine.Choice{{ID: q.Request.Default, Label: "close"}}
	}
	return d
}

// Request returns the question's id.
func (d *Dialog) Request() string { return d.question.Request.ID }

// Open says that the dialog was shown, and neither answered nor put aside since.
func (d *Dialog) Open() bool { return d.open }

// Choices lists the answers as they stand, the default first.
func (d *Dialog) Choices() []engine.Choice { return slices.Clone(d.choices) }

// Restate replaces what the question says, for one whose circumstances change
// while it is open. Its choices stay.
func (d *Dialog) Restate(r engine.Request) {
	r.Choices, r.Default = d.question.Request.Choices, d.question.Request.Default
	d.question.Request = r
}

// Appear makes keys not count until they rest.
func (d *Dialog) Appear() tea.Cmd {
	d.typed, d.problem, d.open = "", "", true
	return d.rest.Begin()
}

// Rearm makes keys not count until they rest; what was typed stays.
func (d *Dialog) Rearm() tea.Cmd { return d.rest.Begin() }

// Arm lets keys count at once. Tests use it.
func (d *Dialog) Arm() {
	d.rest.End()
	d.enter.End()
}

// Update handles a message: presses of keys, pastes, and its own timers.
func (d *Dialog) Update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case ui.Rested:
		d.rest.Over(msg)
		d.enter.Over(msg)
	case tea.MouseClickMsg:
		return d.click(msg)
	case tea.MouseWheelMsg:
		switch msg.Button {
		case tea.MouseWheelUp:
			d.offset--
		case tea.MouseWheelDown:
			d.offset++
		}
	case tea.KeyPressMsg:
		if d.rest.Waiting() {
			return d.rest.Begin()
		}
		if !msg.IsRepeat {
			return d.press(msg)
		}
	case tea.PasteMsg:
		return d.paste(msg)
	}
	return nil
}

func (d *Dialog) press(msg tea.KeyPressMsg) tea.Cmd {
	d.problem = ""
	pressed := ui.Pressed(d.Bindings(), msg)
	for _, look := range d.question.Looks {
		if pressed == look.id() {
			return look.Show
		}
	}
	switch pressed {
	case "aside":
		d.open = false
		return ui.Send(ui.CloseDialog{Dialog: d})
	case "next":
		d.move(1)
	case "previous":
		d.move(-1)
	case "up":
		d.offset--
	case "down":
		d.offset++
	case "choose":
		return d.give(msg)
	case "default":
		return d.choose(d.choices[0])
	case "yes":
		return d.choose(d.choices[d.plainYes()])
	case "way back":
		d.move(d.wayBack() - d.focus)
	default:
		return d.other(msg)
	}
	return nil
}

// other handles a key that is none of the dialog: a letter of a typed name, or
// perhaps the first one of a word that is meant for nobody.
func (d *Dialog) other(msg tea.KeyPressMsg) tea.Cmd {
	refusal := d.refusal(msg)
	if d.inField() || refusal == "" && strings.TrimSpace(msg.Text) != "" && d.toField() {
		return d.write(msg)
	}
	d.problem = refusal
	d.focus = 0 // a word must not leave its first letter's choice in focus
	return d.rest.Begin()
}

func (d *Dialog) move(n int) {
	d.focus = (d.focus + n + len(d.choices)) % len(d.choices)
	d.typed, d.drawn = "", false
}

// give gives the answer that has the focus.
func (d *Dialog) give(press tea.KeyPressMsg) tea.Cmd {
	choice := d.choices[d.focus]
	if !d.drawn {
		return d.choose(choice)
	}
	ready, cmd := d.enter.Pull(press, ui.Binding{Label: choice.Label, Danger: true})
	if !ready {
		d.problem = d.enter.Problem()
		return cmd
	}
	return d.choose(choice)
}

func (d *Dialog) choose(choice engine.Choice) tea.Cmd {
	if choice.Typed != "" && d.typed != choice.Typed {
		d.problem = "type " + ui.Clean(choice.Typed) + " exactly, then press enter"
		return nil
	}
	err := d.question.Answer(engine.Answer{Request: d.question.Request.ID, Choice: choice.ID, Typed: d.typed})
	if err != nil {
		d.problem = ui.Clean(err.Error())
		return nil
	}
	d.open = false
	return tea.Batch(ui.Send(ui.CloseDialog{Dialog: d}), d.question.Then)
}

// plainYes is the choice that the letter y gives: the one that says yes to the
// title, unless it is dangerous or typed. It is 0, the default, when there is
// none.
func (d *Dialog) plainYes() int {
	yes := d.question.Request.Choices
	for i, c := range d.choices {
		if len(yes) > 0 && c.ID == yes[0].ID && !c.Danger && c.Typed == "" {
			return i
		}
	}
	return 0
}

// wayBack is the choice that undoes what was done; 0, the default, when there is
// none.
func (d *Dialog) wayBack() int {
	return max(0, slices.IndexFunc(d.choices, func(c engine.Choice) bool { return c.ID == engine.ChoiceRollBack }))
}

// Bindings lists the keys of the dialog. While a name is typed, letters are
// text, and so is from the start the one that the name begins with.
func (d *Dialog) Bindings() []ui.Binding {
	bindings := []ui.Binding{
		{ID: "choose", Keys: []string{"enter"}, Label: "choose", Help: "Give the answer that has the focus.", Footer: true},
		{ID: "next", Keys: []string{"tab", "right"}, Label: "next", Help: "Move the focus to the next answer.", Footer: true},
		{ID: "previous", Keys: []string{"shift+tab", "left"}, Label: "previous", Help: "Move the focus to the answer before."},
		{ID: "up", Keys: []string{"up", "pgup"}, Label: "up", Help: "Scroll the text up."},
		{ID: "down", Keys: []string{"down", "pgdown"}, Label: "down", Help: "Scroll the text down."},
		{ID: "aside", Keys: []string{"esc"}, Label: "put aside", Help: "Close the question without answering it; it stays open.", Footer: true},
	}
	if d.inField() {
		return bindings
	}
	for _, look := range d.question.Looks {
		bindings = append(bindings, ui.Binding{ID: look.id(), Keys: []string{look.Key}, Label: look.Label, Help: look.Help, Footer: true})
	}
	bindings = append(bindings, ui.Binding{ID: "default", Keys: []string{"n"}, Label: d.choices[0].Label, Help: "Give the default answer, which changes nothing."})
	if yes, back := d.plainYes(), d.wayBack(); yes > 0 && (back == 0 || d.focus != back) { // there, y might mean either
		bindings = append(bindings, ui.Binding{ID: "yes", Keys: []string{"y"}, Label: d.choices[yes].Label, Help: "Go on."})
	}
	if back := d.wayBack(); back > 0 {
		bindings = append(bindings, ui.Binding{ID: "way back", Keys: []string{"b"}, Label: "to " + d.choices[back].Label, Help: "Move the focus to this answer; enter gives it.", Footer: true})
	}
	return slices.DeleteFunc(bindings, func(b ui.Binding) bool { return b.Keys[0] == d.firstLetter() })
}
