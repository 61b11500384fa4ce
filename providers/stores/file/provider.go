// Package file keeps credentials in folders that look like Kubernetes secret
// mounts, so that an application reads the same files on a laptop, on a virtual
// machine and in a pod:
//
//	<path>/orders-db/username -> ..data/username
//	<path>/orders-db/password -> ..data/password
//	<path>/orders-db/version  -> ..data/version
//	<path>/orders-db/..data   -> ..2026_03_01_09_30_00.4be1c0d2
//	<path>/orders-db/..2026_03_01_09_30_00.4be1c0d2/password, …, ..holding.json
//
// Each Save writes a new snapshot folder and then turns ..data to it with one
// rename. An application that opens ..data once and reads its fields there
// always sees fields that belong together.
//
// A plain folder of files, or a mount that another tool wrote, is loaded as it
// is and taken over by the first Save:
//
//	store, err := file.New(engine.Part{Settings: engine.Settings{"path": "/srv/secrets"}}, nil)
//	holding, err := store.Load(ctx, "orders-db")
//	err = store.Save(ctx, "orders-db", holding.WithPending(engine.SlotB, version))
package file

import (
	"io/fs"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/engine/secret"
)

// Describe tells what the store's settings are.
func Describe() engine.Provider {
	return engine.Provider{
		Role: engine.RoleStore,
		Name: "file",
		Doc:  "folders on this machine, laid out as Kubernetes secret mounts",
		Settings: []engine.Setting{
			{
				Name: "path", Type: engine.TypePath, Required: true,
				Doc: "folder that holds one folder per credential; run as root, all in it belongs to the folder's owner",
			},
			{
				Name: "mode", Type: engine.TypeText, Default: modeOwner, Allowed: []string{modeOwner, modeGroup},
				Doc: "permissions of the fields: 0600 for the owner alone, 0640 when applications read them as the folder's group",
			},
		},
	}
}

// Values of the setting "mode".
const (
	modeOwner = "0600"
	modeGroup = "0640"
)

// New returns the store that part describes. It touches no file, and needs no
// secret of its own.
func New(part engine.Part, _ secret.Resolver) (*Store, error) {
	path := part.Settings.Text("path")
	if path == "" {
		return nil, engine.NewProblem(nil, `set path = "/srv/secrets" or the like`, "the file store %q has no path", part.Name)
	}
	mode := fs.FileMode(0o600)
	switch part.Settings.Text("mode") {
	case modeOwner, "":
	case modeGroup:
		mode = 0o640
	default:
		return nil, engine.NewProblem(nil, "use 0600 or 0640: nobody else may read a secret",
			"the file store %q has the mode %q", part.Name, part.Settings.Text("mode"))
	}
	return &Store{path: path, mode: mode}, nil
}
