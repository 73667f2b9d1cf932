package feeds

import (
	"context"
	"net/url"
	"slices"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"grassroots/models"
)

// comments is the newest comments on all case studies.
func (f *Feature) comments(c *fiber.Ctx) error {
	return f.sendComments(c, feed{specific: "feeds/comments", title: serviceName + ": comments", list: "/case-studies?sort=discussed"}, "/feeds/comments.atom", nil)
}

// commentsOn is the newest comments on one case study. A name that it had
// leads to the one that it has.
func (f *Feature) commentsOn(c *fiber.Ctx) error {
	asked := c.Params("slug")
	cs, err := f.lists.CaseStudy(c.UserContext(), asked)
	if err != nil {
		return err
	}
	path := "/case-studies/" + url.PathEscape(cs.Slug)
	if asked != cs.Slug {
		return c.Redirect(path+"/comments.atom", fiber.StatusMovedPermanently)
	}
	return f.sendComments(c, feed{specific: "feeds/comments/" + cs.ID, title: "Comments on " + cs.Title, list: path + "#comments"}, path+"/comments.atom", &cs)
}

// sendComments sends comments, on one case study or on any.
func (f *Feature) sendComments(c *fiber.Ctx, d feed, path string, on *models.CaseStudy) error {
	limit, before, err := single(c)
	if err != nil {
		return err
	}
	if before != "" && !models.ValidID(before) {
		return models.ErrCursor
	}
	ctx, of := c.UserContext(), ""
	if on != nil {
		of = on.ID
	}
	list, more, err := f.store.RecentComments(ctx, of, before, limit)
	if err != nil {
		return err
	}
	next := ""
	if more {
		next = list[len(list)-1].ID
	}
	d.page(before, "", next, func(cursor string) string {
		v := url.Values{}
		if limit != length {
			v.Set("limit", strconv.Itoa(limit))
		}
		if cursor != "" {
			v.Set("cursor", cursor)
		}
		return f.site.URL(path + question(v))
	})
	if err := f.addComments(ctx, &d, list); err != nil {
		return err
	}
	return f.send(c, d)
}

// addComments adds comments, with what they are on read in one statement.
func (f *Feature) addComments(ctx context.Context, d *feed, list []models.Comment) error {
	var ids []string
	for _, m := range list {
		if !slices.Contains(ids, m.CaseStudyID) {
			ids = append(ids, m.CaseStudyID)
		}
	}
	studies, err := f.store.SummariesByID(ctx, ids)
	if err != nil {
		return err
	}
	for _, m := range list {
		at := slices.IndexFunc(studies, func(s models.Summary) bool { return s.ID == m.CaseStudyID })
		if at < 0 { // withdrawn a moment ago
			continue
		}
		updated := m.CreatedAt
		if m.EditedAt != nil {
			updated = *m.EditedAt
		}
		d.add(f.comment(m, studies[at].Title, studies[at].Slug), updated)
	}
	return nil
}

func (f *Feature) comment(m models.Comment, title, slug string) entry {
	html := text{Type: "html", Body: m.HTML}
	kind := m.Kind.Label()
	if m.Official {
		kind = "Official response"
	}
	author := person{Name: m.Author.Name}
	if m.Author.Handle != "" {
		author.URI = f.site.URL("/people/" + m.Author.Handle)
	}
	return entry{ID: entryID(m.ID), Title: plain(kind + " on " + title), Published: atomTime(m.CreatedAt), Content: &html,
		Authors:    []person{author},
		Links:      []link{{Rel: "alternate", Type: "text/html", Href: f.site.URL("/comments/" + m.ID)}},
		Categories: []category{{Term: string(m.Kind), Scheme: tagID(f.site.BaseURL, "kind"), Label: m.Kind.Label()}},
		ReplyTo:    &replyTo{Ref: entryID(m.CaseStudyID), Href: f.site.URL("/case-studies/" + url.PathEscape(slug)), Type: "text/html"}}
}
