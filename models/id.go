package models

import "strings"

const crockford = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

// ValidID tells whether s is a ULID in its canonical form: 26 upper-case
// characters of Crockford's base 32, the first at most 7 (128 bits).
// Source: https://github.com/ulid/spec.
func ValidID(s string) bool {
	if len(s) != 26 || s[0] > '7' {
		return false
	}
	for i := 0; i < len(s); i++ {
		if strings.IndexByte(crockford, s[i]) < 0 {
			return false
		}
	}
	return true
}
