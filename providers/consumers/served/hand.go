package served

import (
	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/engine/shell"
)

var _ engine.Scribe = (*Consumer)(nil)

// Script shows which certificate is served.
func (c *Consumer) Script(deed engine.Deed, _ engine.Slot) []engine.Change {
	if deed != engine.DeedUsers {
		return nil
	}
	return []engine.Change{{
		What: c.name + " serves this certificate", Where: c.Where(),
		Command: "openssl s_client -connect " + shell.Quote(c.address) + " -servername " + shell.Quote(c.serverName) +
			" </dev/null 2>/dev/null | openssl x509 -noout -subject -serial -enddate -fingerprint -sha256",
	}}
}
