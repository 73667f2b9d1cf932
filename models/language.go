package models

import "strings"

// IsEnglish tells whether a language, by its code of BCP 47, is English: what
// names none is.
func IsEnglish(code string) bool {
	code = strings.ToLower(strings.TrimSpace(code))
	return code == "" || code == "en" || strings.HasPrefix(code, "en-")
}
