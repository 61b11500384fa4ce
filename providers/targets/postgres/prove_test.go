package postgres_test

import (
	"context"
	"fmt"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/engine/secret"
)

func TestProve(t *testing.T) {
	t.Parallel()
	d := newDatabase(t, shared(t), nil)
	good := d.give(t, engine.SlotA, nil)
	refused := d.give(t, engine.SlotB, good)
	run(t, d.admin, fmt.Sprintf("REVOKE CONNECT ON DATABASE %s FROM PUBLIC; GRANT CONNECT ON DATABASE %[1]s TO %s",
		quote(d.name), quote(d.users[0])))
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
		"in the clear":               {nil, good, engine.Accepted, "no TLS"},
		"TLS required":               {engine.Settings{"sslmode": "require"}, good, engine.Accepted, "TLS 1.3"},
		"TLS, chain verified":        {engine.Settings{"sslmode": "verify-ca", "sslrootcert": d.server.CertPath}, good, engine.Accepted, "TLS 1.3"},
		"TLS, name verified":         {engine.Settings{"sslmode": "verify-full", "sslrootcert": d.server.CertPath}, good, engine.Accepted, "TLS 1.3"},
		"TLS, other name":            {engine.Settings{"sslmode": "verify-full", "sslrootcert": d.server.CertPath, "host": "127.0.0.2"}, good, engine.Unreachable, "refused"},
		"TLS, unknown root":          {engine.Settings{"sslmode": "verify-full"}, good, engine.Unreachable, "unknown authority"},
		"TLS, unknown root, name":    {engine.Settings{"sslmode": "verify-ca"}, good, engine.Unreachable, "unknown authority"},
		"wrong password":             {nil, with(engine.FieldPassword, "wrong"), engine.Refused, "28P01"},
		"empty password":             {nil, with(engine.FieldPassword, ""), engine.Refused, "28P01"},
		"no such user":               {nil, with(engine.FieldUsername, "nobody"), engine.Refused, "28P01"},
		"no such database":           {nil, with(engine.FieldDatabase, "none"), engine.Refused, "3D000"},
		"no right to the database":   {nil, refused, engine.Refused, "42501"},
		"nobody listens":             {engine.Settings{"port": 1}, good, engine.Unreachable, "connection refused"},
		"a name that does not exist": {engine.Settings{"host": "name.invalid"}, good, engine.Unreachable, "name.invalid"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			proofs := d.open(t, c.settings).Prove(t.Context(), c.material)
			if len(proofs) != 1 || proofs[0].Standing != c.want || !strings.Contains(proofs[0].Detail, c.detail) {
				t.Errorf("%+v; want %s with %q", proofs, c.want, c.detail)
			}
			if proofs[0].Identity != c.material.Text(engine.FieldUsername) || proofs[0].Took <= 0 {
				t.Errorf("%+v lacks identity or time", proofs[0])
			}
		})
	}
}

// Endpoints are asked at the same time, so a dead one costs its deadline once.
func TestProveAsksEndpointsAtOnce(t *testing.T) {
	t.Parallel()
	d := newDatabase(t, shared(t), nil)
	m := d.give(t, engine.SlotA, nil)
	silent := []string{listenSilently(t), listenSilently(t), listenSilently(t)}
	target := d.open(t, engine.Settings{"endpoints": silent})

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

// A server that trusts anyone proves nothing about a password, and one that
// wants it in the clear over an open line does not get it.
func TestProveMistrusts(t *testing.T) {
	t.Parallel()
	const (
		authenticationOk        = 0
		authenticationCleartext = 3
	)
	d := newDatabase(t, shared(t), nil)
	m := d.give(t, engine.SlotA, nil)
	for name, answer := range map[string]byte{"trust": authenticationOk, "clear text": authenticationCleartext} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := make(chan string, 1)
			address := listen(t, func(conn net.Conn) {
				buffer := make([]byte, 4096)
				_, _ = conn.Read(buffer)                                    // the startup message
				_, _ = conn.Write([]byte{'R', 0, 0, 0, 8, 0, 0, 0, answer}) // Authentication…
				_ = conn.SetReadDeadline(time.Now().Add(5 * time.Second))
				n, _ := conn.Read(buffer)
				got <- string(buffer[:n])
			})
			proofs := d.open(t, engine.Settings{"endpoints": []string{address}}).Prove(t.Context(), m)
			if proofs[1].Standing != engine.Unreachable || !strings.Contains(proofs[1].Detail, "require") {
				t.Errorf("%+v; want unreachable, because of the authentication method", proofs[1])
			}
			if strings.Contains(<-got, m.Text(engine.FieldPassword)) {
				t.Error("the password was sent")
			}
		})
	}
}

// listenSilently accepts connections and never answers.
func listenSilently(t *testing.T) string {
	return listen(t, func(conn net.Conn) { _, _ = conn.Read(make([]byte, 1<<16)) })
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
