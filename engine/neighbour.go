package engine

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Neighbour shares something with a suspect: whoever got at the one may have got
// at the other.
type Neighbour struct {
	Credential string   `json:"credential"`
	Shares     []string `json:"shares"` // "store mounts", "postgres db1:5432", "consumer orders-api"
	With       []string `json:"with"`   // suspects, at most mostWith for each thing shared
}

// mostWith is how many suspects stand for all that share a thing: of thousands in
// one store, no more than a few are read.
const mostWith = 5

// Neighbours lists the credentials that share a store, a target system or a
// consumer with any of those named: the blast radius. It does not dial.
func (e *Engine) Neighbours(ids ...string) []Neighbour {
	suspects := map[string][]string{} // by what they use
	suspected := make(map[string]bool, len(ids))
	for _, id := range ids {
		suspected[id] = true
		for _, use := range uses(e.byID[id]) {
			if len(suspects[use]) < mostWith {
				suspects[use] = append(suspects[use], id)
			}
		}
	}
	neighbours := []Neighbour{}
	for _, c := range e.config.Credentials {
		if suspected[c.ID] {
			continue
		}
		n := Neighbour{Credential: c.ID}
		for _, use := range uses(c) {
			if with := suspects[use]; len(with) > 0 {
				n.Shares = append(n.Shares, use)
				n.With = append(n.With, with...)
			}
		}
		if len(n.Shares) > 0 {
			slices.Sort(n.With)
			n.With = slices.Compact(n.With)
			neighbours = append(neighbours, n)
		}
	}
	slices.SortStableFunc(neighbours, func(a, b Neighbour) int { return cmp.Compare(len(b.Shares), len(a.Shares)) })
	return neighbours
}

// uses names the systems that a credential touches, as Neighbour.Shares does.
func uses(c Credential) []string {
	var all []string
	if c.Store.Name != "" {
		all = append(all, "store "+c.Store.Name)
	}
	if system := systemOf(c.Target); system != "" {
		all = append(all, system)
	}
	for _, consumer := range c.Consumers {
		all = append(all, "consumer "+consumer.Name)
	}
	return all
}

// systemOf names the system behind a target by the setting that says where it
// is; "" for one that has none.
func systemOf(p Part) string {
	s := p.Settings
	for _, name := range []string{"host", "hosts", "address", "url", "ca_cert", "file"} {
		where := s.Text(name)
		if list := s.List(name); len(list) > 0 {
			where = strings.Join(list, ",")
		}
		if where == "" {
			continue
		}
		if port := s.Number("port"); port != 0 {
			where = fmt.Sprintf("%s:%d", where, port)
		}
		return p.Provider + " " + where
	}
	return ""
}
