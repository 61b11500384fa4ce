package file

import (
	"fmt"
	"path/filepath"
	"strings"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/engine/shell"
)

var _ engine.Handwriter = (*Store)(nil)

// record and fields are how commands in a mount's folder name what they read.
const (
	handRecord = dataName + "/" + recordName
	handFields = "$(ls -A " + dataName + " | grep -v -e '^\\.\\.' -e '^" + engine.FieldVersion + "$')"
)

// Reading prints a field: of the published slot from its file, of the other one
// from the record. A folder without a record has but one version.
func (s *Store) Reading(key string, slot engine.Slot, field string) string {
	folder := filepath.Join(s.path, key)
	record, file := shell.Quote(filepath.Join(folder, handRecord)), shell.Quote(filepath.Join(folder, field))
	return fmt.Sprintf("if [ ! -e %[1]s ] || [ \"$(jq -r .active %[1]s)\" = %[2]s ]; then cat %[3]s; else jq -r '.slots.%[2]s.fields[\"%[4]s\"] // empty' %[1]s | base64 -d; fi",
		record, slot, file, field)
}

// Active prints the published slot, "null" where there is no record.
func (s *Store) Active(key string) string {
	return "jq -r .active " + shell.Quote(filepath.Join(s.path, key, handRecord))
}

// Writing is a script that does what Save does, in the same order: under the
// key's lock it makes a new snapshot beside the current one, and turns the mount
// to it with one rename. Secrets go from file to file.
func (s *Store) Writing(key string, edit engine.Edit) string {
	lines := []string{
		"cd " + shell.Quote(filepath.Join(s.path, key)) + "; exec 9>>" + lockName + "; flock 9",
	}
	switch edit.Kind {
	case engine.EditPending:
		lines = append(lines, s.takingOver(edit.Slot.Other())...)
		lines = append(lines, s.pending(edit)...)
	case engine.EditPublish:
		lines = append(lines, s.publishing(edit)...)
	case engine.EditDrop:
		lines = append(lines, s.dropping(edit)...)
	case engine.EditTrim:
		lines = append(lines,
			fmt.Sprintf("[ \"$(jq '.archive | length' %s)\" -gt %d ] || { echo 'there is nothing to trim'; exit; }", handRecord, edit.Keep),
			handSnapshot, "cp -a "+dataName+"/. \"$new\"",
			rewriting(edit, fmt.Sprintf(".archive |= .[:%d]", edit.Keep)))
	default:
		return ""
	}
	lines = append(lines, handTurn)
	if edit.Kind == engine.EditPublish {
		lines = append(lines, "for field in *; do [ -e \"$field\" ] || rm -f \"$field\"; done")
	}
	return shell.Strict(lines...)
}

// The beginning and the end of every edit. A snapshot's name says when it was
// made, and is of nobody else.
const (
	handSnapshot = "new=..$(date -u +%Y_%m_%d_%H_%M_%S).$(openssl rand -hex 4)"
	handTurn     = "[ \"$(id -u)\" != 0 ] || chown -R --reference=. \"$new\"\n" +
		"sync -f .; ln -sfn \"$new\" " + aimName + "; mv -T " + aimName + " " + dataName + "; sync -f ."
)

// rewriting writes the new snapshot's record by a filter over the current one.
func rewriting(edit engine.Edit, filter string, options ...string) string {
	options = append(options, "--arg run "+shell.Quote(edit.Run))
	return fmt.Sprintf("jq %s '%s | .run = $run' %s >\"$new/%s\"", strings.Join(options, " "), filter, handRecord, recordName)
}

// collecting prints the fields in a folder as the record keeps them.
func collecting(fields string) string {
	return "for field in " + fields + "; do jq -n --arg name \"${field##*/}\" --rawfile value \"$field\" '{($name): ($value | @base64)}'; done | jq -s add"
}

// takingOver gives a folder that another hand made the layout of this package,
// with the values that it has: see adopt.
func (s *Store) takingOver(slot engine.Slot) []string {
	record := fmt.Sprintf(`{"format": 1, "active": "%[1]s", "run": "", "slots": {"%[1]s": {"id": "", "created": $now, "run": "", "state": "current"}}, "archive": []}`, slot)
	return []string{
		"if [ ! -e " + handRecord + " ]; then",
		"  from=.; [ ! -e " + dataName + " ] || from=" + dataName,
		"  " + handSnapshot + fmt.Sprintf("; mkdir -m %04o \"$new\"", folderMode(s.mode)),
		"  for field in $(ls -A $from | grep -v '^\\.\\.'); do cp -pL \"$from/$field\" \"$new/\"; done",
		"  jq -n --arg now \"$(date -u +%FT%TZ)\" '" + record + "' >\"$new/" + recordName + "\"",
		"  " + strings.ReplaceAll(handTurn, "\n", "\n  "),
		"  for field in " + handFields + "; do ln -sfn \"" + dataName + "/$field\" " + linkName + "; mv -T " + linkName + " \"$field\"; done",
		"fi",
	}
}

// pending makes a version of what edit.Make leaves in $fresh, unless the slot
// holds it already, or is the one that is published.
func (s *Store) pending(edit engine.Edit) []string {
	version := "version=$(openssl rand -hex 4)"
	if edit.Version != "" {
		version = "version=" + shell.Quote(edit.Version)
	}
	there := fmt.Sprintf(`.active == "%[1]s" or (.slots.%[1]s | .id == $version or (.state == "pending" and .run == $run))`, edit.Slot)
	filter := fmt.Sprintf(`.archive = [.slots.%[1]s // empty] + (.archive // []) | .slots.%[1]s = {id: $version, created: $now, run: $run, state: "pending", fields: $fresh[0]}`, edit.Slot)
	return []string{
		version,
		fmt.Sprintf("! jq -e --arg version \"$version\" --arg run %s '%s' %s >/dev/null || { echo 'slot %s holds it already'; exit; }", shell.Quote(edit.Run), there, handRecord, edit.Slot),
		"fresh=$(mktemp -d); trap 'rm -rf \"$fresh\"' EXIT",
		"for field in " + handFields + "; do cp \"" + dataName + "/$field\" \"$fresh/\"; done",
		strings.TrimSpace(edit.Make),
		collecting("\"$fresh\"/*") + " >\"$fresh/..fields\"",
		handSnapshot + "; cp -a " + dataName + "/. \"$new\"",
		rewriting(edit, filter, "--slurpfile fresh \"$fresh/..fields\"", "--arg version \"$version\"", "--arg now \"$(date -u +%FT%TZ)\""),
	}
}

// publishing gives each field of the slot a file, and the fields of the one that
// was published a place in the record.
func (s *Store) publishing(edit engine.Edit) []string {
	filter := fmt.Sprintf(`.slots[.active].fields = $was[0] | .slots |= map_values(.state = "spare") | .slots.%[1]s.state = "current" | .active = "%[1]s" | del(.slots.%[1]s.fields)`, edit.Slot)
	field := fmt.Sprintf("jq -r --arg field \"$field\" '.slots.%s.fields[$field]' %s | base64 -d >\"$new/$field\"", edit.Slot, handRecord)
	return []string{
		fmt.Sprintf("[ \"$(jq -r .active %[2]s)\" != %[1]s ] || { echo 'slot %[1]s is published already'; exit; }", edit.Slot, handRecord),
		fmt.Sprintf("jq -e '.slots.%[1]s.fields | length > 0' %[2]s >/dev/null || { echo 'slot %[1]s holds nothing' >&2; exit 1; }", edit.Slot, handRecord),
		handSnapshot + fmt.Sprintf("; mkdir -m %04o \"$new\"", folderMode(s.mode)),
		"was=$(mktemp); trap 'rm -f \"$was\"' EXIT",
		"( cd " + dataName + "; " + collecting(strings.ReplaceAll(handFields, dataName+" ", ". ")) + " ) >\"$was\"",
		fmt.Sprintf("for field in $(jq -r '.slots.%s.fields | keys[]' %s); do %s; done", edit.Slot, handRecord, field),
		fmt.Sprintf("id=$(jq -r '.slots.%s.id' %s); [ -z \"$id\" ] || printf '%%s' \"$id\" >\"$new/%s\"", edit.Slot, handRecord, engine.FieldVersion),
		fmt.Sprintf("for field in $(ls -A \"$new\"); do chmod %04o \"$new/$field\"; ln -sfn \"%s/$field\" %s; mv -T %s \"$field\"; done", s.mode, dataName, linkName, linkName),
		rewriting(edit, filter, "--slurpfile was \"$was\""),
	}
}

// dropping brings back what the pending version displaced. A version of another
// run, and one that is published, stay.
func (s *Store) dropping(edit engine.Edit) []string {
	filter := fmt.Sprintf(`if (.archive // [] | length) > 0 then .slots.%[1]s = .archive[0] | .archive |= .[1:] else del(.slots.%[1]s) end`, edit.Slot)
	return []string{
		fmt.Sprintf("[ \"$(jq -r .slots.%[1]s.run %[2]s)\" = %[3]s ] || { echo 'slot %[1]s holds nothing of this run'; exit; }", edit.Slot, handRecord, shell.Quote(edit.Run)),
		fmt.Sprintf("[ \"$(jq -r .active %[2]s)\" != %[1]s ] || { echo 'slot %[1]s is published: publish the other one first' >&2; exit 1; }", edit.Slot, handRecord),
		handSnapshot + "; cp -a " + dataName + "/. \"$new\"",
		rewriting(edit, filter),
	}
}
