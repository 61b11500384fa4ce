package engine

import (
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"fmt"
	"io"
)

// comparison finds out whether two secrets are the same without keeping either:
// it keeps digests under a key of its own, which nobody else has and which is
// forgotten with it. Once all is learned, it may be used by several goroutines.
type comparison struct {
	key   []byte
	known [][]byte
}

func newComparison(random io.Reader) (*comparison, error) {
	c := &comparison{key: make([]byte, sha256.Size)}
	if _, err := io.ReadFull(random, c.key); err != nil {
		return nil, fmt.Errorf("read randomness: %w", err)
	}
	return c, nil
}

// forget wipes the key, without which the digests tell nothing.
func (c *comparison) forget() {
	clear(c.key)
	c.known = nil
}

// learn adds what is looked for. Too short a value would be found anywhere.
func (c *comparison) learn(value []byte) {
	if len(value) >= shortestSecret {
		c.known = append(c.known, c.digest(value))
	}
}

func (c *comparison) digest(value []byte) []byte {
	h := hmac.New(sha256.New, c.key)
	h.Write(value)
	return h.Sum(nil)
}

// knows compares with all that is looked for, in constant time.
func (c *comparison) knows(value []byte) bool {
	if len(value) < shortestSecret {
		return false
	}
	digest, same := c.digest(value), 0
	for _, known := range c.known {
		same |= subtle.ConstantTimeCompare(digest, known)
	}
	return same == 1
}

// search compares every version of a holding, and says how many there were.
func (c *comparison) search(credential string, h Holding) (leaks []Leak, compared int) {
	look := func(v Version, slot Slot, held HeldAs) {
		if len(v.Material) == 0 {
			return
		}
		compared++
		if field := c.fieldOf(v.Material); field != "" {
			leaks = append(leaks, Leak{
				Credential: credential, Version: v.ID, Field: field, Slot: slot, Held: held, Created: v.Created,
			})
		}
	}
	for _, slot := range []Slot{h.Active, h.Active.Other()} {
		look(h.Slots[slot], slot, h.heldAs(slot))
	}
	for _, v := range h.Archive {
		look(v, "", HeldArchived)
	}
	return leaks, compared
}

// heldAs says what the version in a slot is kept as.
func (h Holding) heldAs(slot Slot) HeldAs {
	switch {
	case slot == h.Active:
		return HeldPublished
	case h.Slots[slot].State == VersionPending:
		return HeldPending
	}
	return HeldSpare
}

// fieldOf names the first secret field that is looked for; "" when none is.
func (c *comparison) fieldOf(m Material) (found string) {
	for _, name := range m.Names() {
		if PublicField(name) {
			continue
		}
		value := m[name].Reveal()
		shapes(value, func(shape []byte) {
			if found == "" && c.knows(shape) {
				found = name
			}
		})
		clear(value)
	}
	return found
}
