package models

import "strings"

// IsEnglish tells whether a language, by its code of BCP 47, is English: what
// names none is.
func IsEnglish(code string) bool {
	code = strings.ToLower(strings.TrimSpace(code))
	return code == "" || code == "en" || strings.HasPrefix(code, "en-")
}

// Language is one that pages are shown in, by its code of BCP 47.
type Language string

// The languages that pages are shown in. The programs of the NHS in Wales are
// bound to Welsh as much as to English by the Welsh Language Standards (No. 7)
// Regulations 2018.
const (
	English Language = "en"
	Welsh   Language = "cy"
)

// Languages lists the languages that pages are shown in.
func Languages() []Language { return []Language{English, Welsh} }

// ParseLanguage reads the code of a language that pages are shown in.
func ParseLanguage(code string) (Language, bool) {
	for _, l := range Languages() {
		if code == string(l) {
			return l, true
		}
	}
	return English, false
}

// Name is the language's name in itself.
func (l Language) Name() string {
	if l == Welsh {
		return "Cymraeg"
	}
	return "English"
}
