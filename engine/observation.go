package engine

import "time"

// Observation is what was seen of a credential from the outside.
type Observation struct {
	Credential    string    `json:"credential"`
	At            time.Time `json:"at"` // zero: not probed yet
	Active        Slot      `json:"active,omitempty"`
	Identity      string    `json:"identity,omitempty"`
	Version       string    `json:"version,omitempty"`
	Rotated       time.Time `json:"rotated,omitzero"`
	RotatedSource string    `json:"rotated_source,omitempty"` // "store", "journal"
	Adopted       bool      `json:"adopted,omitempty"`        // the last run was an adoption, which tells nothing of its age
	Expires       time.Time `json:"expires,omitzero"`
	ExpiresSource string    `json:"expires_source,omitempty"`
	Proofs        []Proof   `json:"proofs,omitempty"`   // whether it logs in now
	Withheld      *Withheld `json:"withheld,omitempty"` // why it was not tried; nil when it was, or nothing can be
	Usage         []Usage   `json:"usage,omitempty"`
	Unfinished    string    `json:"unfinished,omitempty"` // id of a half-done run
	Problems      []Problem `json:"problems,omitempty"`   // why something could not be seen; the first is the gravest
	Took          time.Duration
}

// Login sums the proofs up: refused if any endpoint refused, unreachable if
// any could not be asked, "" when nothing was presented.
func (o Observation) Login() Standing { return standingOf(o.Proofs) }

func standingOf(proofs []Proof) Standing {
	standing := Standing("")
	for _, p := range proofs {
		switch {
		case p.Standing == Refused, standing == "":
			standing = p.Standing
		case p.Standing == Unreachable && standing == Accepted:
			standing = Unreachable
		}
	}
	return standing
}

// Truth is what probes say about a run right now, whatever the journal says.
type Truth struct {
	At         time.Time `json:"at"`
	OldWorks   Standing  `json:"old_works"`
	NewWorks   Standing  `json:"new_works"` // "" when the store holds no new version
	Active     Slot      `json:"active"`    // what the store publishes
	Pending    bool      `json:"pending"`   // the store holds this run's new version
	Evidence   Evidence  `json:"evidence"`
	OldProofs  []Proof   `json:"old_proofs,omitempty"`
	NewProofs  []Proof   `json:"new_proofs,omitempty"`
	Advice     Advice    `json:"advice"`
	AdviceText string    `json:"advice_text"`
	Problem    string    `json:"problem,omitempty"` // why nothing else could be told
}

// Advice is the one safe next step for an unfinished run.
type Advice string

// The advices.
const (
	AdviceResume   Advice = "resume"
	AdviceRollBack Advice = "roll back"
	AdviceWait     Advice = "wait" // the target cannot be asked: restore the connection first
)
