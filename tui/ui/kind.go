package ui

import "github.com/rotadeck/rotadeck/engine"

// KindWord is a kind in few letters, for a column.
func KindWord(k engine.Kind) string {
	switch k {
	case engine.KindDatabasePassword:
		return "database"
	case engine.KindAPIKey:
		return "API key"
	case engine.KindServiceAccountToken:
		return "SA token"
	case engine.KindTLSCertificate:
		return "TLS cert"
	case engine.KindSSHKey:
		return "SSH key"
	case engine.KindEncryptionKey:
		return "enc key"
	}
	return Clean(string(k))
}
