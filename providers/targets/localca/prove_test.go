package localca_test

import (
	"context"
	"crypto/tls"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/providers/internal/pemfile"
	"github.com/rotadeck/rotadeck/providers/sandbox"
)

// versions of TLS that servers are tried with; the way to the answer differs.
func versions() map[string][2]uint16 {
	return map[string][2]uint16{
		"TLS 1.2":  {tls.VersionTLS12, tls.VersionTLS12},
		"TLS 1.3":  {tls.VersionTLS13, tls.VersionTLS13},
		"TLS 1.2+": {tls.VersionTLS12, tls.VersionTLS13},
	}
}

func TestProveTakesTheServersWord(t *testing.T) {
	t.Parallel()
	for name, version := range versions() {
		for _, form := range []string{"%", "https://%/"} {
			t.Run(name+" "+form, func(t *testing.T) {
				t.Parallel()
				w := newWorld(t)
				address := w.server(version[0], version[1]).Address()
				target := w.target(engine.Settings{"endpoints": []string{strings.Replace(form, "%", address, 1)}})
				m := w.generate(target)
				w.expect(target, m, engine.Accepted)

				expired := w.target(engine.Settings{"valid_for": time.Nanosecond})
				w.expect(target, w.generate(expired), engine.Refused)

				foreign := w.generate(w.target(newAuthority(t, ecKey(t), nil, nil).settings()))
				w.expect(target, foreign, engine.Refused)

				w.must(target.Retire, m)
				w.expect(target, m, engine.Refused)
				w.must(target.Reinstate, m)
				w.expect(target, m, engine.Accepted)
			})
		}
	}
}

func TestProveOffline(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	target := w.target(nil)
	m := w.generate(target)
	w.expect(target, m, engine.Accepted)
	w.expect(target, nil, engine.Refused)

	mixed := m.Clone()
	mixed[engine.FieldKey] = w.generate(target)[engine.FieldKey]
	w.expect(target, mixed, engine.Refused)

	wrong, err := target.Spoil(m)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := leaf(t, wrong).Subject.String(), leaf(t, m).Subject.String(); got != want {
		t.Errorf("the spoiled certificate is of %s; want %s", got, want)
	}
	w.expect(target, wrong, engine.Refused)

	target.SetClock(fixedClock{now: time.Now().Add(48 * time.Hour)})
	w.expect(target, m, engine.Refused)
}

// What cannot be presented is refused, at each endpoint, without dialling.
func TestProveNeedsAWholePair(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	target := w.target(engine.Settings{"endpoints": []string{"127.0.0.1:1", "127.0.0.1:2"}})
	m := w.generate(target)
	m[engine.FieldKey] = w.generate(target)[engine.FieldKey]
	proofs := target.Prove(t.Context(), m)
	if len(proofs) != 2 {
		t.Fatalf("%d proofs; want 2", len(proofs))
	}
	w.expect(target, m, engine.Refused)
}

func TestProveSaysWhyNothingCanBeSaid(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	address := w.server(tls.VersionTLS12, tls.VersionTLS13).Address()
	m := w.generate(w.target(nil))
	elsewhere := newAuthority(t, ecKey(t), nil, nil)
	cases := map[string]struct {
		settings engine.Settings
		detail   string
	}{
		"nobody listens":     {engine.Settings{"endpoints": []string{"127.0.0.1:1"}}, "refused"},
		"another server CA":  {engine.Settings{"endpoints": []string{address}, "server_ca": elsewhere.path("ca.crt")}, "does not verify"},
		"another name":       {engine.Settings{"endpoints": []string{address}, "server_name": "db.example.org"}, "does not verify"},
		"no server CA":       {engine.Settings{"endpoints": []string{address}, "server_ca": "missing"}, "cannot be read"},
		"no TLS":             {engine.Settings{"endpoints": []string{plainServer(t)}}, "tls"},
		"hangs up":           {engine.Settings{"endpoints": []string{rudeServer(w)}}, "without a reason"},
		"a failing web page": {engine.Settings{"endpoints": []string{statusServer(w, http.StatusServiceUnavailable) + "/"}}, "503"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			proofs := w.target(c.settings).Prove(t.Context(), m)
			if proofs[0].Standing != engine.Unreachable || !strings.Contains(proofs[0].Detail, c.detail) {
				t.Errorf("%s: %s; want unreachable: %s", proofs[0].Standing, proofs[0].Detail, c.detail)
			}
		})
	}
}

// nginx lets everyone finish the handshake and refuses by status.
func TestProveReadsTheStatus(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	m := w.generate(w.target(nil))
	for code, want := range map[int]engine.Standing{
		http.StatusOK:           engine.Accepted,
		http.StatusNotFound:     engine.Accepted,
		http.StatusBadRequest:   engine.Refused,
		http.StatusUnauthorized: engine.Refused,
		http.StatusForbidden:    engine.Refused,
	} {
		t.Run(http.StatusText(code), func(t *testing.T) {
			t.Parallel()
			w := world{T: t, ca: w.ca}
			w.expect(w.target(engine.Settings{"endpoints": []string{statusServer(w, code) + "/"}}), m, want)
		})
	}
}

// A server that never says a word after the handshake has accepted.
func TestProveDoesNotWaitForSilentServers(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	target := w.target(engine.Settings{"endpoints": []string{silentServer(w)}})
	m := w.generate(target)
	proof := target.Prove(t.Context(), m)[0]
	if proof.Standing != engine.Accepted || !strings.Contains(proof.Detail, "no objection") {
		t.Errorf("%+v", proof)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if proof := target.Prove(ctx, m)[0]; proof.Standing != engine.Unreachable || proof.Took > time.Second {
		t.Errorf("when time runs out: %+v", proof)
	}
}

func TestPreflight(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	address := w.server(tls.VersionTLS12, tls.VersionTLS13).Address()
	certificate, err := w.ca.Issue(sandbox.Leaf{Names: []string{"127.0.0.1"}})
	if err != nil {
		t.Fatal(err)
	}
	server, err := sandbox.StartTLS(certificate)
	open := w.cleaned(server, err).Address()
	short := newAuthority(t, ecKey(t), nil, nil).settings()
	short["valid_for"] = 100000 * time.Hour
	cases := map[string]struct {
		settings engine.Settings
		bad      string // the check that fails; "" for none
		detail   string
	}{
		"healthy":                  {engine.Settings{"endpoints": []string{address}}, "", ""},
		"lets everyone in":         {engine.Settings{"endpoints": []string{open}}, "endpoint " + open, "without a certificate"},
		"unreachable":              {engine.Settings{"endpoints": []string{"127.0.0.1:1"}}, "endpoint 127.0.0.1:1", "cannot be asked"},
		"no revocation list":       {engine.Settings{"crl": t.TempDir() + "/missing.pem"}, "revocation list", "is missing"},
		"another CA's list":        {engine.Settings{"crl": newAuthority(t, ecKey(t), nil, nil).path("crl.pem")}, "revocation list", "cannot be trusted"},
		"a CA that ends too soon":  {short, "CA validity", "until"},
		"no key":                   {engine.Settings{"ca_key": "missing"}, "CA", "is missing"},
		"a folder that is missing": {engine.Settings{"crl": t.TempDir() + "/nowhere/crl.pem"}, "CA files", "cannot be written"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			found := false
			for _, check := range w.target(c.settings).Preflight(t.Context(), engine.SlotB) {
				if check.Name == c.bad {
					found = true
					if check.OK || !strings.Contains(check.Detail, c.detail) || check.Hint == "" {
						t.Errorf("%+v; want it bad: %s", check, c.detail)
					}
				} else if !check.OK && c.bad == "" {
					t.Errorf("%+v", check)
				}
			}
			if c.bad != "" && !found {
				t.Errorf("there is no check %q", c.bad)
			}
		})
	}
}

func TestRequestsAreCountedByFingerprint(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	server := w.server(tls.VersionTLS12, tls.VersionTLS13)
	target := w.target(engine.Settings{"endpoints": []string{"https://" + server.Address() + "/"}})
	m := w.generate(target)
	for range 3 {
		w.expect(target, m, engine.Accepted)
	}
	if got := server.Requests()[target.Fingerprint(m)]; got != 3 {
		t.Errorf("%d requests; want 3", got)
	}
}

// statusServer answers everyone with one status, as the address of a URL.
func statusServer(w world, code int) string {
	w.Helper()
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(rw http.ResponseWriter, _ *http.Request) { rw.WriteHeader(code) }))
	server.TLS = serverConfig(w, tls.VersionTLS12)
	server.StartTLS()
	w.Cleanup(server.Close)
	return server.URL
}

func serverConfig(w world, lowest uint16) *tls.Config {
	w.Helper()
	certificate, err := w.ca.Issue(sandbox.Leaf{Names: []string{"127.0.0.1"}})
	if err != nil {
		w.Fatal(err)
	}
	return &tls.Config{
		Certificates: []tls.Certificate{certificate}, ClientAuth: tls.RequestClientCert,
		ClientCAs: pemfile.Pool(w.ca.Cert), MinVersion: lowest,
	}
}

// listen serves each connection by handle until the test ends.
func listen(t *testing.T, handle func(net.Conn)) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go handle(conn)
		}
	}()
	t.Cleanup(func() { _ = listener.Close(); <-done })
	return listener.Addr().String()
}

func plainServer(t *testing.T) string {
	return listen(t, func(conn net.Conn) {
		_, _ = conn.Write([]byte("220 hello\r\n"))
		_ = conn.Close()
	})
}

// rudeServer closes the connection once it has the certificate.
func rudeServer(w world) string {
	config := serverConfig(w, tls.VersionTLS12)
	return listen(w.T, func(conn net.Conn) {
		config := config.Clone()
		config.VerifyConnection = func(tls.ConnectionState) error { return conn.Close() }
		_ = tls.Server(conn, config).Handshake()
	})
}

// silentServer shakes hands in TLS 1.3 and never says anything again.
func silentServer(w world) string {
	config := serverConfig(w, tls.VersionTLS13)
	stop := make(chan struct{})
	w.Cleanup(func() { close(stop) })
	return listen(w.T, func(conn net.Conn) {
		_ = tls.Server(conn, config).Handshake()
		<-stop
		_ = conn.Close()
	})
}
