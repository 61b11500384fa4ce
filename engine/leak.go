package engine

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"github.com/rotadeck/rotadeck/engine/secret"
)

// Leak names where a store holds a secret that was found outside.
type Leak struct {
	Credential string    `json:"credential"`
	Version    string    `json:"version"` // "" for one that another hand made
	Field      string    `json:"field"`
	Slot       Slot      `json:"slot,omitempty"` // "" in the archive
	Held       HeldAs    `json:"held"`
	Created    time.Time `json:"created,omitzero"`
}

// HeldAs says what a store keeps a version as.
type HeldAs string

// What a version may be kept as.
const (
	HeldPublished HeldAs = "published" // consumers mount it
	HeldPending   HeldAs = "pending"   // made by a run that has not published it
	HeldSpare     HeldAs = "spare"     // in the other slot: the one before
	HeldArchived  HeldAs = "archived"  // what a slot held earlier
)

// Unread is a credential whose store could not be read.
type Unread struct {
	Credential string  `json:"credential"`
	Problem    Problem `json:"problem"`
}

// Identification is what a comparison of a secret with all stores came to.
type Identification struct {
	Leaks    []Leak `json:"leaks"`
	Compared int    `json:"compared"` // versions that were compared
	// Unread are the credentials that were not compared: while there are any,
	// it cannot be said that a secret is not ours.
	Unread []Unread `json:"unread"`
}

// NotOurs says that no store holds the secret, nor held it as far back as its
// archive goes, and that all of them could be asked.
func (i Identification) NotOurs() bool { return len(i.Leaks) == 0 && len(i.Unread) == 0 }

// tooLong is where a paste is no secret any more.
const tooLong = 64 << 10

// ErrNoSecret is why what was pasted is not compared with anything.
var ErrNoSecret = errors.New("what was given is no secret")

// Identify finds out which credentials a leaked secret is of. It is compared by
// keyed digest, in memory, with what the stores hold now and held before; what
// was pasted may be more than the bare secret (see cut). Identify takes over
// leaked and wipes it. Nothing of it is logged, told or kept: the key of the
// digests is drawn for this one comparison and forgotten with it. The error wraps
// ErrNoSecret when what was pasted is too short or too long.
func (e *Engine) Identify(ctx context.Context, leaked *secret.Secret) (Identification, error) {
	text := leaked.Reveal()
	defer clear(text)
	_ = leaked.Close() // never fails
	if len(text) > tooLong {
		return Identification{}, NewProblem(ErrNoSecret, "paste the secret alone, or the line that it stands in", "a secret has at most %d characters", tooLong)
	}
	c, err := newComparison(e.config.Random)
	if err != nil {
		return Identification{}, err
	}
	defer c.forget()
	if cut(text, c.learn); len(c.known) == 0 {
		return Identification{}, NewProblem(ErrNoSecret, "paste the whole secret", "a secret has at least %d characters", shortestSecret)
	}
	return e.identify(ctx, c)
}

func (e *Engine) identify(ctx context.Context, c *comparison) (Identification, error) {
	var mu sync.Mutex
	found := map[string][]Leak{}
	result := Identification{Leaks: []Leak{}, Unread: []Unread{}}
	unread := map[string]Problem{}
	stored := slices.DeleteFunc(e.Credentials(), func(c Credential) bool { return c.Store.Provider == "" })
	inParallel(e.config.Probes, stored, func(credential Credential) {
		leaks, compared, err := e.search(ctx, credential, c)
		mu.Lock()
		defer mu.Unlock()
		found[credential.ID] = leaks
		result.Compared += compared
		if err != nil {
			unread[credential.ID] = *AsProblem(err)
		}
	})
	for _, credential := range e.config.Credentials {
		result.Leaks = append(result.Leaks, found[credential.ID]...)
		if problem, failed := unread[credential.ID]; failed {
			result.Unread = append(result.Unread, Unread{Credential: credential.ID, Problem: problem})
		}
	}
	return result, ctx.Err()
}

// search compares all that a store keeps for a credential. A store that has
// nothing for it has been read.
func (e *Engine) search(ctx context.Context, credential Credential, c *comparison) (leaks []Leak, compared int, err error) {
	panicked := caught(func() {
		var parts Parts
		var held Holding
		if parts, err = e.config.Open(credential); err != nil {
			return
		}
		limited, cancel := context.WithTimeout(ctx, credential.Policy.ProbeTimeout)
		defer cancel()
		held, err = parts.Store.Load(limited, credential.StoreKey)
		defer func() { _ = held.Close() }() // never fails
		if errors.Is(err, ErrNotFound) {
			err = nil
			return
		}
		if err != nil {
			err = NewProblem(err, "", "%s cannot be read", parts.Store.Where(credential.StoreKey))
			return
		}
		leaks, compared = c.search(credential.ID, relocate(held, parts.Target))
	})
	return leaks, compared, errors.Join(err, panicked)
}
