package engine

import (
	"strings"

	"github.com/rotadeck/rotadeck/engine/shell"
)

// Deed is something that a person does by hand where rotadeck is not there to do
// it, or looks at by hand.
type Deed string

// The deeds.
const (
	DeedMake      Deed = "make"      // the fields of a fresh credential, as files in the folder $fresh; $fresh has those of the one in use
	DeedCreate    Deed = "create"    // what Rotatable.Create does
	DeedWithdraw  Deed = "withdraw"  // what Rotatable.Withdraw does
	DeedRetire    Deed = "retire"    // what Retirable.Retire does
	DeedReinstate Deed = "reinstate" // what Retirable.Reinstate does
	DeedLogin     Deed = "login"     // succeeds when every endpoint accepts what the store holds in the slot
	DeedRefused   Deed = "refused"   // succeeds when every endpoint refuses it
	DeedUsers     Deed = "users"     // shows who uses the credential; slot "" for both
)

// Scribe targets and consumers can word a deed without looking at anything, so
// that it can be read while they cannot be reached. What is worded has a What, a
// Where, and a Command or, where no command can be, only a What that says it
// all. Secrets stand in a Command as what Held returns. There is nothing for a
// deed that needs none.
type Scribe interface {
	Script(deed Deed, slot Slot) []Change
}

// Held stands in a Command for a shell command that prints a field of a slot:
// where the secret lies is for the store to say.
func Held(slot Slot, field string) string { return "{{" + string(slot) + "." + field + "}}" }

// Handwriter stores can word how a person does without rotadeck what it does
// with them. The words must hold from the first command of a runbook to the
// last: what they find out, they find out when they are run.
type Handwriter interface {
	// Reading words a command for sh, on one line, that prints a field of a slot.
	Reading(key string, slot Slot, field string) string
	// Writing words the edit of an entry; done twice, it is as done once.
	Writing(key string, edit Edit) string
	// Active words a command that prints which slot is published: "a" or "b".
	Active(key string) string
}

// ByHand is the run in what a person writes without one.
const ByHand = "by-hand"

// Edit is one way in which a run changes a holding.
type Edit struct {
	Kind    EditKind
	Slot    Slot
	Version string // of EditPending; "" draws one
	Run     string // who writes; of EditDrop, the one whose version it must be
	Make    string // of EditPending: see DeedMake
	Keep    int    // of EditTrim
}

// EditKind is named as the change that does it.
type EditKind string

// The kinds of edits.
const (
	EditPending EditKind = "put-pending"
	EditPublish EditKind = "publish"
	EditDrop    EditKind = "drop-pending"
	EditTrim    EditKind = "trim-archive"
)

// hand words commands for the parts of one credential.
type hand struct {
	credential Credential
	parts      Parts
	words      *strings.Replacer
}

func newHand(c Credential, parts Parts) hand {
	h := hand{credential: c, parts: parts}
	writer, able := parts.Store.(Handwriter)
	var pairs []string
	for _, slot := range []Slot{SlotA, SlotB} {
		for _, field := range []string{
			FieldUsername, FieldPassword, FieldHost, FieldPort, FieldDatabase, FieldSSLMode, FieldCert, FieldKey, FieldCA,
		} {
			command := shell.Ask(field + " of slot " + string(slot) + " of " + c.ID)
			if able {
				command = writer.Reading(c.StoreKey, slot, field)
			}
			pairs = append(pairs, Held(slot, field), command)
		}
	}
	h.words = strings.NewReplacer(pairs...)
	return h
}

// worded puts the store's words into a change's command.
func (h hand) worded(c Change) Change {
	c.Command = h.words.Replace(c.Command)
	return c
}

// writing words an edit; "" where the store cannot.
func (h hand) writing(e Edit) string {
	writer, able := h.parts.Store.(Handwriter)
	if !able {
		return ""
	}
	if e.Kind == EditPending {
		for _, c := range h.script(h.parts.Target, DeedMake, e.Slot) {
			e.Make += c.Command + "\n"
		}
		if strings.TrimSpace(e.Make) == "" {
			return ""
		}
	}
	return writer.Writing(h.credential.StoreKey, e)
}

// script is what a part has to say of a deed.
func (h hand) script(part any, deed Deed, slot Slot) []Change {
	scribe, able := part.(Scribe)
	if !able {
		return nil
	}
	changes := scribe.Script(deed, slot)
	for i := range changes {
		changes[i] = h.worded(changes[i])
	}
	return changes
}

// editOf is the edit that a change of the store of this name makes in this run.
func (c *conductor) editOf(name string) Edit {
	if c.tidies() {
		return dropEdit(c.rotation.OldSlot, c.old)
	}
	return editOf(name, c.run.id, c.rotation, c.policy().KeepVersions)
}

// editOf is the edit that a change of the store of this name makes.
func editOf(name, run string, r Rotation, keep int) Edit {
	e := Edit{Kind: EditKind(name), Slot: r.NewSlot, Version: r.NewVersion, Run: run, Keep: keep}
	if slot, publishes := strings.CutPrefix(name, "publish-slot-"); publishes {
		e.Kind, e.Slot = EditPublish, Slot(slot)
	}
	return e
}
