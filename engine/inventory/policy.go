package inventory

import (
	"time"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/engine/nearest"
)

// layer is what one policy table sets; the rest comes from layers below it.
type layer struct {
	durations map[string]duration // by key
	keep      *int
}

type duration struct {
	time.Duration
	value value
}

// policyDurations lists the keys of a policy table that are durations.
func policyDurations() []string {
	return []string{
		"max_age", "warn_before", "alert_before", "grace", "quiet",
		"verify_within", "rollback_window", "probe_timeout", "change_timeout",
	}
}

// policyField is where a key of a policy table goes.
func policyField(p *engine.Policy, key string) *time.Duration {
	switch key {
	case "max_age":
		return &p.MaxAge
	case "warn_before":
		return &p.WarnBefore
	case "alert_before":
		return &p.AlertBefore
	case "grace":
		return &p.Grace
	case "quiet":
		return &p.Quiet
	case "verify_within":
		return &p.VerifyWithin
	case "rollback_window":
		return &p.RollbackWindow
	case "probe_timeout":
		return &p.ProbeTimeout
	default:
		return &p.ChangeTimeout
	}
}

// policy reads the key policy of t, if it is there.
func (t *table) policy() layer {
	v, found := t.take("policy")
	if !found {
		return layer{}
	}
	return v.layer()
}

func (v value) layer() layer {
	t, ok := v.table()
	if !ok {
		return layer{}
	}
	l := layer{durations: map[string]duration{}}
	for _, key := range policyDurations() {
		if v, found := t.take(key); found {
			if d, ok := v.policyDuration(key); ok {
				l.durations[key] = duration{Duration: d, value: v}
			}
		}
	}
	if v, found := t.take("keep_versions"); found {
		if n, ok := v.number(); ok && n < 0 {
			v.fail("", "must not be negative")
		} else if ok {
			l.keep = &n
		}
	}
	t.rest()
	return l
}

// policyDuration refuses a limit of nothing: every probe would fail.
func (v value) policyDuration(key string) (time.Duration, bool) {
	d, ok := v.duration()
	if ok && d == 0 && (key == "probe_timeout" || key == "change_timeout") {
		v.fail("", "must be longer than nothing")
		return 0, false
	}
	return d, ok
}

// kindPolicies reads [policy.<kind>].
func (t *table) kindPolicies() map[engine.Kind]layer {
	layers := map[engine.Kind]layer{}
	v, found := t.take("policy")
	if !found {
		return layers
	}
	group, ok := v.table()
	if !ok {
		return layers
	}
	for _, kind := range engine.Kinds() {
		if v, found := group.take(string(kind)); found {
			layers[kind] = v.layer()
		}
	}
	for key := range group.keys {
		if _, known := layers[engine.Kind(key)]; !known {
			v, _ := group.look(key)
			v.failKey(nearest.To(key, group.known), "must be a kind of credential: %s", list(group.known))
		}
	}
	return layers
}
