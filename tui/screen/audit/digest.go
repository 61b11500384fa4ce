package audit

import (
	"github.com/rotadeck/rotadeck/engine"
)

// digest is an audit, ready to be looked up in.
type digest struct {
	audit  engine.Audit
	ids    []string // the most urgent first
	place  map[string]int
	most   map[string]int // the longest bar of each histogram and group
	unseen int            // credentials that were not probed yet
	whole  bool           // all of them were
}

func newDigest(a engine.Audit) digest {
	d := digest{audit: a, place: make(map[string]int, len(a.Credentials)), most: map[string]int{}}
	for i, c := range a.Credentials {
		d.ids = append(d.ids, c.Credential)
		d.place[c.Credential] = i
	}
	for name, buckets := range map[string][]engine.Bucket{viewShare: a.Shares, viewAge: a.Ages} {
		for _, b := range buckets {
			d.most[name] = max(d.most[name], b.Total)
		}
	}
	for name, groups := range map[string][]engine.Group{
		viewKind: a.Kinds, viewEnvironment: a.Environments, viewOwner: a.Owners, viewTag: a.Tags,
	} {
		for _, g := range groups {
			d.most[name] = max(d.most[name], g.Total)
		}
	}
	return d
}

// of is a credential of the audit.
func (d digest) of(id string) engine.Audited {
	if i, found := d.place[id]; found {
		return d.audit.Credentials[i]
	}
	return engine.Audited{}
}
