package engine

import (
	"bytes"
	"encoding/base64"
	"encoding/pem"
	"strings"
)

// longestCut is how long what stands among other text may be: a long line has many
// places at which something might begin.
const longestCut = 4 << 10

// cut offers everything in a pasted text that may be the secret: the whole, and
// what stands in quotes, in an assignment such as a line of an env file, in the
// password of an address or a data source name, as it is or percent-encoded, in
// base64 as Kubernetes keeps it, or between the lines of a PEM block. What is
// offered is only good until offer returns; nothing of it is kept.
func cut(text []byte, offer func([]byte)) {
	whole := bytes.TrimSpace(text)
	offerUnquoted(whole, offer)
	blocks(whole, offer)
	if bytes.Contains(whole, []byte(begin)) { // perhaps in one line, as JSON and env files write a key
		escaped := bytes.ReplaceAll(whole, []byte(`\n`), []byte("\n"))
		lines := bytes.ReplaceAll(escaped, []byte(`"`), []byte("\n"))
		blocks(lines, offer)
		clear(escaped)
		clear(lines)
	}
	for line := range bytes.Lines(whole) {
		cutLine(bytes.TrimSpace(line), offer)
	}
}

// shapes offers the forms under which a stored value may be found elsewhere.
func shapes(value []byte, offer func([]byte)) {
	offer(bytes.TrimSpace(value))
	blocks(value, offer)
	passwords(value, offer)
}

func cutLine(line []byte, offer func([]byte)) {
	offerUnquoted(line, offer)
	values(line, offer)
	passwords(line, offer)
	for word := range bytes.FieldsSeq(line) {
		offerUnquoted(word, offer)
		values(word, offer)
		decoded(unquoted(word), offer)
	}
	between(line, offer)
}

// values offers what follows each separator of an assignment, to the end and up
// to where the next may begin.
func values(text []byte, offer func([]byte)) {
	for i, c := range text {
		if c != '=' && c != ':' {
			continue
		}
		value := bytes.TrimSpace(text[i+1:])
		if len(value) > longestCut {
			continue
		}
		offerUnquoted(value, offer)
		decoded(unquoted(value), offer)
		if end := bytes.IndexAny(value, ";&"); end >= 0 {
			offerUnquoted(value[:end], offer)
			percentDecoded(unquoted(value[:end]), offer)
		}
		percentDecoded(unquoted(value), offer)
	}
}

// passwords offers what stands between the first colon of a user and an at sign,
// for addresses and for data source names as MySQL's drivers have them.
func passwords(text []byte, offer func([]byte)) {
	for word := range bytes.FieldsFuncSeq(text, func(r rune) bool { return strings.ContainsRune(" \t\r\n\"'`<>", r) }) {
		if at := bytes.Index(word, []byte("://")); at >= 0 {
			word = word[at+len("://"):]
		}
		colon := bytes.IndexByte(word, ':')
		if colon < 0 {
			continue
		}
		for i, c := range word {
			if c == '@' && i > colon && i-colon <= longestCut {
				offer(word[colon+1 : i])
				percentDecoded(word[colon+1:i], offer)
			}
		}
	}
}

// between offers what stands in quotes anywhere in a line.
func between(line []byte, offer func([]byte)) {
	for i, quote := range line {
		if quote != '"' && quote != '\'' && quote != '`' {
			continue
		}
		if end := bytes.IndexByte(line[i+1:], quote); end > 0 {
			inside := line[i+1 : i+1+end]
			offer(inside)
			decoded(inside, offer)
		}
	}
}

func offerUnquoted(text []byte, offer func([]byte)) {
	offer(text)
	if bare := unquoted(text); len(bare) != len(text) {
		offer(bare)
	}
}

// unquoted takes off quotes, and what ends a value in JSON, YAML and code.
func unquoted(text []byte) []byte {
	return bytes.Trim(bytes.TrimRight(bytes.TrimSpace(text), ",;"), "\"'`")
}

// decoded offers what base64 hides, a user before it left out as in a header.
func decoded(text []byte, offer func([]byte)) {
	for _, encoding := range []*base64.Encoding{base64.StdEncoding, base64.RawStdEncoding, base64.URLEncoding, base64.RawURLEncoding} {
		plain := make([]byte, encoding.DecodedLen(len(text)))
		n, err := encoding.Decode(plain, text)
		if err == nil {
			offer(bytes.TrimSpace(plain[:n]))
			blocks(plain[:n], offer)
			if _, password, found := bytes.Cut(plain[:n], []byte(":")); found {
				offer(password)
			}
		}
		clear(plain)
	}
}

// percentDecoded offers text without its percent escapes, if it has any.
func percentDecoded(text []byte, offer func([]byte)) {
	if !bytes.ContainsRune(text, '%') {
		return
	}
	plain := make([]byte, 0, len(text))
	for i := 0; i < len(text); i++ {
		if high, low, ok := escape(text[i:]); ok {
			plain = append(plain, high<<4|low)
			i += 2
		} else {
			plain = append(plain, text[i])
		}
	}
	offer(plain)
	clear(plain)
}

func escape(text []byte) (high, low byte, ok bool) {
	if len(text) < 3 || text[0] != '%' {
		return 0, 0, false
	}
	high, first := nibble(text[1])
	low, second := nibble(text[2])
	return high, low, first && second
}

func nibble(c byte) (byte, bool) {
	switch {
	case c >= '0' && c <= '9':
		return c - '0', true
	case c >= 'a' && c <= 'f':
		return c - 'a' + 10, true
	case c >= 'A' && c <= 'F':
		return c - 'A' + 10, true
	}
	return 0, false
}

// begin is how a PEM block begins.
const begin = "-----BEGIN "

// blocks offers the content of each PEM block that is no certificate, so that it
// does not matter how its lines were broken.
func blocks(text []byte, offer func([]byte)) {
	for {
		at := bytes.Index(text, []byte(begin)) // wherever it stands in its line
		if at < 0 {
			return
		}
		block, rest := pem.Decode(text[at:])
		if block == nil {
			return
		}
		if !strings.HasSuffix(block.Type, "CERTIFICATE") && !strings.HasSuffix(block.Type, "PUBLIC KEY") {
			offer(block.Bytes)
		}
		clear(block.Bytes)
		text = rest
	}
}
