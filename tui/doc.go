// Package tui is the console: Bubble Tea screens over an engine.
//
//	parting, err := tui.Run(ctx, tui.Options{Engine: engine, Title: "payments", Theme: "auto"})
//
// The root model in tui.go only routes: it owns sizes, the stack of screens,
// the dialogs over them, and the way out. What is shown is the business of the
// packages below screen, drawn with those below component in the vocabulary of
// package ui.
//
// Watching. A run that another process carries out is opened as a view that can
// only be read; the console waits for none of those. Once it was taken over, it
// is a run of this console like any other.
//
// Leaving. q asks to leave; while a run is under way a dialog offers to stay,
// to stop after the phase, or to roll back. ctrl+c, and every signal, does the
// same the first time; the second time no more changes are made, the runs stop
// at their next safe point and the console ends; the third time it ends without
// showing that, and still waits for them.
package tui
