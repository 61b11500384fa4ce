package engine

import (
	"maps"
	"slices"

	"github.com/rotadeck/rotadeck/engine/secret"
)

// Names of fields that targets agree on. A store lays them out as files of
// these names, which is what a Kubernetes secret mount looks like.
const (
	FieldUsername = "username"
	FieldPassword = "password"
	FieldHost     = "host"
	FieldPort     = "port"
	FieldDatabase = "database"
	FieldSSLMode  = "sslmode"
	FieldCert     = "tls.crt"
	FieldKey      = "tls.key"
	FieldCA       = "ca.crt"
)

// Material is what a consumer mounts: the fields of one slot.
type Material map[string]*secret.Secret

// Text returns a field as a string, "" when absent.
func (m Material) Text(name string) string { return m[name].Text() }

// Names lists the fields in order.
func (m Material) Names() []string { return slices.Sorted(maps.Keys(m)) }

// Equal compares all fields, each in constant time.
func (m Material) Equal(other Material) bool {
	return maps.EqualFunc(m, other, (*secret.Secret).Equal)
}

// Clone copies the fields, so that closing one leaves the other.
func (m Material) Clone() Material {
	if m == nil {
		return nil
	}
	clone := make(Material, len(m))
	for name, value := range m {
		clone[name] = secret.New(value.Reveal())
	}
	return clone
}

// Close wipes every field.
func (m Material) Close() error {
	for _, value := range m {
		_ = value.Close() // never fails
	}
	return nil
}

// PublicField says that a field of a Material is no secret. Only such fields may
// be shown; a name that is not known here is taken for a secret.
func PublicField(name string) bool {
	switch name {
	case FieldUsername, FieldHost, FieldPort, FieldDatabase, FieldSSLMode, FieldCert, FieldCA:
		return true
	}
	return false
}
