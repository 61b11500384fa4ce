package reloadhttp

import (
	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/engine/shell"
	"github.com/rotadeck/rotadeck/providers/internal/byhand"
)

var _ engine.Scribe = (*Reporter)(nil)

// Script asks which credential is in use.
func (r *Reporter) Script(deed engine.Deed, _ engine.Slot) []engine.Change {
	if deed != engine.DeedUsers {
		return nil
	}
	return []engine.Change{{What: r.name + " says which version it uses", Where: r.name + " at " + r.url, Command: r.curl("", r.url)}}
}

// curl is a request; the token comes to it through a pipe.
func (c *Consumer) curl(options, address string) string {
	command := "curl -fsS "
	if options != "" {
		command += options + " "
	}
	if c.token.IsZero() {
		return command + shell.Quote(address)
	}
	reading := byhand.Reading(c.secrets, c.token, "token of "+c.name)
	return command + "-H @<(printf 'Authorization: Bearer '; { " + reading + "; }) " + shell.Quote(address)
}
