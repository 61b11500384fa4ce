package palette

import "strings"

// tier is how well an item answers a query; the lower the better.
type tier int

const (
	tierPrefix  tier = iota // the text begins with the query
	tierWords               // each word of the query begins a word of the text, in order
	tierPart                // the text holds the query
	tierHelp                // what the item does holds the query
	tierLetters             // the text has the letters of the query, in order
	tiers                   // how many there are: the item does not answer
)

// needle is a query made ready for many comparisons.
type needle struct {
	text    string
	words   []string
	letters string // without spaces
}

func newNeedle(query string) needle {
	text := strings.ToLower(strings.TrimSpace(query))
	words := strings.Fields(text)
	return needle{text: text, words: words, letters: strings.Join(words, "")}
}

// rank compares with a text and a help that are in lower case.
func (n needle) rank(text, help string) tier {
	switch {
	case strings.HasPrefix(text, n.text):
		return tierPrefix
	case !hasLetters(text, n.letters) && (help == "" || !strings.Contains(help, n.text)):
		return tiers // most items of a long list: nothing else is worth trying
	case beginWords(text, n.words):
		return tierWords
	case strings.Contains(text, n.text):
		return tierPart
	case help != "" && strings.Contains(help, n.text):
		return tierHelp
	}
	return tierLetters
}

// hasLetters says whether text has these letters in this order.
func hasLetters(text, letters string) bool {
	for _, letter := range letters {
		at := strings.IndexRune(text, letter)
		if at < 0 {
			return false
		}
		text = text[at+len(string(letter)):]
	}
	return true
}

// beginWords says whether each word begins one of the text, in order.
func beginWords(text string, words []string) bool {
	for _, word := range words {
		at := wordAt(text, word)
		if at < 0 {
			return false
		}
		text = text[at+len(word):]
	}
	return true
}

// wordAt is where a word of text begins with part; -1 when none does.
func wordAt(text, part string) int {
	for from := 0; ; {
		at := strings.Index(text[from:], part)
		if at < 0 {
			return -1
		}
		at += from
		if at == 0 || strings.IndexByte(" -_./:@", text[at-1]) >= 0 {
			return at
		}
		from = at + 1
	}
}
