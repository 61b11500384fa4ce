package main

import (
	"io"
	"testing"
)

func TestASecretOfSeveralLinesIsReadToItsEnd(t *testing.T) {
	t.Parallel()
	for want, lines := range map[string][]string{
		"s3cret": {"s3cret", "not read"},
		"-----BEGIN X-----\nAAAA\n-----END X-----": {"-----BEGIN X-----", "AAAA", "-----END X-----", "not read"},
		"-----BEGIN X-----\nAAAA\n":                {"-----BEGIN X-----", "AAAA"},
	} {
		left := lines
		got, err := readSecret(func() ([]byte, error) {
			if len(left) == 0 {
				return nil, io.EOF
			}
			line := left[0]
			left = left[1:]
			return []byte(line), nil
		})
		if string(got) != want || err != nil && err != io.EOF { //nolint:errorlint // returned as it is
			t.Errorf("read %q, %v; want %q", got, err, want)
		}
	}
}
