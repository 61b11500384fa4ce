package engine

import (
	"maps"
	"time"
)

// VersionState says what a version in a store is for.
type VersionState string

// The states of a version.
const (
	VersionPending VersionState = "pending" // generated, not published
	VersionCurrent VersionState = "current" // published: what consumers mount
	VersionSpare   VersionState = "spare"   // the other slot's: previous, or retired
)

// Version is one generation of a credential in a store.
type Version struct {
	// ID is random, drawn at generation, and visible to consumers in a field
	// of their mount. It stands for the secret in journals and status reports
	// because nothing about the secret can be computed from it. Versions that
	// rotadeck did not make have none.
	ID       string
	Material Material
	Created  time.Time
	Run      string // the run that made it, "" if none did
	State    VersionState
}

// Holding is everything that a store keeps for one credential. Its methods
// return changed copies that share the unchanged versions.
type Holding struct {
	Active   Slot
	Slots    map[Slot]Version
	Archive  []Version // what slots held before, newest first
	Run      string    // the run that wrote last; a run that finds another stops
	Revision string    // the store's own mark, for compare-and-swap; "" when absent
}

// Current is the published version.
func (h Holding) Current() Version { return h.Slots[h.Active] }

// WithPending puts v into slot, archiving what stood there. The active slot
// cannot be overwritten: the caller passes the other one.
func (h Holding) WithPending(slot Slot, v Version) Holding {
	h = h.clone()
	if previous, found := h.Slots[slot]; found {
		h.Archive = append([]Version{previous}, h.Archive...)
	}
	v.State = VersionPending
	h.Slots[slot] = v
	return h
}

// WithoutPending drops the pending version of slot and brings back what it
// displaced.
func (h Holding) WithoutPending(slot Slot) Holding {
	h = h.clone()
	delete(h.Slots, slot)
	if len(h.Archive) > 0 {
		h.Slots[slot] = h.Archive[0]
		h.Archive = h.Archive[1:]
	}
	return h
}

// Published makes slot the active one.
func (h Holding) Published(slot Slot) Holding {
	h = h.clone()
	h.Active = slot
	for s, v := range h.Slots {
		v.State = VersionSpare
		if s == slot {
			v.State = VersionCurrent
		}
		h.Slots[s] = v
	}
	return h
}

// Trimmed keeps at most n archived versions.
func (h Holding) Trimmed(n int) Holding {
	h = h.clone()
	if len(h.Archive) > n {
		h.Archive = h.Archive[:n]
	}
	return h
}

// Close wipes the secrets of all versions.
func (h Holding) Close() error {
	for _, v := range h.Slots {
		_ = v.Material.Close() // never fails
	}
	for _, v := range h.Archive {
		_ = v.Material.Close() // never fails
	}
	return nil
}

func (h Holding) clone() Holding {
	h.Slots = maps.Clone(h.Slots)
	if h.Slots == nil {
		h.Slots = map[Slot]Version{}
	}
	h.Archive = append([]Version(nil), h.Archive...)
	return h
}

// Equal says whether two holdings keep the same, revisions aside.
func (h Holding) Equal(other Holding) bool {
	if h.Active != other.Active || h.Run != other.Run || len(h.Archive) != len(other.Archive) {
		return false
	}
	for i := range h.Archive {
		if !h.Archive[i].equal(other.Archive[i]) {
			return false
		}
	}
	return maps.EqualFunc(h.Slots, other.Slots, Version.equal)
}

func (v Version) equal(other Version) bool {
	return v.ID == other.ID && v.Run == other.Run && v.State == other.State &&
		v.Created.Equal(other.Created) && v.Material.Equal(other.Material)
}
