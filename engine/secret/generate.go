package secret

import (
	"fmt"
	"io"
)

// alphabet needs no escape in URLs, DSNs, shells, TOML or YAML.
const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"

// Generate draws a secret of length characters, each one of 62 letters and
// digits with equal probability (5.95 bits each), from random.
func Generate(random io.Reader, length int) (*Secret, error) {
	// Bytes from the largest multiple of 62 upwards would favour some letters.
	const limit = byte(256 / len(alphabet) * len(alphabet))
	value := make([]byte, 0, length)
	buffer := make([]byte, 2*length)
	defer clear(buffer)
	for len(value) < length {
		if _, err := io.ReadFull(random, buffer); err != nil {
			return nil, fmt.Errorf("read randomness: %w", err)
		}
		for _, b := range buffer {
			if b < limit && len(value) < length {
				value = append(value, alphabet[int(b)%len(alphabet)])
			}
		}
	}
	return &Secret{&box{value}}, nil
}
