package postgres

import (
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"strings"
	"sync"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/rotadeck/rotadeck/engine"
)

// Prove logs in with m at every endpoint at once, each until ctx ends, and
// closes the session again. At the primary a login is what the protocol takes
// and no query more; elsewhere one query shows that there is a server behind,
// since a pooler may welcome a client without one, and whether it is a standby.
// Only an answer can refuse: what cannot be reached, verified, or asks for no
// password, is unreachable.
func (t *Target) Prove(ctx context.Context, m engine.Material) []engine.Proof {
	places := t.places()
	proofs := make([]engine.Proof, len(places))
	var logins sync.WaitGroup
	for i, p := range places {
		logins.Go(func() { proofs[i] = t.prove(ctx, p, m) })
	}
	logins.Wait()
	return proofs
}

// place is where a login is proven.
type place struct {
	endpoint
	dialer  dialer
	primary bool
	replica *admin // for the administrator, if it is one
	pooled  bool
}

func (t *Target) places() []place {
	var places []place
	for i, e := range t.endpoints {
		places = append(places, place{endpoint: e, dialer: t.dialer, primary: i == 0})
	}
	for _, r := range t.replicas {
		places = append(places, place{endpoint: r.endpoint, dialer: t.dialer, replica: r})
	}
	for _, p := range t.poolers {
		places = append(places, place{endpoint: p.endpoint, dialer: p.dialer, pooled: true})
	}
	return places
}

func (t *Target) prove(ctx context.Context, p place, m engine.Material) engine.Proof {
	start := time.Now()
	proof := engine.Proof{Endpoint: p.String(), Identity: m.Text(engine.FieldUsername)}
	detail, err := p.login(ctx, login{
		endpoint: p.endpoint,
		database: cmp.Or(m.Text(engine.FieldDatabase), t.database),
		user:     m.Text(engine.FieldUsername),
		password: m[engine.FieldPassword],
	})
	proof.Took = time.Since(start)
	if err != nil {
		proof.Standing, proof.Detail = standing(err), reason(err)
		if proof.Standing == engine.Refused && p.replica != nil {
			proof.Detail += t.lag(ctx, p.replica)
		}
		return proof
	}
	proof.Standing, proof.Detail = engine.Accepted, detail
	return proof
}

// login opens a session and closes it again. It tells how the session came
// about.
func (p place) login(ctx context.Context, l login) (string, error) {
	conn, err := p.dialer.connect(ctx, l)
	if err != nil {
		return "", err
	}
	defer func() { _ = conn.Close(ctx) }() // the proof is made
	detail := describe(conn)
	if p.pooled {
		detail = append(detail, "through PgBouncer")
	}
	if p.primary {
		// In this place a standby is a fault, of which servers tell unasked
		// since version 14. The preflight asks them all.
		if conn.ParameterStatus("in_hot_standby") == "on" {
			detail = append(detail, "standby")
		}
		return strings.Join(detail, ", "), nil
	}
	standby, err := askStandby(ctx, conn)
	if err != nil && p.pooled {
		return "", errBehind{err}
	}
	if err != nil {
		return "", err
	}
	return strings.Join(append(detail, standby...), ", "), nil
}

// standbyQuery asks what everyone may.
const standbyQuery = `SELECT CASE WHEN pg_is_in_recovery() THEN 'standby' END,
	CASE WHEN pg_is_in_recovery() AND pg_last_wal_receive_lsn() <> pg_last_wal_replay_lsn()
	THEN 'replays what is ' || date_trunc('second', now() - pg_last_xact_replay_timestamp()) || ' old' END`

func askStandby(ctx context.Context, conn *pgconn.PgConn) ([]string, error) {
	results, err := conn.Exec(ctx, standbyQuery).ReadAll()
	if err != nil {
		return nil, err
	}
	var words []string
	for _, value := range results[0].Rows[0] {
		if value != nil {
			words = append(words, string(value))
		}
	}
	return words, nil
}

// standing reads from the error of a login whether the server refused it.
func standing(err error) engine.Standing {
	var answer *pgconn.PgError
	if !errors.As(err, &answer) {
		return engine.Unreachable
	}
	switch {
	case strings.HasPrefix(answer.Code, classAuthorization),
		answer.Code == codeNoSuchDatabase, answer.Code == codeInsufficientPrivilege,
		answer.Code == codeProtocolViolation && refusedByPooler(answer.Message):
		return engine.Refused
	}
	return engine.Unreachable // too many connections, starting up, shutting down
}

// refusedByPooler reads the words of PgBouncer, which has one code for all that
// it says by itself (08P01, for everything up to version 1.25).
func refusedByPooler(message string) bool {
	for _, words := range []string{"SASL authentication failed", "password authentication failed", "no such user", "no such database"} {
		if strings.HasPrefix(message, words) {
			return true
		}
	}
	return strings.HasSuffix(message, "is not permitted to log in") // the server's own, passed on
}

// errBehind is the error of a query by someone whom a pooler let in.
type errBehind struct{ error }

// Unwrap returns the cause.
func (e errBehind) Unwrap() error { return e.error }

// reason words the error of a login: the server's own words if it spoke.
func reason(err error) string {
	var answer *pgconn.PgError
	var behind errBehind
	text := faultOf(err).Error()
	if errors.As(err, &answer) {
		text = answer.Message + " (SQLSTATE " + answer.Code + ")"
	}
	if errors.As(err, &behind) {
		// After a failed login it holds back the next one of the same user.
		text = "PgBouncer lets the user in, and gets no session at the server for it; is auth_query blind to NOLOGIN, or server_login_retry long? " + text
	}
	return text
}

// describe tells how a session came about.
func describe(conn *pgconn.PgConn) []string {
	parts := []string{"PostgreSQL " + conn.ParameterStatus("server_version"), "no TLS"}
	if encrypted, ok := conn.Conn().(*tls.Conn); ok {
		parts[1] = tls.VersionName(encrypted.ConnectionState().Version)
	}
	return parts
}
