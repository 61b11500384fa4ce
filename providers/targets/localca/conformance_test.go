package localca_test

import (
	"crypto/tls"
	"testing"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/engine/enginetest"
)

func TestConformance(t *testing.T) {
	t.Parallel()
	type place func(w world) []string
	at := func(lowest, highest uint16, before, after string) place {
		return func(w world) []string {
			return []string{before + w.server(lowest, highest).Address() + after}
		}
	}
	places := map[string]place{
		"offline":            func(world) []string { return nil },
		"TLS 1.2 and 1.3":    at(tls.VersionTLS12, tls.VersionTLS13, "", ""),
		"TLS 1.3 alone":      at(tls.VersionTLS13, tls.VersionTLS13, "", ""),
		"HTTPS":              at(tls.VersionTLS12, tls.VersionTLS13, "https://", "/health"),
		"HTTPS over TLS 1.3": at(tls.VersionTLS13, tls.VersionTLS13, "https://", "/health"),
	}
	for name, endpoints := range places {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			enginetest.TargetSuite(t, func(t *testing.T) enginetest.TargetKit {
				w := newWorld(t)
				target := w.target(engine.Settings{"endpoints": endpoints(w)})
				current := w.generate(target)
				w.must(target.Create, current)
				return enginetest.TargetKit{Target: target, Slot: engine.SlotA, Current: current}
			})
		})
	}
}
