package postgres_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/providers/sandbox/sandboxtest"
)

// Of several endpoints one fails, in each of the ways in which one can: the
// others are heard, and the text says what is wrong with it.
func TestOneEndpointFails(t *testing.T) {
	t.Parallel()
	server := sandboxtest.Postgres(t)
	d := newDatabase(t, server, nil)
	m := d.give(t, engine.SlotA, nil)
	verified := engine.Settings{"sslmode": "verify-full", "sslrootcert": server.CertPath}
	other := sandboxtest.Postgres(t)
	for name, c := range map[string]struct {
		settings engine.Settings
		endpoint string
		want     string
	}{
		"wrong port":        {nil, "127.0.0.1:1", "nobody listens there"},
		"no such name":      {nil, "name.invalid:5432", "its name cannot be looked up"},
		"silent":            {nil, listenSilently(t), "no answer in time"},
		"other certificate": {verified, address(other.Host, other.Port), "no authority that is trusted here"},
		"no TLS":            {verified, address("127.0.0.1", sandboxtest.PgBouncer(t, server).Port), "refused TLS"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			settings := engine.Settings{"endpoints": []string{c.endpoint}}
			for setting, value := range c.settings {
				settings[setting] = value
			}
			ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
			defer cancel()
			proofs := d.open(t, settings).Prove(ctx, m)
			if proofs[0].Standing != engine.Accepted {
				t.Errorf("the endpoint that works: %+v", proofs[0])
			}
			if proofs[1].Endpoint != c.endpoint || proofs[1].Standing != engine.Unreachable || !strings.Contains(proofs[1].Detail, c.want) {
				t.Errorf("the endpoint that fails: %+v; want unreachable, saying %q", proofs[1], c.want)
			}
		})
	}
}
