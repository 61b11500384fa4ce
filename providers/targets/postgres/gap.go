package postgres

import (
	"slices"
	"strings"

	"github.com/rotadeck/rotadeck/engine"
)

// gap is a difference with the statements that take its remedy back.
type gap struct {
	engine.Difference
	undo string
}

// side is a slot with its user.
type side struct {
	slot engine.Slot
	user string
}

// comparison is what both users and the owner role have.
type comparison struct {
	old, next side
	owner     string  // "" for none
	rights    []right // that the settings ask for
	admin     string
	database  string
	version   int
	held      []holding // in the order in which they are told
	has       map[string]map[string]holding
}

func (c *comparison) exists(role string) bool {
	_, there := c.has[role]["there"]
	return there
}

// gaps lists the differences: what the owner-role pattern lacks, who owns what,
// then the rest. Evened out in this order, a privilege is granted once its
// object is the owner role's.
func (c *comparison) gaps() []gap {
	list := append(c.patternGaps(), c.ownerGaps()...)
	if c.owner == "" {
		list = append(list, c.impliedGaps()...)
	}
	for _, h := range c.held {
		switch {
		case h.class == classRole, h.class == classOwner, h.class == classImplied, h.class == classForAll:
		case h.class == classPattern && c.owner != "":
		case h.user == c.old.user:
			list = append(list, c.lacking(h)...)
		case h.user == c.next.user && !c.have(c.old.user, h.what):
			g := gap{engine.Difference{Slot: c.next.slot, What: h.String(), Remedy: h.from(h.user)}, h.to(h.user)}
			if c.wished(h) {
				g.Remedy, g.undo = h.to(c.old.user), h.from(c.old.user)
			}
			list = append(list, g)
		}
	}
	return slices.CompactFunc(list, func(a, b gap) bool { return a.Difference == b.Difference }) // of two grantors
}

// have says whether user has what a grant could give it. Where ownership will
// move to the owner role, what an owner has as such goes with it.
func (c *comparison) have(user, what string) bool {
	h, found := c.has[user][what]
	implied := h.class == classImplied || h.class == classForAll
	return found && (!implied || c.owner == "" || user == c.owner)
}

// lacking lists who lacks what the old user has: the next one, the owner role,
// or both.
func (c *comparison) lacking(h holding) []gap {
	var list []gap
	theirs := c.has[c.next.user][h.what]
	if !c.have(c.next.user, h.what) || theirs.value != h.value && theirs.class == h.class {
		undo := h.from(c.next.user)
		if c.have(c.next.user, h.what) {
			undo = theirs.to(c.next.user)
		}
		list = append(list, gap{engine.Difference{Slot: c.old.slot, What: h.String(), Remedy: h.to(c.next.user)}, undo})
	}
	if c.owner != "" && h.shared && !c.have(c.owner, h.what) {
		list = append(list, gap{engine.Difference{
			Slot: c.old.slot, What: h.String() + ", which " + c.owner + " lacks", Remedy: h.to(c.owner),
		}, h.from(c.owner)})
	}
	return list
}

// ownerGaps lists what the users own: an object has one owner.
func (c *comparison) ownerGaps() []gap {
	var list []gap
	for _, h := range c.held {
		if h.class != classOwner || h.user == c.owner {
			continue
		}
		g := gap{Difference: engine.Difference{Slot: c.slotOf(h.user), What: h.String()}}
		if c.owner != "" {
			g.Remedy, g.undo = h.to(c.owner), h.to(h.user)
		}
		list = append(list, g)
	}
	return list
}

// impliedGaps lists, for each object that the old user owns, the privileges that
// the next one lacks: without an owner role, granting them is all that can be
// done.
func (c *comparison) impliedGaps() []gap {
	var list []gap
	index := map[string]int{}
	for _, h := range c.held {
		if h.class != classImplied || h.user != c.old.user || c.have(c.next.user, h.what) {
			continue
		}
		privilege, object, _ := strings.Cut(h.what, " on ")
		i, begun := index[object]
		if !begun {
			index[object] = len(list)
			list = append(list, gap{engine.Difference{
				Slot: c.old.slot, What: h.what + ", as its owner", Remedy: h.to(c.next.user),
			}, h.from(c.next.user)})
			continue
		}
		g := &list[i]
		g.What = strings.Replace(g.What, " on "+object, ", "+privilege+" on "+object, 1)
		g.Remedy += separator + h.to(c.next.user)
		g.undo += separator + h.from(c.next.user)
	}
	return list
}

func (c *comparison) slotOf(user string) engine.Slot {
	if user == c.old.user {
		return c.old.slot
	}
	return c.next.slot
}
