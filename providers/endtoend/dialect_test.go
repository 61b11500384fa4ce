package endtoend

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"io"
)

// postgresDialect reads PostgreSQL's protocol 3.0 without TLS (PostgreSQL
// manual, section "Message Formats").
type postgresDialect struct{ started bool }

var _ dialect = (*postgresDialect)(nil)

func (d *postgresDialect) request(r *bufio.Reader) (message []byte, statement string, err error) {
	if !d.started {
		return d.startup(r)
	}
	message, err = typed(r)
	if err != nil {
		return nil, "", err
	}
	switch body := message[5:]; message[0] {
	case 'Q': // Query: the text
		statement = upToZero(body)
	case 'P': // Parse: a name, and the text
		_, rest, _ := bytes.Cut(body, []byte{0})
		statement = upToZero(rest)
	}
	return message, statement, nil
}

// startup reads the first message, which has no type byte.
func (d *postgresDialect) startup(r *bufio.Reader) (message []byte, statement string, err error) {
	const headerLength, protocol3 = 4, 3 << 16
	if message, err = sized(r, nil, headerLength); err != nil {
		return nil, "", err
	}
	d.started = true
	if len(message) < 8 || binary.BigEndian.Uint32(message[4:]) != protocol3 {
		return message, "", nil // a request to cancel
	}
	words := bytes.Split(message[8:], []byte{0})
	for i := 0; i+1 < len(words); i += 2 {
		if string(words[i]) == "user" {
			statement = "login " + string(words[i+1])
		}
	}
	return message, statement, nil
}

func (d *postgresDialect) answer(r *bufio.Reader) (message []byte, last bool, err error) {
	if message, err = typed(r); err != nil {
		return nil, false, err
	}
	return message, message[0] == 'Z', nil // ReadyForQuery comes after the commit
}

// typed reads a message of a type byte, a length that counts itself, and a body.
func typed(r *bufio.Reader) ([]byte, error) {
	kind, err := r.ReadByte()
	if err != nil {
		return nil, err
	}
	return sized(r, []byte{kind}, 4)
}

// sized reads a length of PostgreSQL, and what it announces.
func sized(r *bufio.Reader, before []byte, header int) ([]byte, error) {
	length := make([]byte, header)
	if _, err := io.ReadFull(r, length); err != nil {
		return nil, err
	}
	size := int(binary.BigEndian.Uint32(length))
	message := append(append(before, length...), make([]byte, max(0, size-header))...)
	_, err := io.ReadFull(r, message[len(before)+header:])
	return message, err
}

func upToZero(text []byte) string {
	text, _, _ = bytes.Cut(text, []byte{0})
	return string(text)
}

// mysqlDialect reads the protocol of MySQL and MariaDB without TLS (MariaDB
// documentation, "Client/Server Protocol").
type mysqlDialect struct{ started bool }

var _ dialect = (*mysqlDialect)(nil)

func (d *mysqlDialect) request(r *bufio.Reader) (message []byte, statement string, err error) {
	const (
		header         = 4
		beforeUser     = 32 // capabilities, largest packet, character set, filler
		query, prepare = 0x03, 0x16
	)
	if message, err = packet(r); err != nil {
		return nil, "", err
	}
	body := message[header:]
	switch {
	case !d.started:
		d.started = true
		if len(body) > beforeUser {
			statement = "login " + upToZero(body[beforeUser:])
		}
	case message[3] == 0 && len(body) > 0 && (body[0] == query || body[0] == prepare): // the first packet of a command
		statement = string(body[1:])
	}
	return message, statement, nil
}

// answer takes the first packet for the last: by then the server has done what
// it was asked for, but for sending rows.
func (d *mysqlDialect) answer(r *bufio.Reader) (message []byte, last bool, err error) {
	message, err = packet(r)
	return message, true, err
}

// packet reads a length of three bytes, a number, and a body.
func packet(r *bufio.Reader) ([]byte, error) {
	header := make([]byte, 4)
	if _, err := io.ReadFull(r, header); err != nil {
		return nil, err
	}
	size := int(header[0]) | int(header[1])<<8 | int(header[2])<<16
	message := append(header, make([]byte, size)...)
	_, err := io.ReadFull(r, message[len(header):])
	return message, err
}
