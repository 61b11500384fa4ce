package mysqltest

import (
	"encoding/binary"
	"fmt"
	"io"
	"net"
)

// line carries packets (MySQL internals, "MySQL Packets"): three bytes of
// length, one that counts, and the payload.
type line struct {
	conn  net.Conn
	count byte
}

func (l *line) read() ([]byte, error) {
	head := make([]byte, 4)
	if _, err := io.ReadFull(l.conn, head); err != nil {
		return nil, err
	}
	l.count = head[3] + 1
	payload := make([]byte, int(head[0])|int(head[1])<<8|int(head[2])<<16)
	_, err := io.ReadFull(l.conn, payload)
	return payload, err
}

func (l *line) write(payload []byte) error {
	n := len(payload)
	packet := append([]byte{byte(n), byte(n >> 8), byte(n >> 16), l.count}, payload...)
	l.count++
	_, err := l.conn.Write(packet)
	return err
}

// statusAutocommit is the server status of every answer.
const statusAutocommit = 2

func (l *line) ok() error { return l.write([]byte{0, 0, 0, statusAutocommit, 0, 0, 0}) }

func (l *line) eof() error { return l.write([]byte{0xfe, 0, 0, statusAutocommit, 0}) }

// Error is an answer that says no.
type Error struct {
	Number  uint16
	Message string
}

// Error returns the message.
func (e *Error) Error() string { return e.Message }

func refuse(number uint16, format string, args ...any) *Error {
	return &Error{number, fmt.Sprintf(format, args...)}
}

func (l *line) refuse(e *Error) error {
	payload := binary.LittleEndian.AppendUint16([]byte{0xff}, e.Number)
	return l.write(append(payload, "#HY000"+e.Message...))
}

// rows sends a result. A nil value is NULL.
func (l *line) rows(r *result) error {
	if err := l.write([]byte{byte(len(r.columns))}); err != nil {
		return err
	}
	for _, name := range r.columns {
		if err := l.write(column(name)); err != nil {
			return err
		}
	}
	if err := l.eof(); err != nil {
		return err
	}
	for _, row := range r.rows {
		var payload []byte
		for _, value := range row {
			if value == nil {
				payload = append(payload, 0xfb)
			} else {
				payload = appendText(payload, *value)
			}
		}
		if err := l.write(payload); err != nil {
			return err
		}
	}
	return l.eof()
}

// column describes one of type VAR_STRING in utf8mb4.
func column(name string) []byte {
	var b []byte
	for _, text := range []string{"def", "", "", "", name, name} {
		b = appendText(b, text)
	}
	return append(b, 0x0c, 45, 0, 0xff, 0xff, 0, 0, 0xfd, 0, 0, 0, 0, 0)
}

// appendText appends a length-encoded string of less than 64 KiB.
func appendText(b []byte, text string) []byte {
	const oneByte = 251
	if len(text) < oneByte {
		b = append(b, byte(len(text)))
	} else {
		b = binary.LittleEndian.AppendUint16(append(b, 0xfc), uint16(len(text)))
	}
	return append(b, text...)
}

// result is a table of text.
type result struct {
	columns []string
	rows    [][]*string
}

// table makes a result of rows.
func table(columns []string, rows ...[]string) *result {
	r := &result{columns: columns}
	for _, row := range rows {
		var values []*string
		for _, value := range row {
			values = append(values, &value)
		}
		r.rows = append(r.rows, values)
	}
	return r
}
