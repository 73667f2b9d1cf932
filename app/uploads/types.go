package uploads

import (
	"bytes"

	"github.com/gabriel-vasile/mimetype"

	"grassroots/models"
)

// Type is a type of file that is taken.
type Type struct {
	ContentType string
	Extension   string // with its dot
}

// The types of file that are taken. A WebP image is kept as one of the others.
var (
	JPEG = Type{"image/jpeg", ".jpg"}
	PNG  = Type{"image/png", ".png"}
	GIF  = Type{"image/gif", ".gif"}
	WebP = Type{"image/webp", ".webp"}
	PDF  = Type{"application/pdf", ".pdf"}
)

// endsAsPDF tells whether a PDF has its end, which one that was cut off has not.
// Readers look for it in the last 1,024 bytes: PDF Reference 1.7, appendix H,
// note 18.
func endsAsPDF(content []byte) bool {
	return bytes.Contains(content[max(0, len(content)-1024):], []byte("%%EOF"))
}

// Sniff tells a file's type from its content, whatever its name says. It gives
// an Unsupported error for one that is not taken.
func Sniff(content []byte) (Type, error) {
	if len(content) == 0 {
		return Type{}, models.E(models.Invalid, "The file is empty.")
	}
	found := mimetype.Detect(content)
	for _, t := range []Type{JPEG, PNG, GIF, WebP, PDF} {
		// A PDF may begin late, after a page with a script in it, say.
		if found.Is(t.ContentType) && (t != PDF || bytes.HasPrefix(content, []byte("%PDF-"))) {
			return t, nil
		}
	}
	if found.Is("image/vnd.mozilla.apng") { // its first picture is a PNG
		return PNG, nil
	}
	return Type{}, models.E(models.Unsupported,
		"Only JPEG, PNG, GIF and WebP images and PDF files can be attached. This file is something else.")
}
