package enginetest

import (
	"fmt"
	"strings"

	"github.com/rotadeck/rotadeck/engine"
)

var (
	_ engine.Scribe     = (*Target)(nil)
	_ engine.Handwriter = (*Store)(nil)
)

// Script words deeds for a program memctl, which there is not.
func (t *Target) Script(deed engine.Deed, slot engine.Slot) []engine.Change {
	c := engine.Change{What: string(deed) + " " + user(slot), Where: t.Where(), Command: "memctl " + string(deed) + " " + user(slot)}
	switch deed {
	case engine.DeedMake:
		c.Command = "memctl draw >\"$fresh/password\""
	case engine.DeedCreate, engine.DeedLogin, engine.DeedRefused:
		c.Command = engine.Held(slot, engine.FieldPassword) + " |\n" + c.Command
	case engine.DeedUsers, engine.DeedRetire, engine.DeedWithdraw, engine.DeedReinstate:
	}
	return []engine.Change{c}
}

// Reading words a read of the memory store.
func (s *Store) Reading(key string, slot engine.Slot, field string) string {
	return strings.Join([]string{"memstore read", key, string(slot), field}, " ")
}

// Active words a look at the memory store.
func (s *Store) Active(key string) string { return "memstore active " + key }

// Writing words an edit of the memory store.
func (s *Store) Writing(key string, e engine.Edit) string {
	return fmt.Sprintf("%smemstore %s %s %s --run %s --keep %d", e.Make, e.Kind, key, e.Slot, e.Run, e.Keep)
}
