package catalogue

import "github.com/rotadeck/rotadeck/engine/secret"

// Secrets is what parts resolve references with.
func (c *Catalogue) Secrets() secret.Resolver { return c.secrets }
