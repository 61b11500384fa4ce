// Package uitest helps to test screens: golden frames as text, keys by name,
// a check of frame sizes, and texts that attack a terminal.
//
//	s.Update(uitest.Key("down"))
//	uitest.Golden(t, "inventory-80x24", s.View(80, 24))
//	uitest.Sizes(t, s.View)
//
// Run the tests of one package with -update to write its golden files anew.
package uitest
