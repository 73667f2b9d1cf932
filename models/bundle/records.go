package bundle

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"time"
	"unicode/utf8"

	"grassroots/models"
)

// Manifest says what a bundle is and how much is in it. It names neither the
// site nor the day of the export, so that two exports of the same are the same.
type Manifest struct {
	Format        string     `json:"format"`
	Emails        bool       `json:"emails"` // whether people and authors have their e-mail addresses
	Organisation  string     `json:"organisation,omitempty"`
	Since         *time.Time `json:"since,omitempty"`
	CaseStudies   int        `json:"case_studies"`
	Revisions     int        `json:"revisions"`
	Comments      int        `json:"comments"`
	Adoptions     int        `json:"adoptions,omitempty"` // left out where there are none, so that programs which know of none read the bundle
	Attachments   int        `json:"attachments"`
	People        int        `json:"people"`
	Organisations int        `json:"organisations"`
	Systems       int        `json:"systems"`
	Standards     int        `json:"standards"`
}

// Record is what is kept of a case study beside its text. Times are UTC, to
// the microsecond; people are named by their ids.
type Record struct {
	ID              string        `json:"id"`
	Slug            string        `json:"slug"`
	FormerSlugs     []string      `json:"former_slugs,omitempty"`
	Status          models.Status `json:"status"`
	StatusChangedAt *time.Time    `json:"status_changed,omitempty"`
	Owner           string        `json:"owner"`
	Editors         []string      `json:"editors,omitempty"` // beside the owner
	Revision        int           `json:"revision"`          // how many there are
	Votes           int           `json:"votes"`
	Demo            bool          `json:"demo,omitempty"`
	Created         time.Time     `json:"created"`
	Updated         time.Time     `json:"updated"`
	Published       time.Time     `json:"published"`
	CopyOf          *CopyOf       `json:"copy_of,omitempty"`
	Attachments     []Attachment  `json:"attachments,omitempty"`
}

// CopyOf says of a case study that it is a copy of one of another instance.
type CopyOf struct {
	Origin   string `json:"origin"`   // address of the instance, without a slash at its end
	URL      string `json:"url"`      // of its page there
	Revision int    `json:"revision"` // there
}

// Attachment is what is kept of a file beside its content.
type Attachment struct {
	ID          string    `json:"id"`
	FileName    string    `json:"file_name"`
	ContentType string    `json:"content_type"`
	Size        int64     `json:"size"` // bytes
	SHA256      string    `json:"sha256"`
	Alt         string    `json:"alt,omitempty"`
	UploadedBy  string    `json:"uploaded_by"`
	Created     time.Time `json:"created"`
}

// Revision is who made one version of the text, and what they said of it.
type Revision struct {
	Number  int       `json:"number"`
	Editor  string    `json:"editor"`
	Note    string    `json:"note,omitempty"`
	Created time.Time `json:"created"`
}

// Comment is one comment. Of one that was deleted there is only its place.
type Comment struct {
	ID       string             `json:"id"`
	ReplyTo  string             `json:"reply_to,omitempty"`
	Author   string             `json:"author,omitempty"`
	Kind     models.CommentKind `json:"kind"`
	Body     string             `json:"body,omitempty"`
	Official bool               `json:"official,omitempty"`
	Version  int                `json:"version"`
	Mentions []string           `json:"mentions,omitempty"`
	Created  time.Time          `json:"created"`
	Edited   *time.Time         `json:"edited,omitempty"`
	Deleted  *time.Time         `json:"deleted,omitempty"`
}

// ImporterAccount is the account of a person who is none: the one in whose name
// files are brought in, which every site has.
const ImporterAccount = "import"

// Person is somebody whom the case studies name.
type Person struct {
	ID              string    `json:"id"`
	Account         string    `json:"account,omitempty"` // ImporterAccount, or empty
	Handle          string    `json:"handle"`
	Name            string    `json:"name"`
	Email           string    `json:"email,omitempty"`
	Role            string    `json:"role,omitempty"`
	StaffGroup      string    `json:"staff_group,omitempty"`
	Organisation    string    `json:"organisation,omitempty"`
	YearsExperience *int      `json:"years_experience,omitempty"`
	Created         time.Time `json:"created"`
}

// Organisation is what a site knows of one that the case studies name.
type Organisation struct {
	Code       string     `json:"code"`
	Name       string     `json:"name"`
	Kind       string     `json:"kind,omitempty"`
	Region     string     `json:"region,omitempty"`
	ICBCode    string     `json:"icb_code,omitempty"`
	ICBName    string     `json:"icb_name,omitempty"`
	Postcode   string     `json:"postcode,omitempty"`
	Opened     *time.Time `json:"opened,omitempty"`
	Closed     *time.Time `json:"closed,omitempty"`
	Successors []string   `json:"successors,omitempty"`
}

// System is a system that the connections name and that not every site has.
type System struct {
	Slug      string   `json:"slug"`
	Name      string   `json:"name"`
	Supplier  string   `json:"supplier,omitempty"`
	Kind      string   `json:"kind,omitempty"`
	Settings  []string `json:"settings,omitempty"`
	Aliases   []string `json:"aliases,omitempty"`
	Successor string   `json:"successor,omitempty"` // slug
	Confirmed bool     `json:"confirmed,omitempty"`
	Merged    []Merged `json:"merged,omitempty"`
}

// Merged is a system or standard that became another name for one.
type Merged struct {
	ID   string `json:"id"` // slug or code
	Name string `json:"name"`
}

// Standard is a standard that the connections name and that not every site has.
type Standard struct {
	Code      string   `json:"code"`
	Name      string   `json:"name"`
	Publisher string   `json:"publisher,omitempty"`
	Kind      string   `json:"kind,omitempty"`
	Purpose   string   `json:"purpose,omitempty"`
	URL       string   `json:"url,omitempty"`
	Aliases   []string `json:"aliases,omitempty"`
	Successor string   `json:"successor,omitempty"` // code
	Confirmed bool     `json:"confirmed,omitempty"`
	Merged    []Merged `json:"merged,omitempty"`
}

// line writes a value as one line of JSON.
func line(w io.Writer, v any) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	return e.Encode(v)
}

// pretty gives a value as JSON that people can read and compare.
func pretty(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	err := e.Encode(v)
	return b.Bytes(), err
}

var errMore = errors.New("something follows its end")

// decode reads one value. A key that is not known is an error, since what it
// says would be lost.
func decode(text []byte, v any) error {
	if !utf8.Valid(text) {
		return errors.New("it is not UTF-8 text")
	}
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(v); err != nil {
		if errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) {
			return errors.New("its end is missing")
		}
		return err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return errMore
	}
	return nil
}
