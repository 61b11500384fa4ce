package engine

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// Suspect is a credential that may have leaked, and why it is thought so.
type Suspect struct {
	Credential string `json:"credential"`
	Why        string `json:"why,omitempty"`
	Version    string `json:"version,omitempty"` // the one that leaked; "" for all that could be accepted
}

// Risk ranks a suspect.
type Risk struct {
	Accepted   Standing      `json:"accepted"` // what the target says of the leaked version now; "" when nobody could present it
	Privileged bool          `json:"privileged"`
	Production bool          `json:"production"`
	Exposed    bool          `json:"exposed"`
	Age        time.Duration `json:"age"`   // < 0 when it is not known
	Score      int           `json:"score"` // the higher, the worse
	Reasons    []string      `json:"reasons"`
}

// production is the name that marks an environment, beside being protected.
const production = "production"

// riskOf weighs a suspect. Each of the grounds outweighs all that follow it:
// still accepted, privileged, production, exposed, age. What is not known counts
// as bad.
func riskOf(c Credential, still Standing, why string, age time.Duration) Risk {
	r := Risk{
		Accepted: still, Privileged: c.Privileged, Exposed: c.Exposed, Age: age,
		Production: c.Environment.Protected || strings.EqualFold(c.Environment.Name, production),
		Reasons:    []string{},
	}
	r.Reasons = append(r.Reasons, stillReason(still, why))
	weights := map[Standing]int{Accepted: 2, Unreachable: 1, "": 1, Refused: 0}
	r.Score = weights[still]
	for _, ground := range []struct {
		holds  bool
		reason string
	}{{r.Privileged, "privileged"}, {r.Production, "production"}, {r.Exposed, "reachable from the internet"}} {
		r.Score *= 2
		if ground.holds {
			r.Score++
			r.Reasons = append(r.Reasons, ground.reason)
		}
	}
	days := mostDays
	if age >= 0 {
		days = min(days, int(age/day))
		r.Reasons = append(r.Reasons, Span(age)+" old")
	} else {
		r.Reasons = append(r.Reasons, "since when it is in use is not known")
	}
	r.Score = r.Score*(mostDays+1) + days
	return r
}

// mostDays is the age from which on older is not worse.
const mostDays = 9999

func stillReason(still Standing, why string) string {
	switch still {
	case Accepted:
		return "still accepted"
	case Refused:
		return "refused already"
	case Unreachable:
	}
	if why == "" {
		return "whether it is still accepted is not known"
	}
	return fmt.Sprintf("whether it is still accepted is not known: %s", why)
}

// worstFirst orders members by risk, and those of equal risk by name.
func worstFirst(members []ScopeMember) {
	slices.SortStableFunc(members, func(a, b ScopeMember) int {
		if a.Risk.Score != b.Risk.Score {
			return b.Risk.Score - a.Risk.Score
		}
		return strings.Compare(a.Credential, b.Credential)
	})
}

// stillOf sums up what endpoints say of a leaked credential: it is alive as long
// as one of them accepts it, and nobody knows while one cannot be asked.
func stillOf(proofs []Proof) Standing {
	still := Standing("")
	for _, p := range proofs {
		switch {
		case p.Standing == Accepted, still == "":
			still = p.Standing
		case p.Standing == Unreachable && still == Refused:
			still = Unreachable
		}
	}
	return still
}
