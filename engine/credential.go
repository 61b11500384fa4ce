package engine

import "time"

// Kind is what a credential is, and so how long it may live.
type Kind string

// The kinds of credentials.
const (
	KindDatabasePassword    Kind = "database-password"
	KindAPIKey              Kind = "api-key"
	KindServiceAccountToken Kind = "service-account-token"
	KindTLSCertificate      Kind = "tls-certificate"
	KindSSHKey              Kind = "ssh-key"
	KindEncryptionKey       Kind = "encryption-key"
)

// Kinds lists every kind, in the order in which front ends show them.
func Kinds() []Kind {
	return []Kind{
		KindDatabasePassword, KindAPIKey, KindServiceAccountToken,
		KindTLSCertificate, KindSSHKey, KindEncryptionKey,
	}
}

// Credential is one entry of the inventory, validated and with its policy
// resolved. It holds no secret: secret settings are references.
type Credential struct {
	ID          string
	Kind        Kind
	Environment Environment
	Owner       string
	Tags        []string
	Runbook     string // address of the page that a human follows
	Privileged  bool   // it opens more than an application needs
	Exposed     bool   // what it opens can be reached from the internet
	Policy      Policy

	Target    Part
	Store     Part // zero for a credential that is only watched
	StoreKey  string
	Consumers []Part
	Notifiers []Part
}

// Part names a provider and how to reach it.
type Part struct {
	Name     string // as the inventory names it; a target bears its credential's id
	Provider string // "postgres", "file", "http", …
	Settings Settings
}

// Environment is a place that credentials belong to.
type Environment struct {
	Name      string // "production"
	Word      string // short and loud: "PROD"
	Accent    string // colour "#rrggbb", or empty
	Protected bool   // changes need the credential's name typed
}

// Slot is one of the two fixed places of a credential. Rotation alternates
// between them, so names never pile up at the target.
type Slot string

// The two slots.
const (
	SlotA Slot = "a"
	SlotB Slot = "b"
)

// Other is the slot that s is not. Before the first rotation, with no slot
// known, the first one comes next.
func (s Slot) Other() Slot {
	if s == SlotA {
		return SlotB
	}
	return SlotA
}

// Policy says how old a credential may grow and how a rotation of it behaves.
type Policy struct {
	MaxAge         time.Duration // since the last rotation; 0: age is not judged
	WarnBefore     time.Duration // "soon" when this much is left, of age or of a certificate
	AlertBefore    time.Duration // "due" when this much is left
	Grace          time.Duration // both credentials stay valid this long after verify
	Quiet          time.Duration // no session on the old credential for this long before it counts as unused
	VerifyWithin   time.Duration // how long verify waits for consumers before it asks
	RollbackWindow time.Duration // how long after retire the old credential can be re-enabled
	KeepVersions   int           // archived versions kept in the store
	ProbeTimeout   time.Duration // for each login or handshake
	ChangeTimeout  time.Duration // for each change outside
}

const day = 24 * time.Hour

// DefaultPolicy is the policy of a kind where the inventory is silent.
func DefaultPolicy(kind Kind) Policy {
	p := Policy{
		MaxAge:         90 * day,
		Grace:          10 * time.Minute,
		Quiet:          10 * time.Second,
		VerifyWithin:   2 * time.Minute,
		RollbackWindow: day,
		KeepVersions:   3,
		ProbeTimeout:   5 * time.Second,
		ChangeTimeout:  30 * time.Second,
	}
	switch kind {
	case KindServiceAccountToken:
		p.MaxAge = day
	case KindSSHKey:
		p.MaxAge = 180 * day
	case KindEncryptionKey:
		p.MaxAge = 365 * day
	case KindDatabasePassword, KindAPIKey, KindTLSCertificate:
	}
	p.WarnBefore, p.AlertBefore = p.MaxAge/6, p.MaxAge/12
	if kind == KindTLSCertificate {
		// 15 days is when a 90-day certificate is usually renewed; a day later
		// an automatic renewal has evidently failed.
		p.WarnBefore, p.AlertBefore = 15*day, 14*day
	}
	return p
}
