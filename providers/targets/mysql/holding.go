package mysql

import "strings"

// holding is one thing that an account has. A thing such as a limit has a
// value; accounts that have it with different values differ.
type holding struct {
	what, value string
	rank        int // the order in which things can be given
	give, take  phrase

	privilege, object string // of a privilege: what may be asked of the administrator
}

// The ranks: a default role must be granted before, and a partial revoke needs
// something to revoke from.
const (
	rankRole = iota
	rankPrivilege
	rankRevoked
	rankDefault
)

// String is what people read: "MAX_USER_CONNECTIONS = 5", "SELECT on shop.*".
func (h holding) String() string {
	if h.value == "" {
		return h.what
	}
	return h.what + " = " + h.value
}

// phrase is a statement about an account that is still to be named.
type phrase struct{ before, after string }

func (p phrase) of(a account) string { return p.before + a.String() + p.after }

// giving is what gives the holding to a, taking what takes it away, if that can
// be done.
func (h holding) giving(a account) []remedy { return remedies(h.give, h.take, a) }

func (h holding) taking(a account) []remedy { return remedies(h.take, h.give, a) }

func remedies(do, undo phrase, a account) []remedy {
	if do == (phrase{}) {
		return nil
	}
	r := remedy{statement: do.of(a)}
	if undo != (phrase{}) {
		r.undo = undo.of(a)
	}
	return []remedy{r}
}

// readable takes the quotes off names that need none.
func readable(text string) string {
	var b strings.Builder
	for {
		before, quoted, found := strings.Cut(text, "`")
		b.WriteString(before)
		if !found {
			return b.String()
		}
		length := 0
		for length < len(quoted) {
			if quoted[length] == '`' {
				if !strings.HasPrefix(quoted[length+1:], "`") {
					break
				}
				length++ // a doubled one stands for itself
			}
			length++
		}
		name := quoted[:length]
		text = quoted[min(length+1, len(quoted)):]
		if !plainName(name) {
			name = "`" + name + "`"
		}
		b.WriteString(name)
	}
}

func plainName(name string) bool {
	return name != "" && !strings.ContainsFunc(name, func(r rune) bool {
		return r != '_' && (r < '0' || r > '9') && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z')
	})
}
