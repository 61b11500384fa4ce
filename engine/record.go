package engine

import "strings"

// ofCredential says that a run is one of a credential in the inventory. What else
// the journal records stands under a key with a colon, such as "incident:…",
// which no credential can be named by.
func (s Summary) ofCredential() bool { return !strings.Contains(s.Credential, ":") }
