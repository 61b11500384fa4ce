package engine

import "time"

// Life is how much of the time that it may live a credential has used up: 0 is
// fresh, 1 is the moment at which it has to be gone, and what is over its time has
// more. Known is false where neither a rotation nor an end of it is on record, or
// a clock is wrong.
//
// The time it may live is that of the policy since the last rotation, and that
// until it expires: the greater share counts. Of what is only seen to expire, such
// as a certificate that is watched, the policy's age before its end is reckoned.
func Life(p Policy, o Observation, now time.Time) (share float64, known bool) {
	age, aged := o.Age(now)
	if aged && p.MaxAge > 0 {
		share, known = age.Seconds()/p.MaxAge.Seconds(), true
	}
	if o.Expires.IsZero() {
		return share, known
	}
	switch {
	case aged && o.Expires.After(o.Rotated):
		return max(share, age.Seconds()/o.Expires.Sub(o.Rotated).Seconds()), true
	case p.MaxAge > 0:
		return max(share, 1-o.Expires.Sub(now).Seconds()/p.MaxAge.Seconds(), 0), true
	case !o.Expires.After(now):
		return max(share, 1), true
	}
	return share, known
}

// Age is how long ago the credential was rotated, as of now; known is false when
// that is not on record, or recorded for later by a clock that is wrong.
func (o Observation) Age(now time.Time) (age time.Duration, known bool) {
	if o.Rotated.IsZero() || o.Rotated.Sub(now) > clocksDiffer {
		return 0, false
	}
	return max(0, now.Sub(o.Rotated)), true
}

// RotateBy is when the credential has to be rotated by its policy; zero when that
// is not known, or its age is not judged.
func (o Observation) RotateBy(p Policy) time.Time {
	if o.Rotated.IsZero() || p.MaxAge == 0 {
		return time.Time{}
	}
	return o.Rotated.Add(p.MaxAge)
}
