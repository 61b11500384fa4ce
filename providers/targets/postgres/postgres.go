// Package postgres rotates PostgreSQL passwords between two fixed users, one
// for each slot. While one serves, the other gets a new password and LOGIN; the
// retired one keeps its password and rights and loses only LOGIN, so that it
// can come back.
//
//	target, err := postgres.New(credential.Target, secrets)
//	if err != nil { ... }
//	defer target.Close()
//	fresh, err := target.Generate(ctx, engine.SlotB, current)
//	changes, err := target.Create(ctx, engine.SlotB, fresh)
//
// Changes are made at the primary. Replicas and PgBouncer take part: the login is
// proven there, sessions are counted and ended there.
//
// Passwords reach the server as SCRAM-SHA-256 verifiers computed here, so none
// stands in a server log. PostgreSQL 11 and newer are supported.
package postgres

import (
	"context"
	"fmt"
	"net"
	"slices"
	"strconv"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/engine/secret"
	"github.com/rotadeck/rotadeck/providers/internal/sslmode"
)

// applicationName marks our own sessions; the census leaves them out.
const applicationName = "rotadeck"

// Target is a database with its two users. Its methods may be called from
// several goroutines. It dials when it is used; Close ends what is open.
type Target struct {
	database  string
	users     map[engine.Slot]string
	rights    []right
	owner     string // role that owns for both users; "" for none
	length    int    // of passwords
	dialer    dialer
	endpoints []endpoint // the first one is where changes are made
	admin     *admin
	replicas  []*admin
	poolers   []*pooler
	userlist  string // of the poolers, or "" when they ask the server
	primary   identity
}

var (
	_ engine.Target      = (*Target)(nil)
	_ engine.Rotatable   = (*Target)(nil)
	_ engine.Retirable   = (*Target)(nil)
	_ engine.Preflighter = (*Target)(nil)
	_ engine.Spoiler     = (*Target)(nil)
	_ engine.Identifier  = (*Target)(nil)
	_ engine.Comparer    = (*Target)(nil)
	_ engine.Roster      = (*Target)(nil)
	_ engine.Leveller    = (*Target)(nil)
	_ engine.Adopter     = (*Target)(nil)
	_ engine.Census      = (*Target)(nil)
	_ engine.Rehearsable = (*Target)(nil)
	_ engine.Remainder   = (*Target)(nil)
)

// New reads the settings that Describe lists. It does not dial, and resolves
// the administrator's password with secrets each time a session is opened. The
// error is an *engine.Problem.
func New(part engine.Part, secrets secret.Resolver) (*Target, error) {
	s := part.Settings
	t := &Target{
		database: s.Text(settingDatabase),
		length:   orDefault(s.Number(settingPasswordLength), defaultPasswordLength),
		dialer: dialer{sslmode.Policy{
			Mode:     orDefault(s.Text(settingSSLMode), sslmode.VerifyFull),
			RootCert: s.Text(settingSSLRootCert),
		}},
	}
	port := orDefault(s.Number(settingPort), defaultPort)
	t.endpoints = []endpoint{{host: s.Text(settingHost), port: uint16(port)}}
	for _, address := range s.List(settingEndpoints) {
		e, err := parseEndpoint(address)
		if err != nil {
			return nil, problem(part, settingEndpoints, err)
		}
		t.endpoints = append(t.endpoints, e)
	}
	users := s.List(settingUsers)
	if err := checkUsers(users); err != nil {
		return nil, problem(part, settingUsers, err)
	}
	t.users = map[engine.Slot]string{engine.SlotA: users[0], engine.SlotB: users[1]}
	if slices.Contains(users, s.Text(settingAdminUser)) {
		return nil, engine.NewProblem(nil, "set "+settingAdminUser+" to a role that is neither of the two users",
			"%s: the administrator %s would rotate itself away", part.Name, s.Text(settingAdminUser))
	}
	if err := checkOwnerRole(s); err != nil {
		return nil, problem(part, settingOwnerRole, err)
	}
	t.owner = s.Text(settingOwnerRole)
	var err error
	if t.rights, err = parseRights(part); err != nil {
		return nil, err
	}
	t.admin = t.adminAt(t.endpoints[0], s, secrets)
	for _, address := range s.List(settingReplicas) {
		e, err := parseEndpoint(address)
		if err != nil {
			return nil, problem(part, settingReplicas, err)
		}
		t.replicas = append(t.replicas, t.adminAt(e, s, secrets))
	}
	if err := t.addPoolers(part, secrets); err != nil {
		return nil, err
	}
	return t, nil
}

func (t *Target) adminAt(e endpoint, s engine.Settings, secrets secret.Resolver) *admin {
	return &admin{
		dialer: t.dialer, endpoint: e, database: t.database,
		user: s.Text(settingAdminUser), password: s.Secret(settingAdminPassword), secrets: secrets,
	}
}

// Where names server and database.
func (t *Target) Where() string { return t.admin.where() }

// atPrimary qualifies what is said of sessions at the primary server, where
// there are others as well.
func (t *Target) atPrimary() string {
	if len(t.endpoints) == 1 && len(t.replicas) == 0 {
		return ""
	}
	return " at the primary"
}

// Identity is the user that m names.
func (t *Target) Identity(m engine.Material) string { return m.Text(engine.FieldUsername) }

// SlotOf is the slot of the user that m names; false for any other user.
func (t *Target) SlotOf(m engine.Material) (engine.Slot, bool) {
	return t.slotOfUser(m.Text(engine.FieldUsername))
}

func (t *Target) slotOfUser(name string) (engine.Slot, bool) {
	for slot, user := range t.users {
		if user == name {
			return slot, true
		}
	}
	return "", false
}

// Close ends the administrator's sessions. It blocks until calls that use one
// have returned, and up to 15 seconds for a server that fell silent. A later
// call opens a new session.
func (t *Target) Close() error {
	for _, a := range t.servers() {
		a.close()
	}
	return nil
}

// userOf is the user of slot. Material that names someone else is refused: a
// change must never hit another user than the one that was proven.
func (t *Target) userOf(slot engine.Slot, m engine.Material) (string, error) {
	user, found := t.users[slot]
	if !found {
		return "", fmt.Errorf("there is no slot %q", slot)
	}
	if named := m.Text(engine.FieldUsername); m != nil && named != user {
		return "", engine.NewProblem(nil, "make the store's entry and the setting users agree",
			"the store's entry for slot %s names the user %q, the inventory %q", slot, named, user)
	}
	return user, nil
}

// servers is where sessions are seen and ended: the primary first.
func (t *Target) servers() []*admin { return append([]*admin{t.admin}, t.replicas...) }

// session runs work on the administrator's session. Errors of connecting are
// worded for people.
func (t *Target) session(ctx context.Context, work func(session) error) error {
	return t.admin.use(ctx, work)
}

// endpoint is where a login is proven.
type endpoint struct {
	host string
	port uint16
}

func parseEndpoint(address string) (endpoint, error) {
	host, portText, err := net.SplitHostPort(address)
	if err != nil || host == "" {
		return endpoint{}, fmt.Errorf("%q is not host:port", address)
	}
	port, err := strconv.ParseUint(portText, 10, 16)
	if err != nil || port == 0 {
		return endpoint{}, fmt.Errorf("%q has no port between 1 and 65535", address)
	}
	return endpoint{host: host, port: uint16(port)}, nil
}

// String is host:port.
func (e endpoint) String() string { return net.JoinHostPort(e.host, strconv.Itoa(int(e.port))) }

// orDefault is value, or fallback where the inventory was silent.
func orDefault[T comparable](value, fallback T) T {
	var zero T
	if value == zero {
		return fallback
	}
	return value
}

func problem(part engine.Part, setting string, err error) *engine.Problem {
	return engine.NewProblem(err, "mend it in the inventory", "%s: the setting %s", part.Name, setting)
}
