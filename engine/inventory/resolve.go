package inventory

import (
	"time"

	"github.com/rotadeck/rotadeck/engine"
)

// resolve lays the layers over the policy of a kind, the last one on top.
func resolve(kind engine.Kind, layers ...layer) engine.Policy {
	p := engine.DefaultPolicy(kind)
	for _, l := range layers {
		if maxAge, found := l.durations["max_age"]; found {
			p.WarnBefore, p.AlertBefore = warnings(kind, maxAge.Duration)
		}
		for key, d := range l.durations {
			*policyField(&p, key) = d.Duration
		}
		if l.keep != nil {
			p.KeepVersions = *l.keep
		}
	}
	return p
}

// warnings derives when to warn and alert from an age, as DefaultPolicy does. A
// certificate that lives shorter than 90 days cannot be renewed 15 days before
// its end each time, so it is warned of in proportion.
func warnings(kind engine.Kind, maxAge time.Duration) (warn, alert time.Duration) {
	if kind == engine.KindTLSCertificate && maxAge > 0 {
		warn = min(15*day, maxAge/6)
		return warn, warn / 15 * 14
	}
	if kind == engine.KindTLSCertificate {
		p := engine.DefaultPolicy(kind)
		return p.WarnBefore, p.AlertBefore
	}
	return maxAge / 6, maxAge / 12
}

// contradictions reports a policy whose parts do not fit, at the topmost layer
// that has a part in it.
func contradictions(kind engine.Kind, layers ...layer) {
	p := resolve(kind, layers...)
	if p.AlertBefore > p.WarnBefore {
		blame(kind, p, "alert_before", "warn_before", layers)
	}
	if p.MaxAge > 0 && p.WarnBefore > p.MaxAge {
		blame(kind, p, "warn_before", "max_age", layers)
	}
}

func blame(kind engine.Kind, p engine.Policy, shorter, longer string, layers []layer) {
	for i := len(layers) - 1; i >= 0; i-- {
		if d, found := layers[i].durations[shorter]; found {
			d.value.fail("", "must not be longer than %s, which is %s for %s", longer, words(*policyField(&p, longer)), kind)
			return
		}
		if d, found := layers[i].durations[longer]; found {
			d.value.fail("", "must not be shorter than %s, which is %s for %s", shorter, words(*policyField(&p, shorter)), kind)
			return
		}
	}
}
