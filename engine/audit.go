package engine

import (
	"cmp"
	"slices"
	"time"
)

// Audit is an inventory held against its policies at one moment: what each
// credential has used of its life, and what that adds up to.
type Audit struct {
	At           time.Time `json:"at"`
	Verdicts     Tally     `json:"verdicts"`
	MeanAge      *int64    `json:"mean_age_seconds"` // of those whose age is known; null when none is
	Shares       []Bucket  `json:"by_share_of_life"`
	Ages         []Bucket  `json:"by_age"`
	Calendar     Calendar  `json:"calendar"`
	Kinds        []Group   `json:"by_kind"`
	Environments []Group   `json:"by_environment"`
	Owners       []Group   `json:"by_owner"`
	Tags         []Group   `json:"by_tag"` // a credential counts for each of its tags, and for "" without any
	Trend        []Week    `json:"trend"`
	Credentials  []Audited `json:"credentials"` // the most urgent first
}

// Audited is one credential in an audit.
type Audited struct {
	Credential  string    `json:"credential"`
	Kind        Kind      `json:"kind"`
	Environment string    `json:"environment"`
	Owner       string    `json:"owner"`
	Tags        []string  `json:"tags"`
	Age         *int64    `json:"age_seconds"`     // null: not known
	MaxAge      int64     `json:"max_age_seconds"` // 0: its age is not judged
	Share       *float64  `json:"share_of_life"`   // see Life; null: not known
	Verdict     State     `json:"verdict"`
	Reason      string    `json:"reason"`
	Deadline    time.Time `json:"deadline,omitzero"` // the one that decides the verdict
	RotateBy    time.Time `json:"rotate_by,omitzero"`
	Expires     time.Time `json:"expires,omitzero"`
	Login       Standing  `json:"login"` // "": nothing to log in with, or not tried
	Withheld    *Withheld `json:"withheld,omitempty"`
	Problems    []Problem `json:"problems"`
}

// NewAudit holds credentials against their policies at the moment now. What was
// not observed is unknown. Runs are those on record, for the trend.
func NewAudit(credentials []Credential, observations []Observation, runs []Summary, now time.Time) Audit {
	now = now.UTC()
	seen := make(map[string]Observation, len(observations))
	for _, o := range observations {
		seen[o.Credential] = o
	}
	a := Audit{At: now, Credentials: make([]Audited, 0, len(credentials))}
	for _, c := range credentials {
		a.Credentials = append(a.Credentials, audit(c, seen[c.ID], now))
	}
	slices.SortStableFunc(a.Credentials, Audited.compare)
	a.MeanAge = meanAge(a.Credentials)
	for _, c := range a.Credentials {
		a.Verdicts.Add(c.Verdict)
	}
	a.Shares, a.Ages = byShare(a.Credentials), byAge(a.Credentials)
	a.Calendar = newCalendar(a.Credentials, now)
	a.Kinds = groupBy(a.Credentials, func(c Audited) []string { return []string{string(c.Kind)} })
	a.Environments = groupBy(a.Credentials, func(c Audited) []string { return []string{c.Environment} })
	a.Owners = groupBy(a.Credentials, func(c Audited) []string { return []string{c.Owner} })
	a.Tags = groupBy(a.Credentials, Audited.tags)
	a.Trend = newTrend(credentials, seen, runs, now)
	return a
}

func audit(c Credential, o Observation, now time.Time) Audited {
	verdict := Judge(c.Policy, o, now)
	audited := Audited{
		Credential: c.ID, Kind: c.Kind, Environment: c.Environment.Name, Owner: c.Owner,
		Tags:   slices.Compact(slices.Sorted(slices.Values(append([]string{}, c.Tags...)))),
		MaxAge: int64(c.Policy.MaxAge / time.Second), Verdict: verdict.State, Reason: verdict.Reason,
		Deadline: utc(verdict.Deadline), RotateBy: utc(o.RotateBy(c.Policy)), Expires: utc(o.Expires),
		Login: o.Login(), Withheld: o.Withheld, Problems: append([]Problem{}, o.Problems...),
	}
	if audited.Tags == nil {
		audited.Tags = []string{}
	}
	if age, known := o.Age(now); known {
		seconds := int64(age / time.Second)
		audited.Age = &seconds
	}
	if share, known := Life(c.Policy, o, now); known {
		audited.Share = &share
	}
	return audited
}

// utc is t in UTC; the zero time stays zero.
func utc(t time.Time) time.Time {
	if t.IsZero() {
		return t
	}
	return t.UTC()
}

// tags are the tags of a credential; "" stands for none.
func (c Audited) tags() []string {
	if len(c.Tags) == 0 {
		return []string{""}
	}
	return c.Tags
}

// compare puts the most urgent first: by verdict, then by the share of life used,
// then by name.
func (c Audited) compare(other Audited) int {
	return cmp.Or(
		cmp.Compare(c.Verdict.Urgency(), other.Verdict.Urgency()),
		cmp.Compare(other.share(), c.share()),
		cmp.Compare(c.Credential, other.Credential),
	)
}

// share is the share of life used, less than any where it is not known.
func (c Audited) share() float64 {
	if c.Share == nil {
		return -1
	}
	return *c.Share
}

// meanAge is the mean of the ages that are known.
func meanAge(credentials []Audited) *int64 {
	sum, count := int64(0), 0
	for _, c := range credentials {
		if c.Age != nil {
			sum += *c.Age
			count++
		}
	}
	return mean(sum, count)
}

// mean is that of a sum of whole seconds, nil of none: sums of whole numbers do not
// depend on their order.
func mean(sum int64, count int) *int64 {
	if count == 0 {
		return nil
	}
	m := sum / int64(count)
	return &m
}
