package file

import (
	"encoding/json"
	"path/filepath"
	"time"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/engine/secret"
)

// record is what a snapshot knows beside the fields of its active version. Those
// are only in their files, so that the store and the consumers cannot disagree.
type record struct {
	Format  int                    `json:"format"`
	Active  engine.Slot            `json:"active"`
	Run     string                 `json:"run"`
	Slots   map[engine.Slot]stored `json:"slots"`
	Archive []stored               `json:"archive"`
}

type stored struct {
	ID      string              `json:"id"`
	Created time.Time           `json:"created"`
	Run     string              `json:"run"`
	State   engine.VersionState `json:"state"`
	Fields  map[string][]byte   `json:"fields,omitempty"` // base64; none for the active slot
}

// recordFormat grows when an older rotadeck would misread what a newer wrote.
const recordFormat = 1

func encode(h engine.Holding) ([]byte, error) {
	r := record{Format: recordFormat, Active: h.Active, Run: h.Run, Slots: map[engine.Slot]stored{}}
	for slot, v := range h.Slots {
		r.Slots[slot] = store(v, slot != h.Active)
	}
	for _, v := range h.Archive {
		r.Archive = append(r.Archive, store(v, true))
	}
	defer r.wipe()
	return json.MarshalIndent(r, "", "  ")
}

func store(v engine.Version, fields bool) stored {
	s := stored{ID: v.ID, Created: v.Created, Run: v.Run, State: v.State}
	if fields {
		s.Fields = map[string][]byte{}
		for name, value := range v.Material {
			s.Fields[name] = value.Reveal()
		}
	}
	return s
}

// decode reads a record; active are the fields that the snapshot mounts. What
// the JSON decoder says of a damaged record is left out: it could quote it.
func (m *mount) decode(data []byte, active engine.Material) (engine.Holding, error) {
	var r record
	defer func() { r.wipe() }()
	err := json.Unmarshal(data, &r)
	path := filepath.Join(m.path, dataName, recordName)
	if err != nil {
		return engine.Holding{}, engine.NewProblem(nil,
			"restore it from a backup; or remove it and the file version beside it: then the active version alone is left",
			"the record %s is damaged", path)
	}
	if r.Format != recordFormat {
		return engine.Holding{}, engine.NewProblem(nil, "use the rotadeck that wrote it, or a newer one",
			"the record %s has format %d; this rotadeck knows %d", path, r.Format, recordFormat)
	}
	h := engine.Holding{Active: r.Active, Run: r.Run, Slots: map[engine.Slot]engine.Version{}}
	for slot, s := range r.Slots {
		h.Slots[slot] = s.version()
	}
	for _, s := range r.Archive {
		h.Archive = append(h.Archive, s.version())
	}
	if v, found := h.Slots[h.Active]; found {
		v.Material = active
		h.Slots[h.Active] = v
	}
	return h, nil
}

func (s stored) version() engine.Version {
	v := engine.Version{ID: s.ID, Created: s.Created, Run: s.Run, State: s.State, Material: engine.Material{}}
	for name, value := range s.Fields {
		v.Material[name] = secret.New(value)
	}
	return v
}

func (r *record) wipe() {
	for _, s := range r.Slots {
		s.wipe()
	}
	for _, s := range r.Archive {
		s.wipe()
	}
}

func (s stored) wipe() {
	for _, value := range s.Fields {
		clear(value)
	}
}
