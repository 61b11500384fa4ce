package mysqltest

import (
	"bytes"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha1"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"net"
	"strings"
)

// Capabilities (MySQL internals, "Capabilities Flags").
const (
	withDatabase    = 0x8
	withTLS         = 0x800
	withPlugin      = 0x80000
	withAttributes  = 0x100000
	withLongAnswer  = 0x200000
	allCapabilities = 0x1 | 0x4 | withDatabase | 0x200 | 0x2000 | 0x8000 | 0x20000 | withPlugin | withAttributes | withLongAnswer
)

const (
	native      = "mysql_native_password"
	cachingSHA2 = "caching_sha2_password"

	ed25519Plugin = "ed25519" // of MariaDB
)

// session is one client.
type session struct {
	server            *Server
	line              *line
	raw               net.Conn // beneath TLS
	listed            bool     // in the process list; with what follows guarded by the server once it is
	id                uint32
	scramble          []byte // 20 bytes
	encrypted         bool
	account           *Account
	user, db, program string
}

// login is the connection phase.
func (c *session) login() error {
	c.scramble = make([]byte, 20)
	if _, err := rand.Read(c.scramble); err != nil {
		return err
	}
	for i, b := range c.scramble {
		c.scramble[i] = b&0x7f | 1 // no zero byte
	}
	if err := c.line.write(c.greeting()); err != nil {
		return err
	}
	answer, err := c.line.read()
	if err != nil {
		return err
	}
	if binary.LittleEndian.Uint32(answer)&withTLS != 0 {
		encrypted := tls.Server(c.line.conn, c.server.config.TLS)
		c.line.conn, c.encrypted = encrypted, true
		if answer, err = c.line.read(); err != nil {
			return err
		}
	}
	c.readAnswer(answer)
	c.account = c.server.Users.match(c.user)
	if c.account == nil {
		return c.deny()
	}
	return c.authenticate()
}

func (c *session) greeting() []byte {
	capabilities := uint32(allCapabilities)
	if c.server.config.TLS != nil {
		capabilities |= withTLS
	}
	b := append([]byte{10}, c.server.config.Version+"\x00"...)
	b = binary.LittleEndian.AppendUint32(b, c.id)
	b = append(append(b, c.scramble[:8]...), 0)
	b = binary.LittleEndian.AppendUint16(b, uint16(capabilities))
	b = append(b, 45, statusAutocommit, 0)
	b = binary.LittleEndian.AppendUint16(b, uint16(capabilities>>16))
	b = append(append(b, 21), make([]byte, 10)...)
	b = append(append(b, c.scramble[8:]...), 0)
	return append(b, cachingSHA2+"\x00"...)
}

// readAnswer reads HandshakeResponse41.
func (c *session) readAnswer(b []byte) {
	capabilities := binary.LittleEndian.Uint32(b)
	b = b[32:]
	c.user, b = upToZero(b)
	length := int(b[0])
	b = b[1+length:]
	if capabilities&withDatabase != 0 {
		c.db, b = upToZero(b)
	}
	if capabilities&withPlugin != 0 {
		_, b = upToZero(b)
	}
	if capabilities&withAttributes == 0 || len(b) == 0 {
		return
	}
	b = b[1:]
	for len(b) > 1 {
		var key, value string
		key, b = text(b)
		value, b = text(b)
		if key == "program_name" {
			c.program = value
		}
	}
}

func upToZero(b []byte) (string, []byte) {
	i := bytes.IndexByte(b, 0)
	return string(b[:i]), b[i+1:]
}

func text(b []byte) (string, []byte) { return string(b[1 : 1+b[0]]), b[1+b[0]:] }

// authenticate switches to the account's method and sees whether one of its
// passwords was meant; a locked account is refused after that.
func (c *session) authenticate() error {
	plugin, asks := c.account.Plugin, c.account.Plugin
	if plugin == ed25519Plugin {
		asks = "client_" + plugin
		c.scramble = append(c.scramble, c.scramble[:12]...) // it wants 32 bytes
	}
	if err := c.line.write(append([]byte("\xfe"+asks+"\x00"), append(c.scramble, 0)...)); err != nil {
		return err
	}
	answer, err := c.line.read()
	if err != nil {
		return err
	}
	var check func(verifier string) bool
	switch plugin {
	case native:
		check = func(verifier string) bool { return isScrambleOf(answer, c.scramble, verifier) }
	case ed25519Plugin:
		check = func(verifier string) bool { return isSignatureOf(answer, c.scramble, verifier) }
	case cachingSHA2:
		password, err := c.askForPassword()
		if err != nil {
			return err
		}
		check = func(verifier string) bool { return c.server.config.Verify(plugin, verifier, password) }
	default:
		return c.deny()
	}
	primary, secondary, locked := c.account.state()
	switch {
	case !check(primary) && (secondary == "" || !check(secondary)):
		return c.deny()
	case locked:
		return c.turnAway(refuse(3118, "Access denied for user '%s'@'localhost'. Account is locked.", c.user))
	}
	return c.line.ok()
}

var errTurnedAway = errors.New("turned away")

func (c *session) deny() error {
	return c.turnAway(refuse(1045, "Access denied for user '%s'@'localhost' (using password: YES)", c.user))
}

func (c *session) turnAway(e *Error) error {
	if err := c.line.refuse(e); err != nil {
		return err
	}
	return errTurnedAway
}

// isScrambleOf checks SHA1(password) XOR SHA1(scramble + SHA1(SHA1(password))).
func isScrambleOf(answer, scramble []byte, verifier string) bool {
	kept, err := hex.DecodeString(strings.TrimPrefix(verifier, "*"))
	if err != nil || len(answer) != sha1.Size {
		return false
	}
	mask := sha1.Sum(append(append([]byte(nil), scramble...), kept...))
	for i := range mask {
		mask[i] ^= answer[i]
	}
	again := sha1.Sum(mask[:])
	return bytes.Equal(again[:], kept)
}

// isSignatureOf checks a signature with the public key that verifier is.
func isSignatureOf(answer, scramble []byte, verifier string) bool {
	key, err := base64.RawStdEncoding.DecodeString(verifier)
	return err == nil && len(key) == ed25519.PublicKeySize && ed25519.Verify(key, scramble, answer)
}

// askForPassword is the full authentication of caching_sha2_password: in clear
// over TLS, else under our key.
func (c *session) askForPassword() (string, error) {
	const fullAuthentication, wantsKey = 4, 2
	if err := c.line.write([]byte{1, fullAuthentication}); err != nil {
		return "", err
	}
	answer, err := c.line.read()
	if err != nil {
		return "", err
	}
	if c.encrypted {
		return strings.TrimSuffix(string(answer), "\x00"), nil
	}
	if len(answer) != 1 || answer[0] != wantsKey {
		return "", errors.New("the client sent something else than a request for the key")
	}
	der, err := x509.MarshalPKIXPublicKey(&c.server.key.PublicKey)
	if err != nil {
		return "", err
	}
	public := pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der})
	if err := c.line.write(append([]byte{1}, public...)); err != nil {
		return "", err
	}
	if answer, err = c.line.read(); err != nil {
		return "", err
	}
	plain, err := rsa.DecryptOAEP(sha1.New(), nil, c.server.key, answer, nil)
	if err != nil {
		return "", err
	}
	for i := range plain {
		plain[i] ^= c.scramble[i%len(c.scramble)]
	}
	return strings.TrimSuffix(string(plain), "\x00"), nil
}
