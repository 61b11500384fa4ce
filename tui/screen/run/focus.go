package run

// pane is a part of the screen that can be in focus.
type pane int

const (
	paneLog pane = iota
	paneEvidence
	panePhases // only where the rail does not stand beside the others
	paneButtons
	panes // how many there are
)

// focus says where keys go.
type focus struct {
	at     pane
	shown  pane // the last one that was not the buttons: what one column shows
	button int  // which one, when at is paneButtons
	wide   bool // the last frame had the rail beside the log
}

// next moves the focus around by 1 or -1.
func (f *focus) next(step int) {
	f.at = (f.at + pane(step) + panes) % panes
	if f.at == panePhases && f.wide {
		f.at = (f.at + pane(step) + panes) % panes
	}
	if f.at != paneButtons {
		f.shown = f.at
	}
}

// fit adjusts the focus to a frame: a wide one has no pane of phases.
func (f *focus) fit(wide bool) {
	f.wide = wide
	if !wide {
		return
	}
	if f.shown == panePhases {
		f.shown = paneLog
	}
	if f.at == panePhases {
		f.at = paneLog
	}
}
