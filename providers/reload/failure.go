package reload

import (
	"errors"
	"net/url"
	"strings"

	"github.com/rotadeck/rotadeck/engine/secret"
)

// failure is an attempt that failed, in words that hold no secret: whoever
// tries a credential may repeat it in its error, and the words go out over HTTP
// and into logs.
type failure struct {
	text string
	err  error
}

func newFailure(err error, tried ...Credential) *failure {
	f := &failure{text: err.Error(), err: err}
	for _, c := range tried {
		f.text = c.redact(f.text)
	}
	return f
}

// Error returns the words.
func (f *failure) Error() string { return f.text }

// Is lets errors.Is see the cause. There is no Unwrap, by which the cause could
// be printed.
func (f *failure) Is(target error) bool { return errors.Is(f.err, target) }

// redact takes the credential's secret fields out of text. Very short values
// are left: they would be found everywhere, and guessed anyway.
func (c Credential) redact(text string) string {
	const shortest = 4
	for name, value := range c.fields {
		plain := value.Text()
		if isPublic(name) || len(plain) < shortest {
			continue
		}
		for _, form := range []string{plain, url.QueryEscape(plain), url.PathEscape(plain), url.UserPassword("", plain).String()[1:]} {
			text = strings.ReplaceAll(text, form, secret.Mask)
		}
	}
	return text
}

// isPublic says that a field is no secret. What is not known is taken for one.
func isPublic(name string) bool {
	switch name {
	case FieldVersion, FieldUsername, FieldHost, FieldPort, FieldDatabase, FieldSSLMode, FieldCA, "tls.crt":
		return true
	}
	return false
}
