// Package plain is the front end without a screen: plain lines, one for each
// thing that happens, and numbered questions. It serves scripts, logs, screen
// readers and terminals that cannot do more; nothing is redrawn, nothing is
// drawn in boxes, and no line means anything by its colour.
//
// A Follower prints a run while it lasts and has its questions answered:
//
//	follower := plain.Follower{Out: os.Stdout, Answerer: plain.NewPrompt(os.Stdin, os.Stderr, "alice")}
//	if err := follower.Follow(ctx, run); err != nil {
//		return err
//	}
//	if follower.Undecided != nil {
//		// the run stopped because nobody could answer
//	}
package plain
