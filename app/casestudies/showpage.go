package casestudies

import (
	"context"
	"errors"

	"github.com/gofiber/fiber/v2"

	"grassroots/app/web"
	"grassroots/models"
	"grassroots/templates"
)

func (f *Feature) show(c *fiber.Ctx) error {
	slug := c.Params("slug")
	person := web.Person(c)
	cs, err := f.Get(c.UserContext(), person, slug)
	if err != nil {
		return err
	}
	if cs.Slug != slug {
		return c.Redirect("/case-studies/"+cs.Slug, fiber.StatusMovedPermanently)
	}
	page, err := f.page(c, cs)
	if err != nil {
		return err
	}
	content := templates.CaseStudy(page)
	if f.Below != nil {
		below, err := f.Below(c, cs)
		if err != nil {
			return err
		}
		content = templates.Both(content, below)
	}
	shell := f.shellOf(c, cs)
	shell.Article = &templates.Article{Published: cs.PublishedAt, Modified: cs.UpdatedAt, Tags: cs.Tags}
	shell.Image = f.cardURL(cs)
	f.site.Describe(&shell, f.linked(cs, page.OrgName, page.Connections))
	return f.site.Render(c, fiber.StatusOK, shell, content)
}

func (f *Feature) shellOf(c *fiber.Ctx, cs models.CaseStudy) templates.Shell {
	shell := f.site.Shell(c, cs.Title)
	shell.Description, shell.Wide = cs.Summary, true
	shell.Canonical = f.site.URL("/case-studies/" + cs.Slug)
	shell.NoIndex = cs.Status != models.Published
	shell.Crumbs = []templates.Crumb{{Text: "Case studies", URL: "/case-studies"}}
	shell.Feeds = []templates.Crumb{{Text: "Comments on " + cs.Title, URL: "/case-studies/" + cs.Slug + "/comments.atom"},
		{Text: "Adoptions of " + cs.Title, URL: "/case-studies/" + cs.Slug + "/adoptions.atom"}}
	return shell
}

// page gathers what stands on a case study's page. The number of statements
// does not depend on what the case study holds.
func (f *Feature) page(c *fiber.Ctx, cs models.CaseStudy) (templates.CaseStudyPage, error) {
	ctx, person := c.UserContext(), web.Person(c)
	page := templates.CaseStudyPage{CaseStudy: cs, Stale: cs.Status != models.Withdrawn && cs.Stale(f.site.Now()), Vote: templates.VoteButtonProps{ActionURL: "/case-studies/" + cs.Slug + "/vote", Votes: cs.Votes,
		SignedIn: person != nil, Title: cs.Title, BackURL: "/case-studies/" + cs.Slug}}
	if cs.Status != models.Withdrawn {
		page.Keep = templates.BookmarkButtonProps{ActionURL: "/case-studies/" + cs.Slug + "/bookmark", SignedIn: person != nil, Title: cs.Title, BackURL: "/case-studies/" + cs.Slug}
	}
	names, err := f.store.OrganisationNames(ctx, []string{cs.Organisation})
	if err != nil {
		return page, err
	}
	page.OrgName = names[cs.Organisation]
	if page.Attachments, err = f.store.Attachments(ctx, cs.ID); err != nil {
		return page, err
	}
	if page.Connections, err = f.ConnectionRows(ctx, cs.Connections); err != nil {
		return page, err
	}
	page.Authors = authorBylines(cs.Authors)
	similar, err := f.SimilarTo(ctx, &cs, 4)
	if err != nil {
		return page, err
	}
	page.Similar = crumbs(similar)
	if err := f.addMerges(ctx, person, &page); err != nil {
		return page, err
	}
	if page.Hidden, err = f.hiddenBy(ctx, &cs); err != nil {
		return page, err
	}
	if person == nil {
		return page, nil
	}
	if err := f.addOwn(ctx, person, &page); err != nil {
		return page, err
	}
	if page.CanEdit, err = f.MayEdit(ctx, person, &cs); err != nil {
		return page, err
	}
	if err := f.addWithdrawal(ctx, person, &page); err != nil {
		return page, err
	}
	if page.CanModerate, err = f.canModerate(ctx, person, &cs); err != nil {
		return page, err
	}
	if page.CanEdit {
		_, err := f.store.Draft(ctx, cs.ID)
		page.HasDraft = err == nil
		if err != nil && models.KindOf(err) != models.NotFound {
			return page, err
		}
	}
	return page, nil
}

// addOwn adds what a person has said of the case study with one press, whether they
// follow it, and what its place has in common with theirs.
func (f *Feature) addOwn(ctx context.Context, person *models.Person, page *templates.CaseStudyPage) error {
	marks, err := f.store.Marks(ctx, person.ID, []string{page.CaseStudy.ID})
	if err != nil {
		return err
	}
	page.Vote.Voted, page.Keep.Kept = marks[page.CaseStudy.ID], marks[models.BookmarkMark(page.CaseStudy.ID)]
	page.Follow = templates.FollowButtonProps{Kind: string(models.FollowStudy), Thing: page.CaseStudy.ID, Name: page.CaseStudy.Title, SignedIn: page.CaseStudy.Status != models.Withdrawn && page.CaseStudy.OwnerID != person.ID, BackURL: "/case-studies/" + page.CaseStudy.Slug}
	if _, page.Follow.Following, err = f.store.Follows(ctx, person.ID, models.Followed{Kind: models.FollowStudy, Thing: page.CaseStudy.ID}); err != nil {
		return err
	}
	page.Near, err = f.nearOf(ctx, person, &page.CaseStudy)
	return err
}

// canModerate tells whether a person may do something about a case study as a
// moderator, such as merging it into another.
func (f *Feature) canModerate(ctx context.Context, p *models.Person, cs *models.CaseStudy) (bool, error) {
	if !p.May(models.Moderate, models.Subject{}) {
		return false, nil
	}
	err := f.site.MayJudge(ctx, p, models.ThingStudy, cs.ID, cs.OwnerID)
	if errors.Is(err, models.ErrOwnThing) {
		return false, nil
	}
	return err == nil, err
}

// hiddenBy gives the measure that hides a case study, nil where none does.
func (f *Feature) hiddenBy(ctx context.Context, cs *models.CaseStudy) (*models.Measure, error) {
	if cs.Hidden == "" {
		return nil, nil
	}
	m, err := f.store.Measure(ctx, cs.Hidden)
	return &m, err
}

func authorBylines(authors []models.Author) []templates.BylineProps {
	out := make([]templates.BylineProps, len(authors))
	for i, a := range authors {
		out[i] = templates.BylineProps{Name: a.Name, Role: a.Role, StaffGroup: a.StaffGroup}
		if models.ValidHandle(a.Handle) {
			out[i].URL = "/people/" + a.Handle
		}
	}
	return out
}

func (f *Feature) print(c *fiber.Ctx) error {
	cs, err := f.Get(c.UserContext(), web.Person(c), c.Params("slug"))
	if err != nil {
		return err
	}
	page, err := f.page(c, cs)
	if err != nil {
		return err
	}
	shell := f.shellOf(c, cs)
	shell.NoIndex, shell.Wide = true, false
	return f.site.Render(c, fiber.StatusOK, shell, templates.PrintCaseStudy(page))
}

func (f *Feature) vote(c *fiber.Ctx) error {
	slug := c.Params("slug")
	person, err := web.Require(c)
	if err != nil {
		return err
	}
	on := web.Value(c, "voted") != "false"
	votes, err := f.Vote(c.UserContext(), person, slug, on)
	if err != nil {
		return err
	}
	if web.WantsJSON(c) {
		return c.JSON(struct {
			Votes int  `json:"votes"`
			Voted bool `json:"voted"`
		}{votes, on})
	}
	return c.Redirect(models.SafeReturn(web.Value(c, "back"), "/case-studies/"+slug), fiber.StatusSeeOther)
}

// attachment sends a file. A page shows a picture whatever is said of it here.
func (f *Feature) attachment(c *fiber.Ctx) error {
	a, content, open, err := f.Attachment(c.UserContext(), web.Person(c), c.Params("id"))
	if err != nil {
		return err
	}
	cache := "private, max-age=3600"
	if !open { // nothing of it is left in the browser for who sits there next
		cache = "no-store"
	}
	return web.SendOutside(c, web.OutsideFile{ContentType: a.ContentType, Name: a.FileName, SHA256: a.SHA256, Cache: cache, Size: int(a.Size), Content: content})
}
