package mysql

import (
	"crypto/sha256"
	"hash"
)

// sha256Crypt is the SHA-256 variant of "Unix crypt using SHA-256 and SHA-512"
// (Ulrich Drepper, version 0.6), and returns its 43 characters. Unlike there, a
// salt may have more than 16 characters: caching_sha2_password takes 20.
func sha256Crypt(password, salt []byte, rounds int) string {
	sum := firstSum(password, salt)
	p := stretched(repeatedSum(password, len(password)), len(password))
	s := stretched(repeatedSum(salt, 16+int(sum[0])), len(salt))
	defer clear(p)
	for i := range rounds {
		h := sha256.New()
		if i%2 == 1 {
			h.Write(p)
		} else {
			h.Write(sum)
		}
		if i%3 != 0 {
			h.Write(s)
		}
		if i%7 != 0 {
			h.Write(p)
		}
		if i%2 == 1 {
			h.Write(sum)
		} else {
			h.Write(p)
		}
		sum = h.Sum(sum[:0])
	}
	return crypt64(sum)
}

// firstSum is digest A, steps 1 to 12.
func firstSum(password, salt []byte) []byte {
	b := sumOf(password, salt, password)
	h := sha256.New()
	h.Write(password)
	h.Write(salt)
	h.Write(stretched(b, len(password)))
	for n := len(password); n > 0; n >>= 1 {
		if n&1 == 1 {
			h.Write(b)
		} else {
			h.Write(password)
		}
	}
	return h.Sum(nil)
}

func sumOf(parts ...[]byte) []byte {
	h := sha256.New()
	writeAll(h, parts)
	return h.Sum(nil)
}

func writeAll(h hash.Hash, parts [][]byte) {
	for _, part := range parts {
		h.Write(part)
	}
}

// repeatedSum is digests DP and DS, steps 13 to 15 and 17 to 19.
func repeatedSum(text []byte, times int) []byte {
	h := sha256.New()
	for range times {
		h.Write(text)
	}
	return h.Sum(nil)
}

// stretched repeats sum up to a length.
func stretched(sum []byte, length int) []byte {
	out := make([]byte, 0, length+len(sum))
	for len(out) < length {
		out = append(out, sum...)
	}
	return out[:length]
}

// crypt64 writes a digest as crypt(3) does: 24 bits as 4 characters, lowest
// first, and the bytes in an order of its own.
func crypt64(sum []byte) string {
	const alphabet = "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
	var out []byte
	put := func(bits uint32, characters int) {
		for range characters {
			out = append(out, alphabet[bits&0x3f])
			bits >>= 6
		}
	}
	for i := range 10 { // 0 10 20, then 21 1 11, then 12 22 2 …
		triple := [3]int{i, i + 10, i + 20}
		switch i % 3 {
		case 1:
			triple = [3]int{i + 20, i, i + 10}
		case 2:
			triple = [3]int{i + 10, i + 20, i}
		}
		put(uint32(sum[triple[0]])<<16|uint32(sum[triple[1]])<<8|uint32(sum[triple[2]]), 4)
	}
	put(uint32(sum[31])<<8|uint32(sum[30]), 3)
	return string(out)
}
