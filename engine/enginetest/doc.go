// Package enginetest has what tests of rotadeck share: a world in memory whose
// target, store, journal and consumers behave like real ones, and one
// conformance suite per role that every implementation must pass.
//
//	world := enginetest.NewWorld(t)
//	run, err := world.Engine().Rotate(t.Context(), enginetest.ID, engine.Options{})
//	enginetest.Drive(t, run, enginetest.Yes)
package enginetest
