package inventory

import (
	"errors"
	"strings"

	"github.com/BurntSushi/toml"
)

// decode reads TOML into a tree of values with their places.
func decode(src *source) (*node, *Error) {
	if bad := src.invalid(); bad >= 0 {
		return nil, src.error(bad, "", "the file is not UTF-8")
	}
	if deep := tooDeep(src.text); deep >= 0 {
		return nil, src.error(deep, "", "brackets are nested too deeply")
	}
	data, err := decodeTOML(src.text)
	if err != nil {
		return nil, syntaxError(src, err)
	}
	root := scan(src.text)
	root.attach(data)
	return root, nil
}

// deepest is far more than anyone nests, even if every bracket in a string or a
// comment counts, and far less than what overflows the decoder's stack, which
// no program survives.
const deepest = 100_000

// tooDeep is the offset of the bracket that is one too many, or -1.
func tooDeep(text string) int {
	depth := 0
	for i := range len(text) {
		switch text[i] {
		case '[', '{':
			depth++
		case ']', '}':
			depth = max(depth-1, 0)
		}
		if depth > deepest {
			return i
		}
	}
	return -1
}

// errDecoder stands for a panic of the decoder, which has some for texts that
// nobody writes on purpose.
var errDecoder = errors.New("the decoder gave up")

func decodeTOML(text string) (data map[string]any, err error) {
	defer func() {
		if recover() != nil {
			data, err = nil, errDecoder
		}
	}()
	_, err = toml.Decode(text, &data)
	return data, err
}

// syntaxError words the decoder's error. Its own messages quote the text, which
// may be a password that someone forgot to put in quotes, so none is passed on.
func syntaxError(src *source, err error) *Error {
	var parse toml.ParseError
	if !errors.As(err, &parse) {
		return src.error(0, "", "this is not TOML")
	}
	e := src.error(parse.Position.Start, parse.LastKey, "this is not TOML")
	if _, after, found := strings.Cut(parse.Message, "Key '"); found {
		e.Field, _, _ = strings.Cut(after, "' ")
	}
	for _, w := range wordings() {
		if strings.Contains(strings.ToLower(parse.Message), w.decoder) {
			e.Message = w.ours
			return e
		}
	}
	return e
}

// wording replaces a message of the decoder that contains a text.
type wording struct{ decoder, ours string }

// wordings are tried in order.
func wordings() []wording {
	const number = "not a valid number"
	return []wording{
		{"has already been defined", "defined twice"},
		{"already created as a hash", "holds a value, so no table can stand below it"},
		{"cannot be used as an array", "is not a list of tables: another line defines it otherwise"},
		{"is not a table", "holds a value, so no key can stand below it"},
		{"expected value but found", "a value must stand here, and text in quotes"},
		{"expected value", "a value must stand here"},
		{"key separator", "a key needs an equals sign and a value"},
		{"expected '.' or '='", "a key needs an equals sign and a value"},
		{"strings cannot contain newlines", "the quotes are not closed on this line"},
		{"unexpected eof; expected", "the quotes are not closed"},
		{"unexpected eof", "the file ends too early"},
		{"array terminator", "a list needs a comma between its values and a ] at its end"},
		{"inline table", "an inline table needs a comma between its keys and a } at its end"},
		{"unexpected comma", "a comma too many"},
		{"top-level item to end", "only a comment may follow the value on its line"},
		{"table array name", "the name of a list of tables ends with ]]"},
		{"end table name", "the name of a table ends with ]"},
		{"table names cannot be empty", "the name of the table is missing"},
		{"key name appears blank", "the key is missing before the equals sign"},
		{"unexpected '='", "an equals sign too many"},
		{"keys cannot start", "a key cannot begin with a dot"},
		{"unexpected '.'", "a dot too many"},
		{"escape", "not a valid escape: write \\\\ for one backslash, or use single quotes"},
		{"hexadecimal digits after", "not a valid escape: write \\\\ for one backslash, or use single quotes"},
		{"control characters", "a control character cannot stand here"},
		{"utf-8", "the file is not UTF-8"},
		{"datetime", "not a valid date or time, and text must stand in quotes"},
		{"integer", number},
		{"float", number},
		{"number", number},
		{"out of range", number},
		{"expected a digit", number},
		{`unexpected '"`, "too many quotes"},
		{"unexpected \"'", "too many quotes"},
	}
}
