package file

import (
	"strings"

	"github.com/rotadeck/rotadeck/engine"
)

// Names in a mount that are no fields. Applications skip names that begin with
// two dots, as they must in a Kubernetes mount.
const (
	dataName   = "..data"     // the link to the current snapshot
	aimName    = "..data_tmp" // that link on its way to its place
	linkName   = "..link_tmp" // the link to a field on its way to its place
	lockName   = "..lock"     // locked during a Save
	recordName = "..holding.json"
)

const allowed = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-"

// checkName refuses what cannot be a file's name in a mount. Kubernetes allows
// the same letters, and at most 253 of them.
func checkName(what, name string) error {
	if name != "" && len(name) <= 253 && strings.Trim(name, allowed) == "" && name != "." && !reserved(name) {
		return nil
	}
	return engine.NewProblem(nil, "use up to 253 letters, digits, dots, dashes and underscores, and no two dots at the start",
		"the %s %q cannot be a file's name in a mount", what, name)
}

func reserved(name string) bool { return strings.HasPrefix(name, "..") }

// isSnapshot says whether the link ..data may point to name.
func isSnapshot(name string) bool {
	return reserved(name) && name != ".." && !strings.ContainsRune(name, '/')
}

func checkKey(key string) error { return checkName("store key", key) }

// checkFields refuses a holding with a field, in any version, that could not be
// published.
func checkFields(holding engine.Holding) error {
	for _, v := range versionsOf(holding) {
		for _, name := range v.Material.Names() {
			if err := checkName("field", name); err != nil {
				return err
			}
			if name == engine.FieldVersion {
				return engine.NewProblem(nil, "give the field another name",
					"the field %q is taken: it carries the version's id", name)
			}
		}
	}
	return nil
}

func versionsOf(holding engine.Holding) []engine.Version {
	versions := append([]engine.Version(nil), holding.Archive...)
	for _, v := range holding.Slots {
		versions = append(versions, v)
	}
	return versions
}
