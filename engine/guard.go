package engine

import (
	"strings"
	"sync"
	"time"
)

// Withheld says why a credential was not presented to its target: it was refused
// before, and servers lock accounts after a few failures.
type Withheld struct {
	Since time.Time `json:"since"` // when it was refused
	What  string    `json:"what"`  // "refused at db1:5432"
}

// guard remembers which stored versions were refused, so that nobody presents
// one twice who was not asked to. What it remembers stands in the journal too,
// for other processes, until that version logs in or another one is stored.
type guard struct {
	mu   sync.Mutex
	here map[string]refusal // what the journal does not say, by credential
}

// refusal is that a version was refused. With Since zero, it is accepted.
type refusal struct {
	version string
	Withheld
	record Summary // in the journal; zero when it is not there
}

// probeKey is where the journal records that a credential was refused.
const probeKey = "probe:"

// refusals reads what the journal records, by credential.
func refusals(runs []Summary) map[string]refusal {
	found := map[string]refusal{}
	for _, s := range runs {
		if id, ok := strings.CutPrefix(s.Credential, probeKey); ok && !s.Status.Finished() && s.Problem != nil {
			found[id] = refusal{s.Rotation.OldVersion, Withheld{s.Started, s.Problem.Text}, s}
		}
	}
	return found
}

// known is the refusal of that version of a credential, if there was one.
func (g *guard) known(id, version string, recorded map[string]refusal) (refusal, bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	r, here := g.here[id]
	if !here || r.version != version {
		r = recorded[id]
	}
	return r, !r.Since.IsZero() && r.version == version
}

// keep remembers r for as long as the engine lives.
func (g *guard) keep(id string, r refusal) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.here == nil {
		g.here = map[string]refusal{}
	}
	g.here[id] = r
}

// drop leaves it to the journal what is remembered of a credential.
func (g *guard) drop(id string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	delete(g.here, id)
}
