package run

import (
	"strings"

	"github.com/rotadeck/rotadeck/engine"
)

// claim is what a proof is to show: how a credential is received, and which.
type claim struct {
	about  subject
	wanted engine.Standing
}

// subject is the credential that a proof presents.
type subject string

// The subjects. A wrong credential is presented as a negative control and says
// nothing about the others.
const (
	subjectOld   subject = "the old"
	subjectNew   subject = "the new"
	subjectWrong subject = "a wrong"
	subjectOther subject = ""
)

// claimOf reads the words of a proof, which all follow one pattern: "the old
// credential logs in", "the new credential is refused". A refused login often
// has no identity, so these words are what tells the sides apart.
func claimOf(e engine.Event) claim {
	words := strings.ToLower(e.Text)
	if rest, adopted := strings.CutPrefix(words, "the credential in use "); adopted {
		words = "the old credential " + rest // that of an adoption, which stays as it is
	}
	// A tidying has what is published, and what it takes away.
	words = strings.NewReplacer("the published credential ", "the new credential ", "the pending credential ", "the old credential ").Replace(words)
	head, verb, _ := strings.Cut(words, " credential ")
	c := claim{wanted: engine.Accepted}
	switch about := subject(head); about {
	case subjectOld, subjectNew, subjectWrong:
		c.about = about
	case subjectOther:
	}
	if strings.HasPrefix(verb, "is "+string(engine.Refused)) {
		c.wanted = engine.Refused
	}
	return c
}

// side finds whom a proof is about; nil for neither. Where the words do not
// say, the identity does.
func (m *Model) side(e engine.Event) *Side {
	if e.Proof == nil {
		return nil
	}
	id := e.Proof.Identity
	switch claimOf(e).about {
	case subjectOld:
		return &m.Old
	case subjectNew:
		return &m.New
	case subjectWrong:
		return nil
	case subjectOther:
	}
	switch {
	case id == "" || m.Old.Identity == m.New.Identity:
		return nil
	case id == m.New.Identity:
		return &m.New
	case id == m.Old.Identity:
		return &m.Old
	}
	return nil
}
