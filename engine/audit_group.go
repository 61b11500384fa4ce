package engine

import (
	"cmp"
	"slices"
)

// Group is the credentials that have one thing in common.
type Group struct {
	Name    string `json:"name"` // "": none
	Known   int    `json:"ages_known"`
	MeanAge *int64 `json:"mean_age_seconds"` // null: no age is known
	Tally
}

// groupBy groups credentials by names: the largest group first, then by name.
func groupBy(credentials []Audited, names func(Audited) []string) []Group {
	groups, sums := map[string]*Group{}, map[string]int64{}
	for _, c := range credentials {
		for _, name := range names(c) {
			g := groups[name]
			if g == nil {
				g = &Group{Name: name}
				groups[name] = g
			}
			g.Add(c.Verdict)
			if c.Age != nil {
				g.Known++
				sums[name] += *c.Age
			}
		}
	}
	all := make([]Group, 0, len(groups))
	for name, g := range groups {
		g.MeanAge = mean(sums[name], g.Known)
		all = append(all, *g)
	}
	slices.SortFunc(all, func(a, b Group) int {
		return cmp.Or(cmp.Compare(b.Total, a.Total), cmp.Compare(a.Name, b.Name))
	})
	return all
}
