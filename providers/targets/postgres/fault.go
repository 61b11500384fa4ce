package postgres

import (
	"context"
	"crypto/x509"
	"errors"
	"net"
	"syscall"
)

// fault words why there is no session, without the configuration that pgx adds,
// which holds the password. The cause stays in the chain.
type fault struct {
	words string
	cause error
}

// Unwrap returns the cause.
func (f fault) Unwrap() error { return f.cause }

// Error is what is wrong, with the cause in brackets where that is not all.
func (f fault) Error() string {
	if f.words == "" {
		return f.cause.Error()
	}
	return f.words + " (" + f.cause.Error() + ")"
}

// faultOf reads the error of a login.
func faultOf(err error) error {
	err = bare(err)
	var (
		authority x509.UnknownAuthorityError
		name      x509.HostnameError
		invalid   x509.CertificateInvalidError
		dns       *net.DNSError
	)
	words := ""
	switch {
	case errors.Is(err, syscall.ECONNREFUSED):
		words = "nobody listens there"
	case errors.Is(err, context.DeadlineExceeded):
		words = "no answer in time"
	case errors.As(err, &authority):
		words = "its certificate comes from no authority that is trusted here: see " + settingSSLRootCert
	case errors.As(err, &name):
		words = "its certificate is for another name"
	case errors.As(err, &invalid):
		words = "its certificate is not valid"
	case errors.As(err, &dns):
		words = "its name cannot be looked up"
	case errors.Is(err, syscall.ECONNRESET):
		words = "it hung up: it may be stopping, or no PostgreSQL"
	}
	return fault{words: words, cause: err}
}
