package engine

import (
	"context"
	"time"
)

// Target is the system that a credential opens. This much every target can do;
// the other interfaces of this file are abilities that it may have. Methods may
// be called from several goroutines and honour ctx.
type Target interface {
	// Where names the system in words, for plans and events.
	Where() string
	// Prove presents m at every endpoint, now, and reports one proof each.
	Prove(ctx context.Context, m Material) []Proof
}

// Standing is how an endpoint received a credential.
type Standing string

// The standings.
const (
	Accepted    Standing = "accepted"
	Refused     Standing = "refused"     // the endpoint answered, and said no
	Unreachable Standing = "unreachable" // nothing can be said
)

// Proof is what one endpoint answered when a credential was presented.
type Proof struct {
	Endpoint string        `json:"endpoint"`
	Identity string        `json:"identity,omitempty"` // who it was: "orders_b", "CN=api, serial 3f…"
	Standing Standing      `json:"standing"`
	Detail   string        `json:"detail,omitempty"` // TLS state, server version, or the reason
	Took     time.Duration `json:"took"`
}

// Rotatable targets accept a new credential beside the old.
type Rotatable interface {
	// Generate makes fresh material for slot, modelled on current where fields
	// carry over. It changes nothing outside.
	Generate(ctx context.Context, slot Slot, current Material) (Material, error)
	// Create lists the changes that make m valid in slot. It may look at the
	// target but changes nothing itself. For a plan, m is nil.
	Create(ctx context.Context, slot Slot, m Material) ([]Change, error)
	// Withdraw lists the changes that undo Create. They disable, never delete.
	Withdraw(ctx context.Context, slot Slot, m Material) ([]Change, error)
}

// Retirable targets can disable a credential, and enable it again.
type Retirable interface {
	// Retire lists the changes that make m unusable and end its sessions.
	Retire(ctx context.Context, slot Slot, m Material) ([]Change, error)
	// Reinstate lists the changes that undo Retire.
	Reinstate(ctx context.Context, slot Slot, m Material) ([]Change, error)
}

// Finalizer targets have something to make permanent once the rollback window
// needs no more than what the policy grants.
type Finalizer interface {
	Finalize(ctx context.Context, slot Slot, m Material) ([]Change, error)
}

// BornValid targets accept a credential from the moment it is generated, as a
// server accepts what its CA has signed, whether it was registered or not.
type BornValid interface {
	BornValid() bool
}

// Preflighter targets can tell whether the rights and the state that later
// phases need are there.
type Preflighter interface {
	Preflight(ctx context.Context, next Slot) []Check
}

// Check is one fact that a phase found, good or bad.
type Check struct {
	Name   string `json:"name"`
	OK     bool   `json:"ok"`
	Detail string `json:"detail,omitempty"`
	Hint   string `json:"hint,omitempty"` // what would mend it
}

// Spoiler targets can make material that must be refused: a negative control,
// without which an endpoint that trusts anyone would prove anything.
type Spoiler interface {
	Spoil(m Material) (Material, error)
}

// Identifier targets can tell whom material names and which slot that is.
type Identifier interface {
	Identity(m Material) string
	SlotOf(m Material) (Slot, bool)
}

// Comparer targets can list what one slot may do and the other may not.
type Comparer interface {
	Compare(ctx context.Context, old, next Slot) ([]Difference, error)
}

// Roster targets can tell which users are not there at all.
type Roster interface {
	// Missing names the users that do not exist, by slot.
	Missing(ctx context.Context) (map[Slot]string, error)
}

// Difference is a privilege that only one slot has.
type Difference struct {
	Slot   Slot   `json:"slot"` // the slot that has it; "" when neither has what the inventory asks for
	What   string `json:"what"`
	Remedy string `json:"remedy,omitempty"` // the statement that would even it out
}

// Leveller targets can even out what Compare found.
type Leveller interface {
	// Level lists the changes that give next what only old has, and take away
	// what only next has. It looks at the target but changes nothing itself.
	Level(ctx context.Context, old, next Slot) ([]Change, error)
}

// Adopter targets can turn a login that exists into one side of a pair.
type Adopter interface {
	// Adopt lists the changes that make the other slot's user, which cannot log
	// in yet, with all that the user of slot has. The credential of slot itself
	// stays as it is. It looks at the target but changes nothing itself. What
	// the administrator may not do is its error, a *Problem with what to do.
	Adopt(ctx context.Context, slot Slot) ([]Change, error)
}

// Remainder targets can tell whom they still let in for a credential beside the
// user or password that is published.
type Remainder interface {
	// Leftovers lists it, given what the store holds by slot.
	Leftovers(ctx context.Context, published Slot, held map[Slot]Material) ([]Leftover, error)
}

// Leftover is something that a target keeps though no published slot needs it.
type Leftover struct {
	Slot   Slot   `json:"slot"`             // whose it is; "" when it is that of none
	Held   bool   `json:"held"`             // it is the material that the store holds in that slot
	What   string `json:"what"`             // "orders has a second password"
	Remedy string `json:"remedy,omitempty"` // by which a person would end it
}

// Displayer targets of credentials that are only watched can tell which one is
// in place.
type Displayer interface {
	Displayed(ctx context.Context) (fingerprint string, err error)
}

// Census targets can list live sessions by slot.
type Census interface {
	Sessions(ctx context.Context) ([]Session, error)
}

// Session is someone using a credential right now.
type Session struct {
	Slot        Slot      `json:"slot"`
	Application string    `json:"application"`
	Client      string    `json:"client"`
	Endpoint    string    `json:"endpoint,omitempty"` // the server that has it, where there are several
	Since       time.Time `json:"since,omitzero"`     // zero where the target cannot tell
}

// Expirer targets hold credentials that end by themselves.
type Expirer interface {
	// Expiry tells when m ends. With m nil, the target looks at what it watches.
	Expiry(ctx context.Context, m Material) (Expiry, error)
}

// Expiry is the end of a certificate.
type Expiry struct {
	At     time.Time `json:"at"`
	Source string    `json:"source"` // "tls.crt in the store", "served by 127.0.0.1:8443"
}

// Fingerprinter targets hold credentials with a public fingerprint, such as the
// SHA-256 of a certificate.
type Fingerprinter interface {
	Fingerprint(m Material) string
}
