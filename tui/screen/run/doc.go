// Package run is the screen of one rotation: a rail of phases, a live log, the
// evidence for who uses which credential, and the few buttons that an operator
// has. A run that another process carries out shows in the same way, to be
// watched; it can be taken over once whoever carries it out is gone. Of a run
// that rests unfinished, the screen tells what probes say is true. What it shows
// is a Model, the fold of the run's events:
//
//	model := run.NewModel(time.UTC)
//	for _, event := range events {
//		model.Add(event)
//	}
//	for _, line := range model.Lines { ... }
package run
