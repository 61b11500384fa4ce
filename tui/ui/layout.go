package ui

// The layout classes, by width: below LeastWidth or LeastHeight only an apology;
// then one pane, with tabs where there are several; from SplitWidth on a list with
// its details; from WideWidth on three panes. From RoomyWidth on labels are
// written out, and from AiryHeight on lines are left blank for the eye.
const (
	LeastWidth, LeastHeight = 60, 16

	RoomyWidth = 80
	SplitWidth = 100
	WideWidth  = 140
	AiryHeight = 16
)
