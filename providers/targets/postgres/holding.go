package postgres

import (
	"strings"

	"github.com/jackc/pgx/v5"
)

// holding is one thing that a role has. A thing such as a setting has a value;
// users who have it with different values differ.
type holding struct {
	user, class, what, value string
	give, take               []string // statements that give it and take it away, around the name of the role
	shared                   bool     // whether it must be the owner role's, so that those who act as that have it
}

// The classes of holdings that are compared in a way of their own.
const (
	classRole    = "role"    // it is there
	classOwner   = "owner"   // owns an object
	classImplied = "implied" // a privilege that an owner has as such
	classForAll  = "implied for all"
	classPattern = "pattern" // part of the owner-role pattern
)

func readHolding(row pgx.CollectableRow) (holding, error) {
	var h holding
	err := row.Scan(&h.user, &h.class, &h.what, &h.value, &h.give, &h.take, &h.shared)
	return h, err
}

// to is the statement that gives it to user, from the one that takes it away; ""
// where there is none.
func (h holding) to(user string) string { return strings.Join(h.give, quote(user)) }

func (h holding) from(user string) string { return strings.Join(h.take, quote(user)) }

// String is what people read: "search_path = app", "SELECT on table public.t".
func (h holding) String() string {
	if h.value == "" {
		return h.what
	}
	return h.what + " = " + h.value
}
