package exchange

import (
	"context"
	"encoding/json"
	"net/url"
	"time"

	"github.com/gofiber/fiber/v2"

	"grassroots/models"
	"grassroots/models/personal"
)

// OffersPath is where an instance says what organisations there do with copies
// of case studies of the instance that asks.
const OffersPath = "/exchange/offers"

const (
	offersKind = "grassroots-adoptions"
	// offersPerPage is how many a page has, mostOffers how many are read at all.
	offersPerPage, mostOffers = 200, 10_000
)

// offersPage is a part of what is offered to one instance.
type offersPage struct {
	Protocol  string  `json:"protocol"`
	Origin    string  `json:"origin"`
	To        string  `json:"to"`    // address of the instance whose case studies they are of
	After     string  `json:"after"` // as it was asked for
	Adoptions []offer `json:"adoptions"`
}

// offer is an adoption as it travels: what its page shows, without who looks
// after it.
type offer struct {
	ID           string                 `json:"id"`
	CaseStudy    string                 `json:"case_study"`
	Organisation string                 `json:"organisation"`
	URL          string                 `json:"url"`
	Status       models.AdoptionStatus  `json:"status"`
	Sites        string                 `json:"sites,omitempty"`
	Started      string                 `json:"started,omitempty"`
	InUse        string                 `json:"in_use,omitempty"`
	Stopped      string                 `json:"stopped,omitempty"`
	Baseline     string                 `json:"baseline,omitempty"`
	Result       string                 `json:"result,omitempty"`
	Cost         string                 `json:"cost,omitempty"`
	Adaptations  string                 `json:"adaptations,omitempty"`
	Needed       string                 `json:"needed,omitempty"`
	Reason       string                 `json:"reason,omitempty"`
	Figures      models.AdoptionFigures `json:"figures,omitzero"`
	Demo         bool                   `json:"demo,omitempty"`
	Version      int                    `json:"version"`
	Created      time.Time              `json:"created"`
	Changed      time.Time              `json:"changed"`
	History      []offerStep            `json:"history"`
}

type offerStep struct {
	Status models.AdoptionStatus `json:"status"`
	At     time.Time             `json:"at"`
}

func (f *Feature) offersPage(c *fiber.Ctx) error {
	ctx, to, after := c.UserContext(), c.Query("to"), c.Query("after")
	if to == "" || len(to) > 500 || after != "" && !models.ValidID(after) {
		return models.E(models.BadRequest, "“to” has to be the address of your instance, and “after” the id of the last adoption that you have read, or nothing to begin.")
	}
	r, err := f.keys(ctx)
	if err != nil {
		return err
	}
	list, err := f.store.AdoptionsOffered(ctx, to, after, offersPerPage)
	if err != nil {
		return err
	}
	page := offersPage{Protocol: Protocol, Origin: f.site.BaseURL, To: to, After: after, Adoptions: make([]offer, len(list))}
	for i, a := range list {
		o := offer{ID: a.ID, CaseStudy: a.CaseStudyID, Organisation: a.Organisation, URL: f.site.URL("/case-studies/" + url.PathEscape(a.Slug) + "/adoptions/" + url.PathEscape(a.Organisation)), Status: a.Status,
			Sites: a.Sites, Started: a.Started, InUse: a.InUse, Stopped: a.Stopped, Baseline: a.Baseline, Result: a.Result, Cost: a.Cost, Adaptations: a.Adaptations, Needed: a.Needed, Reason: a.Reason, Figures: a.Figures.Clone(), Demo: a.Demo,
			Version: a.Version, Created: a.CreatedAt.UTC(), Changed: a.ChangedAt.UTC()}
		for _, s := range a.Steps {
			o.History = append(o.History, offerStep{s.Status, s.At.UTC()})
		}
		page.Adoptions[i] = o
	}
	token, err := seal(r.now, offersKind, page)
	if err != nil {
		return err
	}
	return send(c, "application/jose", []byte(token))
}

// offers takes what the instance offers of our case studies: the whole of it at
// once, so that what is gone there goes here. An instance that offers nothing,
// since it is of an earlier version, is asked for nothing.
func (s *sync) offers(ctx context.Context) error {
	var list []models.Adoption
	for after := ""; ; {
		page, err := s.offersAfter(ctx, after)
		if err != nil {
			return err
		}
		for _, o := range page.Adoptions {
			if a, ok := s.adoption(o); ok {
				list = append(list, a)
			}
			after = o.ID
		}
		if len(page.Adoptions) < offersPerPage {
			break
		}
		if len(list) > mostOffers {
			return troublef("It offers more than %d adoptions, which is more than is taken.", mostOffers)
		}
	}
	n, err := s.f.store.ReplaceOffered(ctx, s.origin.URL, list)
	if n > 0 {
		s.f.site.Changed()
	}
	return err
}

func (s *sync) offersAfter(ctx context.Context, after string) (offersPage, error) {
	var page offersPage
	raw, err := get(ctx, s.f.documents, s.origin.URL+OffersPath+"?to="+url.QueryEscape(s.f.site.BaseURL)+"&after="+after)
	if err != nil {
		return page, err
	}
	text, _, err := s.open(ctx, raw, offersKind)
	if err != nil {
		return page, err
	}
	if err := json.Unmarshal(text, &page); err != nil || page.Protocol != Protocol || page.Origin != s.origin.URL || page.To != s.f.site.BaseURL || page.After != after || len(page.Adoptions) > offersPerPage {
		return page, &trouble{"What it offers of adoptions is not what was asked for.", err}
	}
	at := after
	for _, o := range page.Adoptions {
		if o.ID <= at || !models.ValidID(o.ID) {
			return page, troublef("What it offers of adoptions is not in order.")
		}
		at = o.ID
	}
	return page, nil
}

// adoption gives an offer as it is kept here, if it keeps to the rules: a text
// with personal data is never taken, and a link leads to that instance alone.
func (s *sync) adoption(o offer) (models.Adoption, bool) {
	now := s.f.site.Now()
	a := models.Adoption{CaseStudyID: o.CaseStudy, Organisation: o.Organisation, URL: o.URL, Status: o.Status, Sites: o.Sites, Started: o.Started, InUse: o.InUse, Stopped: o.Stopped, Baseline: o.Baseline, Result: o.Result,
		Cost: o.Cost, Adaptations: o.Adaptations, Needed: o.Needed, Reason: o.Reason, Figures: o.Figures, Demo: o.Demo, Version: o.Version, CreatedAt: earlier(o.Created, now), ChangedAt: earlier(o.Changed, now)}
	if !models.ValidID(o.CaseStudy) || len(o.History) == 0 || len(o.History) > models.MaxAdoptionSteps || o.Version < 1 || a.Validate(a.ChangedAt) != nil {
		return a, false
	}
	from, err := url.Parse(s.origin.URL)
	to, err2 := url.Parse(o.URL)
	if err != nil || err2 != nil || to.Scheme != from.Scheme || to.Host != from.Host || len(o.URL) > 500 {
		return a, false
	}
	for _, h := range o.History {
		if !h.Status.Valid() {
			return a, false
		}
		a.Steps = append(a.Steps, models.AdoptionStep{Status: h.Status, At: earlier(h.At, now)})
	}
	var texts []personal.Text
	a.EachText(func(field string, text *string) { texts = append(texts, personal.Text{Field: field, Value: *text}) })
	return a, personal.Stop(texts, s.f.site.PersonalOptions()) == nil
}

// earlier gives a time, or now for one that is not yet or that is missing.
func earlier(t, now time.Time) time.Time {
	if t.IsZero() || t.After(now) {
		return now.UTC().Truncate(time.Microsecond)
	}
	return t.UTC().Truncate(time.Microsecond)
}
