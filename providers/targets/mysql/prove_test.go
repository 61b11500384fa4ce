package mysql_test

import (
	"context"
	"fmt"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/engine/secret"
	"github.com/rotadeck/rotadeck/providers/sandbox"
	"github.com/rotadeck/rotadeck/providers/targets/mysql/mysqltest"
)

func proves(t *testing.T, server *sandbox.MariaDB) {
	s := newShop(t, server, engine.Settings{"sslmode": "verify-full", "sslrootcert": "/dev/null"})
	s.target = s.open(t, nil)
	good := s.give(t, engine.SlotA, nil)
	locked := s.give(t, engine.SlotB, good)
	changes, err := s.target.Retire(t.Context(), engine.SlotB, locked)
	apply(t, changes, err)
	run(t, s.admin, "CREATE DATABASE other")
	with := func(field, value string) engine.Material {
		m := good.Clone()
		m[field] = secret.FromText(value)
		return m
	}
	for name, c := range map[string]struct {
		settings engine.Settings
		material engine.Material
		want     engine.Standing
		detail   string
	}{
		"in the clear":               {nil, good, engine.Accepted, "MariaDB 10."},
		"without TLS":                {nil, good, engine.Accepted, ", no TLS"},
		"TLS required":               {engine.Settings{"sslmode": "require"}, good, engine.Accepted, "TLS 1.3"},
		"TLS, chain verified":        {engine.Settings{"sslmode": "verify-ca", "sslrootcert": s.server.CertPath}, good, engine.Accepted, "TLS 1.3"},
		"TLS, name verified":         {engine.Settings{"sslmode": "verify-full", "sslrootcert": s.server.CertPath}, good, engine.Accepted, "TLS 1.3"},
		"TLS, unknown root":          {engine.Settings{"sslmode": "verify-full"}, good, engine.Unreachable, "unknown authority"},
		"TLS, unknown root, name":    {engine.Settings{"sslmode": "verify-ca"}, good, engine.Unreachable, "unknown authority"},
		"wrong password":             {nil, with(engine.FieldPassword, "wrong"), engine.Refused, "error 1045"},
		"empty password":             {nil, with(engine.FieldPassword, ""), engine.Refused, "error 1045"},
		"no such user":               {nil, with(engine.FieldUsername, "nobody"), engine.Refused, "error 1045"},
		"no such database":           {nil, with(engine.FieldDatabase, "none"), engine.Refused, "error 1044"},
		"no right to the database":   {nil, with(engine.FieldDatabase, "other"), engine.Refused, "error 1044"},
		"locked":                     {nil, locked, engine.Refused, "error 4151"},
		"nobody listens":             {engine.Settings{"port": 1}, good, engine.Unreachable, "connection refused"},
		"a name that does not exist": {engine.Settings{"host": "name.invalid", "sslmode": "require"}, good, engine.Unreachable, "name.invalid"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			proofs := s.open(t, c.settings).Prove(t.Context(), c.material)
			if len(proofs) != 1 || proofs[0].Standing != c.want || !strings.Contains(proofs[0].Detail, c.detail) {
				t.Errorf("%+v; want %s with %q", proofs, c.want, c.detail)
			}
			if proofs[0].Identity != c.material.Text(engine.FieldUsername) || proofs[0].Took <= 0 {
				t.Errorf("%+v lacks identity or time", proofs[0])
			}
			if strings.Contains(proofs[0].Detail, "read_only") {
				t.Errorf("a server that takes changes is called read_only: %s", proofs[0].Detail)
			}
		})
	}
}

// A server that is full, or blocks this host, says nothing of the password.
func provesWithoutRoom(t *testing.T, server *sandbox.MariaDB) {
	s := newShop(t, server, nil)
	good := s.give(t, engine.SlotA, nil)
	run(t, s.admin, "ALTER USER "+s.account(engine.SlotA)+" WITH MAX_USER_CONNECTIONS 1")
	s.login(t, good)
	if proof := s.target.Prove(t.Context(), good)[0]; proof.Standing != engine.Unreachable || proof.Detail == "" {
		t.Errorf("a user with no session left: %+v; want unreachable", proof)
	}
	for _, code := range []string{"1040", "1129", "1053"} {
		address := listen(t, func(conn net.Conn) { _, _ = conn.Write(refusal(code)) })
		proof := s.open(t, engine.Settings{"endpoints": []string{address}}).Prove(t.Context(), good)[1]
		if proof.Standing != engine.Unreachable || !strings.Contains(proof.Detail, code) {
			t.Errorf("error %s instead of a greeting: %+v; want unreachable", code, proof)
		}
	}
}

// refusal is an error packet that comes before any login.
func refusal(code string) []byte {
	var number int
	_, _ = fmt.Sscan(code, &number) // it is one
	payload := append([]byte{0xff, byte(number), byte(number >> 8)}, "no room"...)
	return append([]byte{byte(len(payload)), 0, 0, 0}, payload...)
}

// Endpoints are asked at the same time, so a dead one costs its deadline once.
func provesAtOnce(t *testing.T, server *sandbox.MariaDB) {
	s := newShop(t, server, nil)
	m := s.give(t, engine.SlotA, nil)
	silence := func(conn net.Conn) { _, _ = conn.Read(make([]byte, 1<<16)) }
	silent := []string{listen(t, silence), listen(t, silence), listen(t, silence)}
	target := s.open(t, engine.Settings{"endpoints": silent})

	const patience = 500 * time.Millisecond
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	start := time.Now()
	proofs := target.Prove(ctx, m)
	if took := time.Since(start); took > 2*patience {
		t.Errorf("three dead endpoints took %s", took)
	}
	standings := ""
	for i, proof := range proofs {
		standings += string(proof.Standing) + " "
		if i > 0 && proof.Endpoint != silent[i-1] {
			t.Errorf("proof %d is of %s; want %s", i, proof.Endpoint, silent[i-1])
		}
	}
	if want := "accepted unreachable unreachable unreachable "; standings != want {
		t.Errorf("standings %q; want %q", standings, want)
	}
}

// A server that wants the password as it is does not get it.
func TestProveSendsNoPasswordInClear(t *testing.T) {
	t.Parallel()
	for _, plugin := range []string{"mysql_clear_password", "mysql_old_password"} {
		server := startScripted(t, mysqltest.Config{})
		server.Users.Add("orders_a", "%", plugin, "x")
		m := engine.Material{engine.FieldUsername: secret.FromText("orders_a"), engine.FieldPassword: secret.FromText(canary)}
		proof := openScripted(t, server, nil).Prove(t.Context(), m)[0]
		if proof.Standing != engine.Unreachable || proof.Detail == "" {
			t.Errorf("%s: %+v; want unreachable", plugin, proof)
		}
	}
}

// listen serves each connection until the test ends.
func listen(t *testing.T, serve func(net.Conn)) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return // closed
			}
			go func() {
				serve(conn)
				<-t.Context().Done()
				_ = conn.Close()
			}()
		}
	}()
	return listener.Addr().String()
}
