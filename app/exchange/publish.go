package exchange

import (
	"context"
	"slices"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"grassroots/app/web"
	"grassroots/models"
	"grassroots/models/format"
)

// publish adds what this instance tells others.
func (f *Feature) publish(r fiber.Router) {
	r.Get(KeysPath, f.keysPage)
	r.Get(ChangesPath, f.changesPage)
	r.Get(studiesPath+":id", f.studyPage)
	r.Get(OffersPath, f.offersPage)
}

// send answers with a text that can be kept and asked about.
func send(c *fiber.Ctx, contentType string, body []byte) error {
	tag := web.ETag("", body)
	c.Set(fiber.HeaderETag, tag)
	c.Set(fiber.HeaderCacheControl, "public, no-cache")
	if web.MatchesTag(c.Get(fiber.HeaderIfNoneMatch), tag) {
		return c.SendStatus(fiber.StatusNotModified)
	}
	c.Set(fiber.HeaderContentType, contentType)
	return c.Send(body)
}

func (f *Feature) keysPage(c *fiber.Ctx) error {
	r, err := f.keys(c.UserContext())
	if err != nil {
		return err
	}
	body, err := marshal(keysDocument{Protocol: Protocol, Origin: f.site.BaseURL, Changes: f.site.URL(ChangesPath), Set: r.set, Handovers: slices.Concat([]string{}, r.handovers)})
	if err != nil {
		return err
	}
	return send(c, "application/jwk-set+json", body)
}

func (f *Feature) changesPage(c *fiber.Ctx) error {
	ctx := c.UserContext()
	var after int64
	if text := c.Query("after"); text != "" {
		var err error
		if after, err = strconv.ParseInt(text, 10, 64); err != nil || after < 0 {
			return models.E(models.BadRequest, "“after” has to be the position of a change, such as 120, or 0 to begin.")
		}
	}
	r, err := f.keys(ctx)
	if err != nil {
		return err
	}
	if err := f.store.NumberExchange(ctx); err != nil {
		return err
	}
	list, last, err := f.store.ExchangeChanges(ctx, after, changesPerPage)
	if err != nil {
		return err
	}
	page := changesPage{Protocol: Protocol, Origin: f.site.BaseURL, After: after, Changes: make([]change, len(list)), Last: last}
	for i, one := range list {
		page.Changes[i] = change{one.Position, one.CaseStudyID, one.Status, one.Revision}
	}
	token, err := seal(r.now, changesKind, page)
	if err != nil {
		return err
	}
	return send(c, "application/jose", []byte(token))
}

func (f *Feature) studyPage(c *fiber.Ctx) error {
	ctx, id := c.UserContext(), c.Params("id")
	if !models.ValidID(id) {
		return models.E(models.NotFound, "That case study cannot be found.")
	}
	cs, err := f.hooks.Read(ctx, id)
	if err != nil {
		return err
	}
	if cs.Copy != nil {
		return models.E(models.NotFound, "This case study is a copy here. Ask where it is from: "+cs.Copy.OriginURL+".")
	}
	r, err := f.keys(ctx)
	if err != nil {
		return err
	}
	document, err := f.study(ctx, cs)
	if err != nil {
		return err
	}
	token, err := seal(r.now, studyKind, document)
	if err != nil {
		return err
	}
	return send(c, "application/jose", []byte(token))
}

// study makes of a case study what travels: what its page shows, and no more.
func (f *Feature) study(ctx context.Context, cs models.CaseStudy) (study, error) {
	text, err := format.Write(format.File{ID: cs.ID, Document: public(cs.Document), Created: cs.CreatedAt, Updated: cs.UpdatedAt})
	if err != nil {
		return study{}, err
	}
	s := study{Protocol: Protocol, Origin: f.site.BaseURL, ID: cs.ID, URL: f.site.URL("/case-studies/" + cs.Slug), Revision: cs.Revision,
		Published: cs.PublishedAt.UTC(), Licence: cs.Licence, Demo: cs.Demo, Markdown: string(text), Attachments: []file{}}
	files, err := f.store.Attachments(ctx, cs.ID)
	for _, a := range files {
		s.Attachments = append(s.Attachments, file{ID: a.ID, Name: a.FileName, ContentType: a.ContentType, Size: a.Size, SHA256: a.SHA256, Alt: a.Alt, Created: a.CreatedAt.UTC()})
	}
	return s, err
}

// public leaves of the authors what the page shows of them. A handle is left
// out too: elsewhere it is somebody else's, or nobody's.
func public(d models.Document) models.Document {
	authors := make([]models.Author, len(d.Authors))
	for i, a := range d.Authors {
		authors[i] = models.Author{Name: a.Name, Role: a.Role, StaffGroup: a.StaffGroup}
	}
	d.Authors, d.Visibility = authors, ""
	if len(authors) == 0 {
		d.Authors = nil
	}
	return d
}
