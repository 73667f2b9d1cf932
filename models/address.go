package models

import (
	"net/mail"
	"net/url"
	"strings"
)

// ValidEmail tells whether s is one plain e-mail address without a name, 254
// characters at most (RFC 5321, section 4.5.3.1.3).
func ValidEmail(s string) bool {
	if len(s) > 254 || strings.ContainsAny(s, "<>\"(), \t") {
		return false
	}
	a, err := mail.ParseAddress(s)
	return err == nil && a.Address == s && strings.Contains(s[strings.LastIndexByte(s, '@')+1:], ".")
}

// EmailDomainAllowed tells whether the address's domain is one of the allowed:
// "nhs.net" allows itself alone, "*.nhs.uk" every domain below nhs.uk.
func EmailDomainAllowed(address string, domains []string) bool {
	domain := strings.ToLower(address[strings.LastIndexByte(address, '@')+1:])
	for _, d := range domains {
		d = strings.ToLower(strings.TrimSpace(d))
		if below, ok := strings.CutPrefix(d, "*."); ok {
			if strings.HasSuffix(domain, "."+below) {
				return true
			}
		} else if domain == d {
			return true
		}
	}
	return false
}

// ValidWebURL tells whether s is an absolute http or https address with a
// host, at most MaxURL bytes.
func ValidWebURL(s string) bool {
	if len(s) > MaxURL || strings.ContainsAny(s, " \t\n\"<>") {
		return false
	}
	u, err := url.Parse(s)
	return err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Host != "" && u.User == nil
}

// SafeReturn gives path when it is a path of this site, else fallback: it
// keeps a "back to" field from sending people to another site.
func SafeReturn(path, fallback string) string {
	if !strings.HasPrefix(path, "/") || strings.HasPrefix(path, "//") || strings.HasPrefix(path, "/\\") || len(path) > MaxURL {
		return fallback
	}
	u, err := url.Parse(path)
	if err != nil || u.Host != "" || u.Scheme != "" || strings.ContainsAny(path, "\\\r\n\t\x00") {
		return fallback
	}
	return path
}
