//go:build linux

package endtoend

import (
	"context"
	"strings"
	"testing"
)

// console drives the console on a terminal through a rotation in which every
// consumer fails once, and sees every byte that it draws.
func (c *canaries) console(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), within)
	defer cancel()
	cmd := c.prepared(ctx)
	c.consumer.statusFails.Store(true)
	term := startOn(t, cmd)
	defer func() {
		c.hunt.saw("console", []byte(term.text()))
		if frames := strings.Split(term.text(), clearScreen); t.Failed() {
			t.Logf("the last frame: %q", frames[len(frames)-1])
		}
	}()
	term.shows(t, "it answered 500")
	c.consumer.statusFails.Store(false)

	term.press(t, "p")
	term.shows(t, "plan of "+id, "ALTER ROLE")
	term.press(t, "o")
	term.answer(t, "Rotate "+id+"?", "y")
	term.shows(t, "Publish the new credential")
	c.learn(t)
	mend := c.shouting(t)
	c.consumer.reloadFails.Store(true)
	term.answer(t, "Publish the new credential", "y")
	term.shows(t, "whether reload took effect", "it answered 500")
	c.consumer.reloadFails.Store(false)
	term.answer(t, "whether reload took effect", "y")
	term.shows(t, "whether reload took effect", "no login with")
	mend()
	term.answer(t, "whether reload took effect", "y")
	term.answer(t, "Retire the old credential", tab+enter)
	term.shows(t, "can be rolled back")
	term.press(t, escape)
	term.shows(t, id, "current")
	term.press(t, "h")
	term.shows(t, "done")
	term.press(t, enter)
	term.shows(t, "forbid")
	term.press(t, "q")
	<-term.ended
	if err := cmd.Wait(); err != nil {
		t.Error(err)
	}
}

// What keys send.
const (
	tab    = "\t"
	enter  = "\r"
	escape = "\x1b"
)

// answer waits for a dialog that takes keys, and presses some.
func (term *terminal) answer(t *testing.T, title, keys string) {
	t.Helper()
	term.shows(t, title, "enter chooses")
	term.press(t, keys)
}
