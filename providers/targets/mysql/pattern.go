package mysql

import "strings"

// covers says whether what is held on all of a database is held on another, both
// of whose names are patterns: `shop\_%`.* covers `shop\_1`.*, but not `shop_1`.*,
// which is of shopA1 as well.
func covers(held, object string) bool {
	if held == object {
		return true
	}
	pattern, isDatabase := databaseOf(held)
	name, isToo := databaseOf(object)
	return isDatabase && isToo && wider(signs(pattern), signs(name))
}

// databaseOf is the name in rights on all of a database, as it stands there.
func databaseOf(object string) (name string, is bool) {
	name, is = strings.CutSuffix(object, "`.*")
	if !is || !strings.HasPrefix(name, "`") {
		return "", false
	}
	return strings.ReplaceAll(name[1:], "``", "`"), true
}

// sign is one of a pattern: a character, or what stands for any text or for any
// character.
type sign struct {
	character rune
	wild      bool
}

func signs(pattern string) []sign {
	var list []sign
	escaped := false
	for _, r := range pattern {
		if !escaped && r == '\\' {
			escaped = true
			continue
		}
		list = append(list, sign{r, !escaped && (r == '%' || r == '_')})
		escaped = false
	}
	return list
}

// wider says whether everything that is like b is like a.
func wider(a, b []sign) bool {
	switch {
	case len(a) == 0:
		return len(b) == 0
	case a[0] == sign{'%', true}:
		return wider(a[1:], b) || len(b) > 0 && wider(a, b[1:])
	case len(b) == 0 || b[0] == sign{'%', true}:
		return false
	}
	return (a[0] == b[0] || a[0] == sign{'_', true}) && wider(a[1:], b[1:])
}
