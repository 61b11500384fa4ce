package demo

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// mount is a secret as an application reads it: fields by name.
type mount map[string]string

// readMount reads all fields of one moment. The `..data` link is resolved
// once, as every field of a swapped mount must come from the same side of the
// swap.
func readMount(dir string) (mount, error) {
	data, err := filepath.EvalSymlinks(filepath.Join(dir, "..data"))
	if err != nil {
		return nil, fmt.Errorf("read the mount: %w", err)
	}
	entries, err := os.ReadDir(data)
	if err != nil {
		return nil, fmt.Errorf("read the mount: %w", err)
	}
	m := mount{}
	for _, entry := range entries {
		if !entry.Type().IsRegular() || strings.HasPrefix(entry.Name(), ".") {
			continue
		}
		value, err := os.ReadFile(filepath.Join(data, entry.Name()))
		if err != nil {
			return nil, fmt.Errorf("read the mount: %w", err)
		}
		m[entry.Name()] = string(value)
	}
	return m, nil
}
