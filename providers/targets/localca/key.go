package localca

import (
	"crypto"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"

	"github.com/rotadeck/rotadeck/engine/secret"
)

var (
	errNoKey         = errors.New("no PEM private key in it")
	errNoPassword    = errors.New("the key is encrypted and no password is set")
	errPassword      = errors.New("the password does not open the key")
	errDamaged       = errors.New("the key is damaged")
	errOldEncryption = errors.New("not PBES2 with PBKDF2 and AES in CBC mode")
)

// parseKey reads the first private key of a PEM text. The password is used for
// an encrypted key only.
func parseKey(text []byte, password *secret.Secret) (crypto.Signer, error) {
	for block, rest := pem.Decode(text); block != nil; block, rest = pem.Decode(rest) {
		der, err := openBlock(block, password)
		if err != nil {
			return nil, err
		}
		if der == nil {
			continue // parameters of a curve, a certificate
		}
		defer clear(der)
		return parseDER(block.Type, der)
	}
	return nil, errNoKey
}

// openBlock returns the key's DER form, nil for a block that is no key.
func openBlock(block *pem.Block, password *secret.Secret) ([]byte, error) {
	switch block.Type {
	case "ENCRYPTED PRIVATE KEY":
		if password.Len() == 0 {
			return nil, errNoPassword
		}
		return decryptPKCS8(block.Bytes, password.Text())
	case "PRIVATE KEY", "EC PRIVATE KEY", "RSA PRIVATE KEY":
		// RFC 1423 encryption derives its key by one MD5 and checks nothing:
		// crypto/x509 has deprecated it as insecure.
		if block.Headers["DEK-Info"] != "" {
			return nil, fmt.Errorf("DEK-Info %s: %w", block.Headers["DEK-Info"], errOldEncryption)
		}
		return block.Bytes, nil
	}
	return nil, nil
}

func parseDER(blockType string, der []byte) (crypto.Signer, error) {
	var key any
	var err error
	switch blockType {
	case "EC PRIVATE KEY": // SEC 1, RFC 5915
		key, err = x509.ParseECPrivateKey(der)
	case "RSA PRIVATE KEY": // PKCS #1, RFC 8017
		key, err = x509.ParsePKCS1PrivateKey(der)
	default: // PKCS #8, RFC 5208
		key, err = x509.ParsePKCS8PrivateKey(der)
	}
	if err != nil {
		if blockType == "ENCRYPTED PRIVATE KEY" {
			return nil, errPassword // a wrong one that left plausible padding
		}
		return nil, err
	}
	signer, ok := key.(crypto.Signer)
	if !ok {
		return nil, fmt.Errorf("a key of type %T cannot sign", key)
	}
	return signer, nil
}
