package exchange

import (
	"bytes"
	"encoding/json"
	"time"

	"grassroots/models"
	"grassroots/models/signed"
)

// Protocol is what this version of the exchange is called in all that it sends.
const Protocol = "grassroots/exchange/1"

// Addresses of the protocol, below that of the site. docs/exchange.md describes
// them.
const (
	KeysPath    = "/.well-known/grassroots-exchange"
	ChangesPath = "/exchange/changes"
	studiesPath = "/exchange/case-studies/"
)

// The kinds of signed texts: none can be taken for another.
const (
	changesKind  = "grassroots-changes"
	studyKind    = "grassroots-case-study"
	handoverKind = "grassroots-handover"
	bundleKind   = "grassroots-bundle"
)

// changesPerPage is how many changes a page has at most.
const changesPerPage = 200

// keysDocument is a JSON Web Key Set with a few members of our own, as the
// standard allows. The last key is the one of the present.
type keysDocument struct {
	Protocol  string     `json:"protocol"`
	Origin    string     `json:"origin"` // address of the site, without a slash at its end
	Changes   string     `json:"changes"`
	Set       signed.Set `json:"keys"`
	Handovers []string   `json:"handovers"` // each key after the first, signed with the one before
}

// handover is how a key names the one that comes after it.
type handover struct {
	Protocol string        `json:"protocol"`
	From     string        `json:"from"` // id of the key that signs this
	To       signed.Public `json:"to"`
	Made     time.Time     `json:"made"`
}

// changesPage is a part of the list of changes.
type changesPage struct {
	Protocol string   `json:"protocol"`
	Origin   string   `json:"origin"`
	After    int64    `json:"after"` // as it was asked for
	Changes  []change `json:"changes"`
	Last     int64    `json:"last"` // position of the last change of all
}

// change is what became last of a case study.
type change struct {
	Position  int64         `json:"position"`
	CaseStudy string        `json:"case_study"`
	Status    models.Status `json:"status"`
	Revision  int           `json:"revision"`
}

// study is a case study as it travels.
type study struct {
	Protocol    string    `json:"protocol"`
	Origin      string    `json:"origin"`
	ID          string    `json:"id"`
	URL         string    `json:"url"` // of its page
	Revision    int       `json:"revision"`
	Published   time.Time `json:"published"`
	Licence     string    `json:"licence"`
	Demo        bool      `json:"demo,omitempty"`
	Markdown    string    `json:"markdown"` // in the case study format
	Attachments []file    `json:"attachments"`
}

// file is an attachment of a case study; its content is at
// /attachments/{id}/{name} of the origin.
type file struct {
	ID          string    `json:"id"`
	Name        string    `json:"file_name"`
	ContentType string    `json:"content_type"`
	Size        int64     `json:"size"`
	SHA256      string    `json:"sha256"`
	Alt         string    `json:"alt,omitempty"`
	Created     time.Time `json:"created"`
}

// seal gives a value as signed text.
func seal(k signed.Key, kind string, v any) (string, error) {
	text, err := marshal(v)
	if err != nil {
		return "", err
	}
	return k.Sign(kind, text)
}

// marshal gives a value as JSON in UTF-8, without a line feed at its end.
func marshal(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(v)
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), err
}
