package engine

import (
	"time"

	"github.com/rotadeck/rotadeck/engine/secret"
)

// Role is what a provider does for a credential.
type Role string

// The roles.
const (
	RoleTarget   Role = "target"
	RoleStore    Role = "store"
	RoleConsumer Role = "consumer"
	RoleNotifier Role = "notifier"
)

// SettingType is the form of a setting's value.
type SettingType string

// The types of settings, with the Go type that Settings holds for each.
const (
	TypeText     SettingType = "text"      // string
	TypeList     SettingType = "list"      // []string
	TypeNumber   SettingType = "number"    // int
	TypeFlag     SettingType = "flag"      // bool
	TypeDuration SettingType = "duration"  // time.Duration; "90d" is understood
	TypeSecret   SettingType = "reference" // secret.Ref
	TypePath     SettingType = "path"      // string, made absolute against the inventory's folder
	TypeTable    SettingType = "table"     // map[string]string
)

// Setting describes one key that a provider understands.
type Setting struct {
	Name     string
	Type     SettingType
	Required bool
	Default  any      // of the Go type that belongs to Type; nil: absent
	Allowed  []string // for TypeText: the only values
	Doc      string   // one line for help and the starter inventory
	Check    func(value any) error
}

// Provider describes an implementation of a role: enough to validate an
// inventory and to explain itself, without building anything.
type Provider struct {
	Role     Role
	Name     string
	Doc      string
	Kind     Kind // of a target: what it opens, for the example in the starter; "" is a database password
	Settings []Setting
}

// Settings are validated values by name. The getters return the zero value
// for an absent setting.
type Settings map[string]any

// Text returns a TypeText or TypePath setting.
func (s Settings) Text(name string) string { return get[string](s, name) }

// List returns a TypeList setting.
func (s Settings) List(name string) []string { return get[[]string](s, name) }

// Number returns a TypeNumber setting.
func (s Settings) Number(name string) int { return get[int](s, name) }

// Flag returns a TypeFlag setting.
func (s Settings) Flag(name string) bool { return get[bool](s, name) }

// Duration returns a TypeDuration setting.
func (s Settings) Duration(name string) time.Duration { return get[time.Duration](s, name) }

// Secret returns a TypeSecret setting: a reference, not the value.
func (s Settings) Secret(name string) secret.Ref { return get[secret.Ref](s, name) }

// Table returns a TypeTable setting.
func (s Settings) Table(name string) map[string]string { return get[map[string]string](s, name) }

func get[T any](s Settings, name string) T {
	value, _ := s[name].(T)
	return value
}
