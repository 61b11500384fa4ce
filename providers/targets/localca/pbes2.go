package localca

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/pbkdf2"
	"crypto/sha1" //nolint:gosec // PBKDF2's default function; RFC 8018 fixes it
	"crypto/sha256"
	"crypto/sha512"
	"crypto/x509/pkix"
	"encoding/asn1"
	"errors"
	"fmt"
	"hash"
)

// maxIterations keeps a damaged file from holding up the operator: it is a few
// seconds of work, 5000 times what openssl writes by default.
const maxIterations = 10_000_000

// The structures of PKCS #5, RFC 8018, appendix A.
type (
	encryptedKey struct {
		Scheme pkix.AlgorithmIdentifier
		Data   []byte
	}
	pbes2Params struct {
		Derivation pkix.AlgorithmIdentifier
		Encryption pkix.AlgorithmIdentifier
	}
	pbkdf2Params struct {
		Salt       []byte
		Iterations int
		KeyLength  int                      `asn1:"optional"`
		Function   pkix.AlgorithmIdentifier `asn1:"optional"`
	}
)

// decryptPKCS8 opens what `openssl pkcs8 -topk8` and `openssl genpkey -aes256`
// write: PBES2 with PBKDF2 and AES-CBC. It is written out here because the
// known library for it panics on a file that was cut short and leaves the
// padding, by which a wrong password shows, unchecked.
func decryptPKCS8(der []byte, password string) ([]byte, error) {
	var outer encryptedKey
	if rest, err := asn1.Unmarshal(der, &outer); err != nil || len(rest) > 0 {
		return nil, fmt.Errorf("PKCS #8: %w", errors.Join(errDamaged, err))
	}
	if scheme := outer.Scheme.Algorithm.String(); scheme != "1.2.840.113549.1.5.13" {
		return nil, fmt.Errorf("scheme %s: %w", scheme, errOldEncryption)
	}
	var params pbes2Params
	if _, err := asn1.Unmarshal(outer.Scheme.Parameters.FullBytes, &params); err != nil {
		return nil, fmt.Errorf("PBES2 parameters: %w", errors.Join(errDamaged, err))
	}
	length, iv, err := aesParams(params.Encryption)
	if err != nil {
		return nil, err
	}
	key, err := deriveKey(params.Derivation, password, length)
	if err != nil {
		return nil, err
	}
	defer clear(key)
	return decryptCBC(key, iv, outer.Data)
}

// aesParams returns key length and initialisation vector: RFC 8018, B.2.5.
func aesParams(id pkix.AlgorithmIdentifier) (length int, iv []byte, err error) {
	switch id.Algorithm.String() {
	case "2.16.840.1.101.3.4.1.2":
		length = 16
	case "2.16.840.1.101.3.4.1.22":
		length = 24
	case "2.16.840.1.101.3.4.1.42":
		length = 32
	default:
		return 0, nil, fmt.Errorf("cipher %s: %w", id.Algorithm, errOldEncryption)
	}
	_, err = asn1.Unmarshal(id.Parameters.FullBytes, &iv)
	if err != nil || len(iv) != aes.BlockSize {
		return 0, nil, fmt.Errorf("AES parameters: %w", errors.Join(errDamaged, err))
	}
	return length, iv, nil
}

func deriveKey(id pkix.AlgorithmIdentifier, password string, length int) ([]byte, error) {
	if function := id.Algorithm.String(); function != "1.2.840.113549.1.5.12" {
		return nil, fmt.Errorf("key derivation %s: %w", function, errOldEncryption)
	}
	var params pbkdf2Params
	if _, err := asn1.Unmarshal(id.Parameters.FullBytes, &params); err != nil {
		return nil, fmt.Errorf("PBKDF2 parameters: %w", errors.Join(errDamaged, err))
	}
	if params.Iterations < 1 || params.Iterations > maxIterations {
		return nil, fmt.Errorf("%d PBKDF2 iterations: %w", params.Iterations, errDamaged)
	}
	function, err := hmacHash(params.Function.Algorithm)
	if err != nil {
		return nil, err
	}
	return pbkdf2.Key(function, password, params.Salt, params.Iterations, length)
}

// hmacHash is the hash of a pseudo-random function: RFC 8018, B.1.2.
func hmacHash(id asn1.ObjectIdentifier) (func() hash.Hash, error) {
	switch id.String() {
	case "", "1.2.840.113549.2.7":
		return sha1.New, nil
	case "1.2.840.113549.2.9":
		return sha256.New, nil
	case "1.2.840.113549.2.10":
		return sha512.New384, nil
	case "1.2.840.113549.2.11":
		return sha512.New, nil
	}
	return nil, fmt.Errorf("function %s: %w", id, errOldEncryption)
}

// decryptCBC also takes off the padding of RFC 8018, section 6.1.1.
func decryptCBC(key, iv, data []byte) ([]byte, error) {
	if len(data) == 0 || len(data)%aes.BlockSize != 0 {
		return nil, fmt.Errorf("%d octets are no whole number of blocks: %w", len(data), errDamaged)
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	plain := make([]byte, len(data))
	cipher.NewCBCDecrypter(block, iv).CryptBlocks(plain, data)
	padding := int(plain[len(plain)-1])
	if padding < 1 || padding > aes.BlockSize {
		return nil, errPassword
	}
	for _, b := range plain[len(plain)-padding:] {
		if int(b) != padding {
			return nil, errPassword
		}
	}
	return plain[:len(plain)-padding], nil
}
