package pgbouncer

import (
	"bytes"
	"errors"
	"strings"

	"github.com/rotadeck/rotadeck/engine"
)

// Userlist is the content of an auth_file. What is not changed stays as it is,
// byte for byte: entries of others, comments, spaces, order.
type Userlist struct {
	parts []part
}

// part is a stretch of the file: an entry, or what stands between two.
type part struct {
	before string // as written, up to the secret
	user   string
	secret string // as written, with its quotes
	after  string // as written, after the secret
	entry  bool   // whether there is a user and a secret
}

// setAside begins a third field, which PgBouncer does not read, where the
// secret of a user is kept who may not log in.
const setAside = `"set aside by rotadeck: `

// Parse reads an auth_file as PgBouncer does: two quoted fields, and the rest
// of the line is nobody's business; ";" begins a comment. PgBouncer stops
// reading where it finds anything else, so that is an error here.
func Parse(content []byte) (*Userlist, error) {
	var list Userlist
	rest := string(content)
	for rest != "" {
		p, length, err := parsePart(rest)
		if err != nil {
			line := 1 + bytes.Count(content[:len(content)-len(rest)+length], []byte("\n"))
			return nil, engine.NewProblem(err, `write each entry as "user" "secret"`, "line %d cannot be read", line)
		}
		list.parts, rest = append(list.parts, p), rest[length:]
	}
	return &list, nil
}

// parsePart reads one entry or comment and says how long it was; after an
// error, how far it came.
func parsePart(text string) (part, int, error) {
	start := len(text) - len(strings.TrimLeft(text, " \t\r\n\v\f"))
	if start == len(text) || text[start] == ';' {
		end := start + lineLength(text[start:])
		return part{before: text[:end]}, end, nil
	}
	user, userEnd, err := parseField(text, start)
	if err != nil {
		return part{}, start, err
	}
	secretStart := userEnd + blanks(text[userEnd:])
	_, secretEnd, err := parseField(text, secretStart)
	if err != nil {
		return part{}, userEnd, err
	}
	end := secretEnd + lineLength(text[secretEnd:])
	return part{
		before: text[:secretStart], user: user, secret: text[secretStart:secretEnd], after: text[secretEnd:end], entry: true,
	}, end, nil
}

// parseField reads a quoted field, in which "" stands for a quote, and returns
// where it ends.
func parseField(text string, start int) (string, int, error) {
	if start >= len(text) || text[start] != '"' {
		return "", 0, errors.New("a double quote is missing")
	}
	for i := start + 1; i < len(text); i++ {
		if text[i] != '"' {
			continue
		}
		if i+1 < len(text) && text[i+1] == '"' {
			i++
			continue
		}
		return strings.ReplaceAll(text[start+1:i], `""`, `"`), i + 1, nil
	}
	return "", 0, errors.New("a double quote is not closed")
}

func blanks(text string) int { return len(text) - len(strings.TrimLeft(text, " \t")) }

func lineLength(text string) int {
	if end := strings.IndexByte(text, '\n'); end >= 0 {
		return end + 1
	}
	return len(text)
}

// Has says whether user has an entry.
func (u *Userlist) Has(user string) bool {
	has := false
	u.each(user, func(*part) { has = true })
	return has
}

// Set gives user a secret: a SCRAM verifier, which PgBouncer can use towards the
// server when the server's is the same. A user who is not there is added.
func (u *Userlist) Set(user, secret string) {
	if !u.Has(user) {
		u.finishLine()
		u.parts = append(u.parts, part{before: quote(user) + " ", user: user, secret: quote(secret), after: "\n", entry: true})
		return
	}
	u.each(user, func(p *part) {
		p.secret = quote(secret)
		p.after, _ = p.takeAside()
	})
}

// Block keeps user from logging in with the secret, which is set aside in the
// entry's third field; placeholder is a secret that nobody knows. A user who is
// not there, or is blocked already, stays so.
func (u *Userlist) Block(user, placeholder string) {
	u.each(user, func(p *part) {
		if _, blocked := p.takeAside(); blocked != "" {
			return
		}
		p.after = " " + setAside + p.secret[1:] + p.after
		p.secret = quote(placeholder)
	})
}

// Unblock undoes Block. It says whether user has an entry.
func (u *Userlist) Unblock(user string) bool {
	u.each(user, func(p *part) {
		if after, secret := p.takeAside(); secret != "" {
			p.after, p.secret = after, secret
		}
	})
	return u.Has(user)
}

// each does something to every entry of user; of several, PgBouncer takes the
// last.
func (u *Userlist) each(user string, do func(*part)) {
	for i := range u.parts {
		if u.parts[i].entry && u.parts[i].user == user {
			do(&u.parts[i])
		}
	}
}

// takeAside returns what follows the secret without the field of Block, and the
// secret in that field as it was written, "" if there is none.
func (p *part) takeAside() (after, secret string) {
	start := blanks(p.after)
	if !strings.HasPrefix(p.after[start:], setAside) {
		return p.after, ""
	}
	_, end, err := parseField(p.after, start)
	if err != nil {
		return p.after, ""
	}
	return p.after[end:], `"` + p.after[start+len(setAside):end]
}

// text is the part as it is written.
func (p *part) text() string { return p.before + p.secret + p.after }

// finishLine makes room for a line of its own at the end.
func (u *Userlist) finishLine() {
	if n := len(u.parts); n > 0 && !strings.HasSuffix(u.parts[n-1].text(), "\n") {
		u.parts = append(u.parts, part{before: "\n"})
	}
}

// Bytes is the content to write.
func (u *Userlist) Bytes() []byte {
	var b bytes.Buffer
	for i := range u.parts {
		b.WriteString(u.parts[i].text())
	}
	return b.Bytes()
}
