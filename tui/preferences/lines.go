package preferences

import "strings"

// lines finds the line of each key, which the decoder keeps to itself, by path. It
// reads a file of one key a line; what it takes for a key inside a list of several
// lines is never looked up.
func lines(text string) map[string]int {
	found := map[string]int{}
	table, number := "", 0
	for line := range strings.Lines(text) {
		number++
		line = strings.TrimSpace(line)
		switch key, _, isPair := strings.Cut(line, "="); {
		case line == "", line[0] == '#':
			continue
		case line[0] == '[':
			table = bare(strings.Trim(line, "[] "))
			note(found, table, number)
		case isPair:
			note(found, strings.TrimPrefix(table+"."+bare(key), "."), number)
		}
	}
	return found
}

// note keeps the first line of a path.
func note(found map[string]int, path string, number int) {
	if _, known := found[path]; !known {
		found[path] = number
	}
}

// bare is a key without quotes, and without spaces around its dots.
func bare(key string) string {
	return strings.NewReplacer(`"`, "", "'", "", " ", "", "\t", "").Replace(key)
}
