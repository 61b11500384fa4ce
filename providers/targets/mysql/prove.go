package mysql

import (
	"cmp"
	"context"
	"crypto/tls"
	"database/sql/driver"
	"errors"
	"fmt"
	"net"
	"strings"
	"sync"
	"time"

	"github.com/go-sql-driver/mysql"

	"github.com/rotadeck/rotadeck/engine"
)

// Prove logs in with m at every endpoint at once, each until ctx ends, asks the
// server what it is and closes the session again. Only an answer of the server
// can refuse: a server that cannot be reached, verified, or that has no room, is
// unreachable.
func (s *site) Prove(ctx context.Context, m engine.Material) []engine.Proof {
	proofs := make([]engine.Proof, len(s.endpoints))
	var logins sync.WaitGroup
	for i, e := range s.endpoints {
		logins.Go(func() { proofs[i] = s.prove(ctx, e, m) })
	}
	logins.Wait()
	return proofs
}

func (s *site) prove(ctx context.Context, e endpoint, m engine.Material) engine.Proof {
	start := time.Now()
	proof := engine.Proof{Endpoint: e.String(), Identity: m.Text(engine.FieldUsername)}
	var line tls.ConnectionState
	var address string
	conn, err := s.dialer.connect(ctx, login{
		endpoint: e,
		database: cmp.Or(m.Text(engine.FieldDatabase), s.database),
		user:     m.Text(engine.FieldUsername),
		password: m[engine.FieldPassword],
	}, &line, func(c net.Conn) {
		address = c.LocalAddr().String()
		s.own.add(address)
	})
	defer func() { s.own.remove(address) }()
	if err == nil {
		proof.Detail, err = describe(ctx, conn, line)
		_ = conn.Close() // the proof is made
	}
	proof.Took = time.Since(start)
	proof.Standing = engine.Accepted
	if err != nil {
		proof.Standing, proof.Detail = standing(err), reason(err)
	}
	return proof
}

// standing reads from the error of a login whether the server refused it. A
// server that blocks hosts, or has no room, has not looked at the password.
func standing(err error) engine.Standing {
	if answered(err, codeAccessDenied, codeDatabaseDenied, codeNoSuchDatabase, codeNoPassword,
		codeLocked, codeLockedMariaDB, codeTriedTooOften, codeMustChange, codeMustChangeLogin) {
		return engine.Refused
	}
	return engine.Unreachable
}

// reason words the error of a login: the server's own words if it spoke.
func reason(err error) string {
	var answer *mysql.MySQLError
	if !errors.As(err, &answer) {
		return err.Error()
	}
	text := fmt.Sprintf("%s (error %d)", answer.Message, answer.Number)
	if answer.Number == codeHostBlocked {
		text += ": too many broken connections came from this host; TRUNCATE TABLE performance_schema.host_cache, or FLUSH HOSTS, lets it in again"
	}
	return text
}

// describe tells how a session came about: "MariaDB 10.11.19, TLS 1.3".
func describe(ctx context.Context, conn driver.Conn, line tls.ConnectionState) (string, error) {
	rows, err := conn.(driver.QueryerContext).QueryContext(ctx, serverQuery, nil)
	if err != nil {
		return "", err
	}
	defer func() { _ = rows.Close() }() // what was only read has nothing to lose
	const columns = 3
	values, texts := make([]driver.Value, columns), make([]string, columns)
	if err := rows.Next(values); err != nil {
		return "", err
	}
	for i, value := range values {
		if text, isText := value.([]byte); isText {
			value = string(text)
		}
		texts[i] = fmt.Sprint(value) // of a number, too
	}
	at := parseServer(texts[0], texts[1], texts[2])
	parts := []string{at.String(), "no TLS"}
	if line.Version != 0 {
		parts[1] = tls.VersionName(line.Version)
	}
	if at.readOnly {
		parts = append(parts, "read_only")
	}
	return strings.Join(parts, ", "), nil
}
