// Package nearest finds the word that was probably meant:
//
//	nearest.To("postgers", []string{"postgres", "localca"}) // "postgres"
package nearest

import "strings"

// To returns the candidate that differs least from word, the first one of
// equals, or "" when none is near: at most a third of the letters may differ,
// unless one word begins or ends with the other. Case does not count. A candidate that
// equals word exactly is never returned, since it cannot have been mistyped.
func To(word string, candidates []string) string {
	best, least := "", -1
	for _, candidate := range candidates {
		if candidate == word {
			continue
		}
		d, near := distance(word, candidate)
		if near && (least < 0 || d < least) {
			best, least = candidate, d
		}
	}
	return best
}

func distance(word, candidate string) (int, bool) {
	a, b := []rune(strings.ToLower(word)), []rune(strings.ToLower(candidate))
	limit := max(1, max(len(a), len(b))/3)
	if min(len(a), len(b)) >= 3 && (within(string(a), string(b)) || within(string(b), string(a))) {
		return limit, true // "prod" for "production", "SIGHUP" for "HUP"
	}
	if max(len(a)-len(b), len(b)-len(a)) > limit || min(len(a), len(b)) < 2 {
		return 0, false
	}
	d := edits(a, b)
	return d, d <= limit
}

func within(part, whole string) bool {
	return strings.HasPrefix(whole, part) || strings.HasSuffix(whole, part)
}

// edits counts insertions, deletions, substitutions and swaps of neighbours
// that turn a into b (optimal string alignment).
func edits(a, b []rune) int {
	before, previous, current := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range previous {
		previous[j] = j
	}
	for i := range a {
		current[0] = i + 1
		for j := range b {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			current[j+1] = min(previous[j+1]+1, current[j]+1, previous[j]+cost)
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				current[j+1] = min(current[j+1], before[j-1]+1)
			}
		}
		before, previous, current = previous, current, before
	}
	return previous[len(b)]
}
