// Package learning gathers by topic what those who wrote case studies say that they
// learnt. What that is, they mark in their text: see models.LearningPoints.
package learning

import (
	"context"
	"net/http"
	"net/url"
	"slices"

	"github.com/a-h/templ"
	"github.com/danielgtaylor/huma/v2"
	"github.com/gofiber/fiber/v2"

	"grassroots/app/web"
	"grassroots/models"
	"grassroots/models/store"
	"grassroots/templates"
)

const (
	pageURL = "/learning-points"
	aPage   = 20
	topics  = 12 // of each kind that the page shows
	aTerm   = 3  // that the page of a system or a standard shows
)

// Feature is the operations and pages, with what they lean on.
type Feature struct {
	site   *web.Site
	store  *store.Store
	topics *web.Memo[map[string][]models.FacetCount]
}

// New makes the feature.
func New(site *web.Site) *Feature {
	return &Feature{site: site, store: site.Store, topics: web.NewContentMemo[map[string][]models.FacetCount](site, 1)}
}

// Routes puts the pages in their places.
func (f *Feature) Routes(r fiber.Router) { r.Get(pageURL, f.site.Cached(f.page)) }

// List gives a page of learning points of what everybody may read.
func (f *Feature) List(ctx context.Context, q models.LearningQuery) (models.Page[models.LearningPoint], error) {
	var page models.Page[models.LearningPoint]
	if err := q.Validate(); err != nil {
		return page, err
	}
	var err error
	if page.Total, err = f.store.CountLearningPoints(ctx, q); err != nil {
		return page, err
	}
	more := false
	if page.Items, more, err = f.store.LearningPoints(ctx, q); err != nil || !more {
		return page, err
	}
	last := page.Items[len(page.Items)-1]
	page.Next = models.Cursor{Sort: models.SortNew, Value: float64(last.PublishedAt.UnixMicro()), ID: last.CaseStudyID, Offset: last.Number}.String()
	return page, nil
}

// address gives the address of the list with what was asked for.
func address(q models.LearningQuery, cursor string) string {
	v := url.Values{}
	if q.Text != "" {
		v.Set("q", q.Text)
	}
	for topic, value := range q.Filters {
		if value != "" {
			v.Set(topic, value)
		}
	}
	if cursor != "" {
		v.Set("cursor", cursor)
	}
	if len(v) == 0 {
		return pageURL
	}
	return pageURL + "?" + v.Encode()
}

// name is what a value of a topic is called.
func name(v *web.Vocabulary, topic, value string) string {
	switch topic {
	case models.FacetSystem:
		return v.SystemName(value)
	case models.FacetStandard:
		return v.StandardName(value)
	}
	return value
}

func (f *Feature) page(c *fiber.Ctx) error {
	ctx := c.UserContext()
	q := models.LearningQuery{Text: c.Query("q"), Filters: map[string]string{}, Limit: aPage}
	for name := range c.Queries() {
		if !slices.Contains(append(models.LearningTopics(), "q", "cursor"), name) {
			return web.NoFilter(name)
		}
	}
	var err error
	if q.Cursor, err = models.ParseCursor(c.Query("cursor")); err != nil {
		return err
	}
	v, err := f.site.Vocabulary(ctx)
	if err != nil {
		return err
	}
	page := templates.LearningPage{First: q.Cursor == nil}
	for _, topic := range models.LearningTopics() {
		if value := models.CleanLine(c.Query(topic)); value != "" {
			q.Filters[topic] = value
		}
	}
	found, err := f.List(ctx, q)
	if err != nil {
		return err
	}
	q.Text = models.Truncate(models.CleanLine(q.Text), models.MaxQuery)
	for _, topic := range models.LearningTopics() {
		if value := q.Filters[topic]; value != "" {
			without := models.LearningQuery{Text: q.Text, Filters: map[string]string{}}
			for other, kept := range q.Filters {
				if other != topic {
					without.Filters[other] = kept
				}
			}
			page.Chosen = append(page.Chosen, templates.LearningChoice{Name: topic, Value: value, Legend: models.FacetLegend(topic), Text: name(v, topic, value), Named: models.FacetOfNames(topic), WithoutURL: address(without, "")})
		}
	}
	page.Query, page.Total, page.Points = q.Text, found.Total, f.lines(found.Items)
	page.FirstURL = address(q, "")
	if found.Next != "" {
		page.NextURL = address(q, found.Next)
	}
	if page.First {
		if err := f.addTopics(ctx, v, q, &page); err != nil {
			return err
		}
	}
	shell := f.site.Shell(c, "What others learnt")
	shell.Search = "" // the words are for learning points, not for the search of case studies
	shell.Description = "What NHS staff say that they learnt from digital change, by topic, each with its case study."
	shell.Canonical, shell.NoIndex = f.site.URL(pageURL), page.Query != "" || len(page.Chosen) > 0 || !page.First
	return f.site.Render(c, fiber.StatusOK, shell, templates.Learning(page))
}

// addTopics offers the most frequent topics, each in place of what is chosen of it.
func (f *Feature) addTopics(ctx context.Context, v *web.Vocabulary, q models.LearningQuery, page *templates.LearningPage) error {
	counts, err := f.topics.Get(ctx, "", func(ctx context.Context) (map[string][]models.FacetCount, error) {
		return f.store.LearningTopics(ctx, topics)
	})
	if err != nil {
		return err
	}
	for _, topic := range models.LearningTopics() {
		group := templates.LearningTopic{Legend: models.FacetLegend(topic), Named: models.FacetOfNames(topic)}
		for _, n := range counts[topic] {
			if n.Value == q.Filters[topic] {
				continue
			}
			to := models.LearningQuery{Text: q.Text, Filters: map[string]string{topic: n.Value}}
			group.Links = append(group.Links, templates.CountLink{Text: name(v, topic, n.Value), URL: address(to, ""), Count: n.Count})
		}
		if len(group.Links) > 0 {
			page.Topics = append(page.Topics, group)
		}
	}
	return nil
}

func (f *Feature) lines(list []models.LearningPoint) []templates.LearningLine {
	out := make([]templates.LearningLine, len(list))
	for i, p := range list {
		out[i] = templates.LearningLine{Words: p.Words, Title: p.Title, URL: "/case-studies/" + url.PathEscape(p.Slug), Organisation: p.OrgName}
		if p.Organisation != "" {
			out[i].OrganisationURL = "/organisations/" + url.PathEscape(p.Organisation)
		}
	}
	return out
}

// OfTerm is what others learnt of a system or a standard, on its page: a few, and a
// link to the rest.
func (f *Feature) OfTerm(c *fiber.Ctx, facet, id string) (templ.Component, error) {
	q := models.LearningQuery{Filters: map[string]string{facet: id}, Limit: aTerm}
	list, more, err := f.store.LearningPoints(c.UserContext(), q)
	all := ""
	if more {
		all = address(q, "")
	}
	return templates.LearntOfTerm(f.lines(list), all), err
}

type apiLearningPoint struct {
	Words        string `json:"words" doc:"What was learnt, as plain text."`
	CaseStudy    string `json:"case_study" doc:"Id of the case study that says so."`
	Number       int    `json:"number" doc:"Which of those of the case study it is, from 1."`
	Title        string `json:"title" doc:"Of the case study."`
	Organisation string `json:"organisation" doc:"ODS code of where it happened; empty where it is not said."`
	URL          string `json:"url" format:"uri" doc:"Page of the case study."`
}

type apiLearningInput struct {
	web.PageParams
	Q        string `query:"q" maxLength:"500" doc:"Words of what was learnt, or of the title of its case study."`
	Tag      string `query:"tag" maxLength:"200" example:"discharge"`
	System   string `query:"system" maxLength:"200" doc:"Slug." example:"systmone"`
	Standard string `query:"standard" maxLength:"200" doc:"Code." example:"hl7-v2"`
	Setting  string `query:"setting" maxLength:"200" example:"Acute"`
}

type apiLearningOutput struct {
	Body web.List[apiLearningPoint]
}

// API adds what others learnt.
func (f *Feature) API(api huma.API) {
	web.Operation(f.site, api, huma.Operation{OperationID: "list-learning-points", Method: http.MethodGet, Path: "/learning-points", Tags: []string{"Case studies"}, Summary: "What others learnt",
		Description: "What those who wrote case studies mark in their text as learnt, of what everybody may read: those of the newest case study first."}, f.apiList)
}

func (f *Feature) apiList(ctx context.Context, in *apiLearningInput) (*apiLearningOutput, error) {
	q := models.LearningQuery{Text: in.Q, Limit: in.Limit, Filters: map[string]string{models.FacetTag: models.CleanLine(in.Tag), models.FacetSystem: models.CleanLine(in.System),
		models.FacetStandard: models.CleanLine(in.Standard), models.FacetSetting: models.CleanLine(in.Setting)}}
	var err error
	if q.Cursor, err = models.ParseCursor(in.Cursor); err != nil {
		return nil, err
	}
	found, err := f.List(ctx, q)
	if err != nil {
		return nil, err
	}
	items := make([]apiLearningPoint, len(found.Items))
	for i, p := range found.Items {
		items[i] = apiLearningPoint{Words: p.Words, CaseStudy: p.CaseStudyID, Number: p.Number, Title: p.Title, Organisation: p.Organisation, URL: f.site.URL("/case-studies/" + url.PathEscape(p.Slug))}
	}
	return &apiLearningOutput{web.NewList(items, found.Next, found.Total)}, nil
}
