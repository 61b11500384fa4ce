package secretref

import (
	"io/fs"
	"syscall"
	"testing"
	"time"

	"github.com/rotadeck/rotadeck/engine/secret"
)

// entry is what a file system says of a file.
type entry struct {
	mode fs.FileMode
	uid  uint32
}

func (e entry) Name() string       { return "secret" }
func (e entry) Size() int64        { return 1 }
func (e entry) Mode() fs.FileMode  { return e.mode }
func (e entry) ModTime() time.Time { return time.Time{} }
func (e entry) IsDir() bool        { return e.mode.IsDir() }
func (e entry) Sys() any           { return &syscall.Stat_t{Uid: e.uid} }

func TestPermitted(t *testing.T) {
	t.Parallel()
	const root, user = 0, 1000
	tests := map[string]struct {
		entry entry
		want  bool
	}{
		"own":                        {entry{0o600, user}, true},
		"own, read only":             {entry{0o400, user}, true},
		"own, group may read":        {entry{0o640, user}, false},
		"own, others may read":       {entry{0o604, user}, false},
		"own, group may write":       {entry{0o620, user}, false},
		"root's":                     {entry{0o600, root}, true},
		"root's, group may read":     {entry{0o640, root}, true},
		"root's, group may write":    {entry{0o660, root}, false},
		"root's, others may read":    {entry{0o644, root}, false},
		"root's, others may execute": {entry{0o601, root}, false},
		"folder":                     {entry{fs.ModeDir | 0o600, user}, false},
		"device":                     {entry{fs.ModeDevice | 0o600, root}, false},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := permitted(secret.Ref{Scheme: secret.SchemeFile, Value: "/secret"}, test.entry)
			if (err == nil) != test.want {
				t.Errorf("got %v, want permitted: %t", err, test.want)
			}
		})
	}
}
