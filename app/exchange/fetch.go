package exchange

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"grassroots/app/outbound"
	"grassroots/models"
	"grassroots/models/signed"
)

// trouble is why an instance could not be asked, or a document of it not taken,
// in a plain sentence.
type trouble struct {
	say string
	err error
}

func (t *trouble) Error() string {
	if t.err == nil {
		return t.say
	}
	return t.say + ": " + t.err.Error()
}

func (t *trouble) Unwrap() error { return t.err }

func troublef(format string, args ...any) error { return &trouble{say: fmt.Sprintf(format, args...)} }

// Explain gives what may be said to people of why an instance could not be
// asked.
func Explain(err error) string { return explain(err) }

func explain(err error) string {
	var t *trouble
	var known *models.Error
	switch {
	case errors.As(err, &t):
		return t.say
	case errors.As(err, &known) && known.Kind != models.Internal:
		return known.Error()
	}
	return "Something went wrong here. The log says what."
}

// errGone says that there is no such thing at the origin, or not any more.
var errGone = &trouble{say: "The instance says that it is not there."}

// get asks for an address.
func get(ctx context.Context, client *outbound.Client, address string) ([]byte, error) {
	answer, err := client.Get(ctx, address, "Accept", "application/jose, application/jwk-set+json, */*;q=0.5")
	switch {
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case err != nil && answer.Status != 0:
		return nil, &trouble{"The answer broke off in the middle.", err}
	case err != nil:
		return nil, &trouble{outbound.Explain(err), err}
	case answer.Status == http.StatusNotFound || answer.Status == http.StatusGone:
		return nil, errGone
	case answer.Status >= 300 && answer.Status < 400:
		return nil, troublef("The server answered %d, which leads elsewhere. Redirects are not followed: use the address that they lead to.", answer.Status)
	case answer.Status != http.StatusOK:
		return nil, troublef("The server answered %d.", answer.Status)
	case answer.Cut:
		return nil, &trouble{say: "The answer is larger than it may be.", err: errTooLarge}
	}
	return answer.Body, nil
}

var errTooLarge = errors.New("exchange: too large")

// about asks an instance who it is.
func (f *Feature) about(ctx context.Context, origin string) (keysDocument, error) {
	var said keysDocument
	raw, err := get(ctx, f.documents, origin+KeysPath)
	if errors.Is(err, errGone) {
		return said, troublef("There is no instance of Grassroots at this address that publishes its case studies.")
	}
	if err != nil {
		return said, err
	}
	var loose struct {
		Protocol  string   `json:"protocol"`
		Origin    string   `json:"origin"`
		Handovers []string `json:"handovers"`
	}
	set, err := signed.ParseSet(raw)
	if err == nil {
		err = json.Unmarshal(raw, &loose)
	}
	if err != nil {
		return said, &trouble{"What answers at this address is no instance of Grassroots that publishes its case studies.", err}
	}
	if loose.Protocol != Protocol {
		return said, troublef("The instance speaks “%s”, and this one knows “%s” alone.", models.Truncate(models.CleanLine(loose.Protocol), 60), Protocol)
	}
	if loose.Origin != origin {
		return said, troublef("The instance at %s says that its address is %s. Use that one.", origin, models.Truncate(models.CleanLine(loose.Origin), 200))
	}
	if len(loose.Handovers) > maxHandovers {
		loose.Handovers = loose.Handovers[len(loose.Handovers)-maxHandovers:]
	}
	return keysDocument{Protocol: loose.Protocol, Origin: loose.Origin, Set: set, Handovers: loose.Handovers}, nil
}

// maxHandovers is how many changes of its key an instance can be followed
// through at a time.
const maxHandovers = 100

// changes asks for the changes after a position, and holds the page to what it
// must be.
func (s *sync) changes(ctx context.Context, after int64) (changesPage, error) {
	var page changesPage
	raw, err := get(ctx, s.f.documents, s.origin.URL+ChangesPath+"?after="+strconv.FormatInt(after, 10))
	if err != nil {
		return page, err
	}
	text, _, err := s.open(ctx, raw, changesKind)
	if err != nil {
		return page, err
	}
	if err := json.Unmarshal(text, &page); err != nil || page.Protocol != Protocol || page.Origin != s.origin.URL || page.After != after || len(page.Changes) > 10*changesPerPage {
		return page, &trouble{"The list of changes is not the one that was asked for.", err}
	}
	at := after
	for _, c := range page.Changes {
		if c.Position <= at || !models.ValidID(c.CaseStudy) || c.Status != models.Published && c.Status != models.Withdrawn {
			return page, troublef("The list of changes is not in order.")
		}
		at = c.Position
	}
	return page, nil
}

// open checks a signed text by the key that the instance has now. When it names
// another, the instance is asked whether it has changed its key.
func (s *sync) open(ctx context.Context, raw []byte, kind string) ([]byte, string, error) {
	token := string(bytes.TrimSpace(raw))
	text, by, err := signed.Open(token, kind, s.now())
	if errors.Is(err, signed.ErrKey) && !s.asked {
		s.asked = true
		if err := s.newKeys(ctx); err != nil {
			return nil, by, err
		}
		text, by, err = signed.Open(token, kind, s.now())
	}
	switch {
	case errors.Is(err, signed.ErrKey):
		return nil, by, &trouble{"It is signed with another key than the one of this instance, " + s.now()[0].ID() + ".", err}
	case errors.Is(err, signed.ErrChanged):
		return nil, by, &trouble{"The signature does not fit: it was changed on the way.", err}
	case err != nil:
		return nil, by, &trouble{"What came is not a signed document.", err}
	}
	return text, by, nil
}

// now gives the key of the present, which alone signs what is new.
func (s *sync) now() signed.Set { return s.trusted[len(s.trusted)-1:] }

// newKeys follows an instance that has changed its key.
func (s *sync) newKeys(ctx context.Context) error {
	said, err := s.f.about(ctx, s.origin.URL)
	if err != nil {
		return err
	}
	trusted, err := follow(s.trusted, said)
	if err != nil {
		return &trouble{fmt.Sprintf("The instance signs with another key than before, %s, and the one before, %s, does not vouch for it. "+
			"Ask those who run it. If the new key is theirs, remove the instance with its copies kept, and add it again.", said.Set[len(said.Set)-1].ID(), s.now()[0].ID()), err}
	}
	text, err := json.Marshal(trusted)
	if err == nil {
		err = s.f.store.TrustKeys(ctx, s.origin.ID, string(text))
	}
	s.trusted = trusted
	return err
}

// study fetches a case study and holds it to what it must be.
func (s *sync) study(ctx context.Context, id string) (got study, token, by string, err error) {
	raw, err := get(ctx, s.f.documents, s.origin.URL+studiesPath+id)
	if err != nil {
		return got, "", "", err
	}
	text, by, err := s.open(ctx, raw, studyKind)
	if err != nil {
		return got, "", by, &refused{explain(err), err}
	}
	if err := json.Unmarshal(text, &got); err != nil {
		return got, "", by, &refused{"The document cannot be read.", err}
	}
	return got, string(bytes.TrimSpace(raw)), by, got.check(s.origin.URL, id)
}

// refused is an error of one case study alone: the others can be taken.
type refused struct {
	why string
	err error
}

func (r *refused) Error() string { return r.why }
func (r *refused) Unwrap() error { return r.err }

// check holds a document to what it must be, whoever signed it.
func (d *study) check(origin, id string) error {
	say := func(why string) error { return &refused{why: why} }
	page, err := url.Parse(d.URL)
	switch {
	case d.Protocol != Protocol:
		return say("The document is of another version of the exchange.")
	case d.Origin != origin, d.ID != id:
		return say("The document is of another case study, or of another instance.")
	case err != nil || !strings.HasPrefix(d.URL, origin+"/") || page.User != nil || len(d.URL) > models.MaxURL || !models.ValidWebURL(d.URL):
		return say("The address of its page is not one of its origin.")
	case d.Revision < 1:
		return say("The document has no revision.")
	case len(d.Attachments) > models.MaxAttachments:
		return say(fmt.Sprintf("It has more than %d attachments.", models.MaxAttachments))
	}
	seen := map[string]bool{}
	for _, a := range d.Attachments {
		if !models.ValidID(a.ID) || seen[a.ID] || len(a.SHA256) != 64 || a.Size < 1 || a.Size > maxFile || a.Name == "" || len(a.Name) > 400 || strings.ContainsAny(a.Name, "/\\\x00") {
			return say("One of its attachments is not described as it must be.")
		}
		seen[a.ID] = true
	}
	return nil
}
