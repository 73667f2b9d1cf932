package markdown

import (
	"net/url"
	"regexp"
	"strings"

	"grassroots/models"
)

// rel is what every link that leaves the text says of itself: search engines
// are not to follow what users wrote, and the page opened learns nothing.
const rel = "nofollow ugc noopener"

var (
	fragmentForm   = regexp.MustCompile(`^#[A-Za-z0-9][A-Za-z0-9._:-]*$`)
	attachmentForm = regexp.MustCompile(`^/attachments/(?:[A-Za-z0-9._~-]|%[0-9A-Fa-f]{2})+(?:/(?:[A-Za-z0-9._~-]|%[0-9A-Fa-f]{2})+)*$`)
)

// linkTarget gives the address that a link may have: http and https with a
// host, e-mail, a path of this site, or a place on this page. A password or
// name before the host is refused, since it serves only to make one host look
// like another.
func linkTarget(address string) (string, bool) {
	address = strings.TrimSpace(address)
	if strings.HasPrefix(strings.ToLower(address), "www.") {
		address = "https://" + address
	}
	if fragmentForm.MatchString(address) {
		return address, true
	}
	u, err := url.Parse(address)
	if err != nil || len(address) > models.MaxURL || strings.ContainsAny(address, "\\ \t\n\r\x00") {
		return "", false
	}
	switch u.Scheme {
	case "http", "https":
		return u.String(), u.Host != "" && u.User == nil
	case "mailto":
		// Further recipients, subjects and bodies are left out: nobody should
		// send by a click what they did not write.
		to, err := url.PathUnescape(u.Opaque)
		return "mailto:" + u.Opaque, err == nil && models.ValidEmail(to)
	case "":
		return u.String(), models.SafeReturn(address, "") != ""
	}
	return "", false
}

// imageTarget tells whether an image may be shown: only the attachments of
// this site, so that no reader is reported to another host.
func imageTarget(address string) (string, bool) {
	if len(address) > models.MaxURL || !attachmentForm.MatchString(address) {
		return "", false
	}
	path, err := url.PathUnescape(address)
	if err != nil || strings.Contains(path, "..") || strings.ContainsAny(path, "\\\x00") || strings.Count(path, "/") != strings.Count(address, "/") {
		return "", false
	}
	return address, true
}
