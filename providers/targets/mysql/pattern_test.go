package mysql_test

import (
	"testing"

	"github.com/rotadeck/rotadeck/providers/targets/mysql"
)

func TestCovers(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		held, object string
		want         bool
	}{
		{"`shop`.*", "`shop`.*", true},
		{"`shop\\_%`.*", "`shop\\_1`.*", true},
		{"`shop\\_%`.*", "`shop_1`.*", false}, // which is of shopA1 as well
		{"`shop_%`.*", "`shop_1`.*", true},
		{"`shop\\_1`.*", "`shop_1`.*", false},
		{"`shop_1`.*", "`shop\\_1`.*", true},
		{"`%`.*", "`s%`.*", true},
		{"`_`.*", "`%`.*", false},
		{"`shop\\_%`.*", "`shopping`.*", false},
		{"`shop_`.*", "`shops`.*", true},
		{"`shop_`.*", "`shop`.*", false},
		{"`%`.*", "`anything`.*", true},
		{"`s%p`.*", "`shop`.*", true},
		{"`s%p`.*", "`shops`.*", false},
		{"`shop\\_%`.*", "`shop_1`.`items`", false},
		{"*.*", "`shop`.*", false}, // which levelsOf knows
		{"`shop`.*", "`shop_`.*", false},
	} {
		if got := mysql.Covers(c.held, c.object); got != c.want {
			t.Errorf("%s covers %s: %t, want %t", c.held, c.object, got, c.want)
		}
	}
}
