package confirm

import (
	"strings"
	"unicode/utf8"

	tea "charm.land/bubbletea/v2"

	"github.com/rotadeck/rotadeck/engine"
)

// wantsName is the first choice that is given by typing a name; nil when there
// is none.
func (d *Dialog) wantsName() *engine.Choice {
	if named := d.named(); len(named) > 0 {
		return &d.choices[named[0]]
	}
	return nil
}

// named are the choices that are given by typing a name.
func (d *Dialog) named() (at []int) {
	for i, c := range d.choices {
		if c.Typed != "" {
			at = append(at, i)
		}
	}
	return at
}

// inField says that keys are letters of a name.
func (d *Dialog) inField() bool { return d.choices[d.focus].Typed != "" }

// toField moves the focus to the only choice that wants a name, and says whether
// there is one. Of several, text does not tell which one is meant.
func (d *Dialog) toField() bool {
	named := d.named()
	if len(named) != 1 {
		return false
	}
	d.move(named[0] - d.focus)
	d.drawn = true
	return true
}

// firstLetter is what the only name to type begins with, else "": typed at a
// button, it is no key but the beginning of that name.
func (d *Dialog) firstLetter() string {
	named := d.named()
	if len(named) != 1 {
		return ""
	}
	_, size := utf8.DecodeRuneInString(d.choices[named[0]].Typed)
	return d.choices[named[0]].Typed[:size]
}

// refusal says what to do instead of pressing a key that looks like an answer, or
// like the name where several want it; "" for other keys.
func (d *Dialog) refusal(msg tea.KeyPressMsg) string {
	named := len(d.named())
	switch key := msg.String(); {
	case key == d.firstLetter():
		return ""
	case key == "q":
		return "q is no answer: esc puts it aside, ctrl+c leaves"
	case key == "y" && named == 0:
		return "y is not enough: tab moves to an answer, enter gives it"
	case key == "y" && named == 1:
		return "y is not enough: type the name, then press enter"
	case named > 1 && strings.TrimSpace(msg.Text) != "":
		return "tab to an answer first, then type the name and press enter"
	}
	return ""
}

// write takes a key of the field.
func (d *Dialog) write(msg tea.KeyPressMsg) tea.Cmd {
	switch msg.String() {
	case "backspace":
		_, size := utf8.DecodeLastRuneInString(d.typed)
		d.typed = d.typed[:len(d.typed)-size]
	case "ctrl+u":
		d.typed = ""
	default:
		d.typed += msg.Text
	}
	return d.enter.Typed()
}

// paste takes what is pasted as part of the name, without the line end that comes
// along when a line is copied. It presses nothing.
func (d *Dialog) paste(msg tea.PasteMsg) tea.Cmd {
	if d.rest.Waiting() {
		return d.rest.Begin()
	}
	if d.problem = ""; d.inField() || d.toField() {
		d.typed += strings.TrimSpace(msg.Content)
		return d.enter.Typed()
	}
	d.problem = "a paste is no answer: tab moves to one, enter gives it"
	return nil
}
