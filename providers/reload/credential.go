package reload

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/rotadeck/rotadeck/engine/secret"
)

// Names of the files in a mount. Services may mount others beside them.
const (
	FieldVersion  = "version" // names the credential; it is written last
	FieldUsername = "username"
	FieldPassword = "password"
	FieldHost     = "host"
	FieldPort     = "port"
	FieldDatabase = "database"
	FieldSSLMode  = "sslmode"
	FieldCA       = "ca.crt"
)

// Credential is what a mount held at one moment: fields by the name of their
// file. It prints without their values. It is immutable.
type Credential struct {
	fields map[string]*secret.Secret
}

// Text returns a field, "" when there is none.
func (c Credential) Text(name string) string { return c.fields[name].Text() }

// Version names the credential; "" when the mount has no file of that name.
func (c Credential) Version() string { return c.Text(FieldVersion) }

// Identity is the user that the credential belongs to.
func (c Credential) Identity() string { return c.Text(FieldUsername) }

// Names lists the fields in order.
func (c Credential) Names() []string { return slices.Sorted(maps.Keys(c.fields)) }

// Equal says that all fields are the same.
func (c Credential) Equal(other Credential) bool {
	return maps.EqualFunc(c.fields, other.fields, (*secret.Secret).Equal)
}

// Need returns an error that names the fields that are missing or empty.
func (c Credential) Need(names ...string) error {
	missing := slices.DeleteFunc(slices.Clone(names), func(name string) bool { return c.Text(name) != "" })
	if len(missing) == 0 {
		return nil
	}
	return fmt.Errorf("the mount lacks %s (it has: %s)", strings.Join(missing, ", "), strings.Join(c.Names(), ", "))
}

// String names user and version.
func (c Credential) String() string {
	return fmt.Sprintf("%s, version %s", orNone(c.Identity()), orNone(c.Version()))
}

// GoString is String.
func (c Credential) GoString() string { return c.String() }

func orNone(text string) string {
	if text == "" {
		return "(none)"
	}
	return text
}
