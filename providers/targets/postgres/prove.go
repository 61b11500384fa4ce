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
// closes the session again. A login is what the protocol takes and no query
// more. Only an answer of the server can refuse: a server that cannot be
// reached, verified, or that asks for no password, is unreachable.
func (t *Target) Prove(ctx context.Context, m engine.Material) []engine.Proof {
	proofs := make([]engine.Proof, len(t.endpoints))
	var logins sync.WaitGroup
	for i, e := range t.endpoints {
		logins.Go(func() { proofs[i] = t.prove(ctx, e, m) })
	}
	logins.Wait()
	return proofs
}

func (t *Target) prove(ctx context.Context, e endpoint, m engine.Material) engine.Proof {
	start := time.Now()
	proof := engine.Proof{Endpoint: e.String(), Identity: m.Text(engine.FieldUsername)}
	conn, err := t.dialer.connect(ctx, login{
		endpoint: e,
		database: cmp.Or(m.Text(engine.FieldDatabase), t.database),
		user:     m.Text(engine.FieldUsername),
		password: m[engine.FieldPassword],
	})
	proof.Took = time.Since(start)
	if err != nil {
		proof.Standing, proof.Detail = standing(err), reason(err)
		return proof
	}
	proof.Standing, proof.Detail = engine.Accepted, describe(conn)
	_ = conn.Close(ctx) // the proof is made
	return proof
}

// standing reads from the error of a login whether the server refused it.
func standing(err error) engine.Standing {
	var answer *pgconn.PgError
	if !errors.As(err, &answer) {
		return engine.Unreachable
	}
	if strings.HasPrefix(answer.Code, classAuthorization) ||
		answer.Code == codeNoSuchDatabase || answer.Code == codeInsufficientPrivilege {
		return engine.Refused
	}
	return engine.Unreachable // too many connections, starting up, shutting down
}

// reason words the error of a login: the server's own words if it spoke.
func reason(err error) string {
	var answer *pgconn.PgError
	if errors.As(err, &answer) {
		return answer.Message + " (SQLSTATE " + answer.Code + ")"
	}
	return bare(err).Error()
}

// describe tells how a session came about.
func describe(conn *pgconn.PgConn) string {
	parts := []string{"PostgreSQL " + conn.ParameterStatus("server_version"), "no TLS"}
	if encrypted, ok := conn.Conn().(*tls.Conn); ok {
		parts[1] = tls.VersionName(encrypted.ConnectionState().Version)
	}
	if conn.ParameterStatus("in_hot_standby") == "on" { // reported since version 14
		parts = append(parts, "standby")
	}
	return strings.Join(parts, ", ")
}
