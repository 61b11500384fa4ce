// Package runbook shows how a person finishes or undoes a run by hand: every
// step with its commands, which can be copied one by one or saved whole.
//
//	s := runbook.New(c, ui.OpenRunbook{ID: "orders-db"})
package runbook
