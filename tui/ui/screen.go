package ui

import tea "charm.land/bubbletea/v2"

// Screen fills the console between its header and its footer.
//
// Input (keys, mouse, paste) reaches only the screen in front; every other
// message reaches every screen, so a screen ignores what is not addressed to
// it. Update and View run on one goroutine and never block.
type Screen interface {
	Update(msg tea.Msg) tea.Cmd
	// View returns exactly height lines of exactly width cells, for every size
	// from 1x1 on.
	View(width, height int) string
	// Bindings lists the keys that work now, disabled ones with their reason,
	// most important first.
	Bindings() []Binding
}

// Starter screens have work to begin with; Init is called once, when the
// screen is opened.
type Starter interface {
	Init() tea.Cmd
}

// Titled screens name themselves in the header.
type Titled interface {
	Title() string
}

// Subject screens are about one credential, whose environment alone shows in the
// header: those of others would be read as its own.
type Subject interface {
	// Credential is its id; "" while the screen is about all.
	Credential() string
}

// Capturer screens may have an input in focus: while CapturesText is true,
// keys are text, and only ctrl+c keeps its general meaning.
type Capturer interface {
	CapturesText() bool
}

// Marker screens let credentials be marked, for what is done to several at once.
type Marker interface {
	// Marked lists their ids.
	Marked() []string
}

// Closer screens hold what must not outlive them: Close is called when a screen is
// left for good.
type Closer interface {
	Close()
}

// Resumer screens are told when they come to the front again.
type Resumer interface {
	Resume() tea.Cmd
}

// Dialog is drawn over a screen, which is dimmed. It gets all input until it
// asks to be closed with CloseDialog.
type Dialog interface {
	Update(msg tea.Msg) tea.Cmd
	// View returns a box of at most width by height cells; the root centres it.
	View(width, height int) string
	Bindings() []Binding
}

// Appearer dialogs are told whenever they come into view: opened, shown with
// their screen, or seen again in a window that was too small.
type Appearer interface {
	Appear() tea.Cmd
}

// Rearmer dialogs are told when the terminal has the focus again: the first keys
// may have been meant for another window.
type Rearmer interface {
	Rearm() tea.Cmd
}
