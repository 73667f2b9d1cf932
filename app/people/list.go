package people

import (
	"context"
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"
	"golang.org/x/net/html"

	"grassroots/app/web"
	"grassroots/models"
	"grassroots/models/store"
	"grassroots/templates"
)

// How many of each thing a page shows.
const (
	peoplePerPage   = 20
	profileStudies  = 10
	profileComments = 5
	shortComment    = 280 // characters
)

// List gives a page of people by name, found by the words of name, role and
// skills.
func (f *Feature) List(ctx context.Context, q store.PeopleQuery) (models.Page[models.Person], error) {
	q.Text = models.Truncate(models.CleanLine(q.Text), models.MaxQuery)
	total, err := f.store.CountPeople(ctx, q)
	if err != nil {
		return models.Page[models.Person]{}, err
	}
	people, more, err := f.store.People(ctx, q)
	page := models.Page[models.Person]{Items: people, Total: total}
	if len(people) == 0 {
		return page, err
	}
	at := func(p models.Person, back bool) string {
		return store.NameCursor{Name: p.Name, Key: p.ID, Back: back}.String()
	}
	back := q.After != nil && q.After.Back
	if back && more || q.After != nil && !back {
		page.Prev = at(people[0], true)
	}
	if back || more {
		page.Next = at(people[len(people)-1], false)
	}
	return page, err
}

// Get gives a person by id or handle, also one that they had before.
func (f *Feature) Get(ctx context.Context, idOrHandle string) (models.Person, error) {
	if models.ValidID(idOrHandle) {
		p, err := f.store.PersonByID(ctx, idOrHandle)
		if err == nil && p.ClosedAt != nil {
			return models.Person{}, models.E(models.NotFound, "That person cannot be found.")
		}
		if models.KindOf(err) != models.NotFound {
			return p, err
		}
	}
	handle := strings.ToLower(idOrHandle)
	if !models.ValidHandle(handle) {
		return models.Person{}, models.E(models.NotFound, "That person cannot be found.")
	}
	return f.store.PersonByHandle(ctx, handle)
}

// list is the page of people.
func (f *Feature) list(c *fiber.Ctx) error {
	cursor, err := store.ParseNameCursor(c.Query("cursor"))
	if err != nil {
		return err
	}
	typed := map[string]string{}
	for _, name := range needParameters {
		typed[name] = c.Query(name)
	}
	a, err := f.understand(c.UserContext(), c.Query("need"), typed)
	if err != nil {
		return err
	}
	if a.given() {
		return f.find(c, a)
	}
	text := models.Truncate(models.CleanLine(c.Query("q")), models.MaxQuery)
	found, err := f.List(c.UserContext(), store.PeopleQuery{Text: text, After: cursor, Limit: peoplePerPage})
	if err != nil {
		return err
	}
	page := templates.PeoplePage{Query: text, Total: found.Total, CSVURL: tableAddress(text)}
	for _, p := range found.Items {
		card := templates.PersonCard{Name: p.Name, URL: "/people/" + p.Handle, JobTitle: p.JobTitle, Organisation: p.OrgName, Skills: skillLinks(p.Skills)}
		if p.Organisation != "" {
			card.OrganisationURL = "/organisations/" + p.Organisation
		}
		page.People = append(page.People, card)
	}
	page.PrevURL, page.NextURL = pageAddress(found.Prev, text), pageAddress(found.Next, text)
	if page.Find, err = f.findForm(c.UserContext(), a); err != nil {
		return err
	}
	title := "People"
	if text != "" {
		title = "People: " + text
	}
	shell := f.site.Shell(c, title)
	shell.Search = "" // the words are for people, not for the search of case studies
	shell.NoIndex = true
	return f.site.Render(c, fiber.StatusOK, shell, templates.People(page))
}

// pageAddress gives the address of a page of the list, or nothing without a
// cursor.
func pageAddress(cursor, text string) string {
	if cursor == "" {
		return ""
	}
	to := "/people?cursor=" + web.QueryEscape(cursor)
	if text != "" {
		to += "&q=" + web.QueryEscape(text)
	}
	return to
}

func skillLinks(skills []string) []templates.Crumb {
	out := make([]templates.Crumb, len(skills))
	for i, s := range skills {
		out[i] = templates.Crumb{Text: s, URL: "/people?q=" + web.QueryEscape(s)}
	}
	return out
}

// profile is one person's page. Capital letters in the address lead to it.
func (f *Feature) profile(c *fiber.Ctx) error {
	ctx := c.UserContext()
	asked := c.Params("handle")
	handle := strings.ToLower(asked)
	if !models.ValidHandle(handle) {
		return fiber.ErrNotFound
	}
	p, err := f.store.PersonByHandle(ctx, handle)
	if err != nil {
		return err
	}
	if asked != p.Handle {
		return c.Redirect("/people/"+p.Handle, fiber.StatusMovedPermanently)
	}
	page := templates.ProfilePage{Name: p.Name, Handle: p.Handle, JobTitle: p.JobTitle, StaffGroup: p.StaffGroup, Organisation: p.OrgName,
		Years: p.YearsExperience, Bio: paragraphs(p.Bio), Roles: roleLabels(&p), Joined: p.CreatedAt, Demo: p.Demo}
	if p.Organisation != "" {
		page.OrganisationURL, page.OrganisationCode, page.Confirmed = "/organisations/"+p.Organisation, p.Organisation, p.WorksAt(p.Organisation)
	}
	if me := web.Person(c); me != nil {
		if page.Own = me.ID == p.ID; !page.Own {
			page.ReportURL = "/report/person/" + p.Handle
			if me.May(models.Moderate, models.Subject{}) {
				page.ModerateURL = "/moderation/act/person/" + p.ID
			}
		}
		page.MayConfirm = p.Organisation != "" && me.May(models.ConfirmColleague, models.Subject{Organisation: p.Organisation})
	}
	if err := f.addKnown(ctx, &page, &p, web.Person(c)); err != nil {
		return err
	}
	studies, err := f.store.CaseStudiesOf(ctx, p.ID, profileStudies+1)
	if err != nil {
		return err
	}
	if page.MoreCaseStudies = len(studies) > profileStudies; page.MoreCaseStudies {
		studies = studies[:profileStudies]
	}
	if page.CaseStudies, err = f.cardsUnder(c, studies); err != nil {
		return err
	}
	if page.Adopters, err = f.store.CountAdopters(ctx, p.ID); err != nil {
		return err
	}
	if page.Thanks, err = f.store.ThanksTo(ctx, p.ID, false, models.ThanksOnProfile); err != nil {
		return err
	}
	comments, err := f.store.CommentsByAuthor(ctx, p.ID, profileComments)
	if err != nil {
		return err
	}
	if page.Comments, err = f.commentLines(c, comments, false); err != nil {
		return err
	}
	shell := f.site.Shell(c, p.Name)
	shell.NoIndex = true // colleagues find colleagues here; search engines need not
	shell.Crumbs = []templates.Crumb{{Text: "People", URL: "/people"}}
	return f.site.Render(c, fiber.StatusOK, shell, templates.Profile(page))
}

// cardsUnder makes cards that stand below a heading of level 2.
func (f *Feature) cardsUnder(c *fiber.Ctx, items []models.Summary) ([]templates.ListCardProps, error) {
	cards, err := f.cards(c, items, "")
	for i := range cards {
		cards[i].Level = 3
	}
	return cards, err
}

// commentLines makes lines of comments, with the titles of what they are on
// read in one statement. Those on what cannot be read are left out.
func (f *Feature) commentLines(c *fiber.Ctx, comments []models.Comment, withAuthor bool) ([]templates.CommentLine, error) {
	var ids []string
	for _, m := range comments {
		if !slices.Contains(ids, m.CaseStudyID) {
			ids = append(ids, m.CaseStudyID)
		}
	}
	studies, err := f.store.SummariesByID(c.UserContext(), ids)
	if err != nil {
		return nil, err
	}
	var lines []templates.CommentLine
	for _, m := range comments {
		at := slices.IndexFunc(studies, func(s models.Summary) bool { return s.ID == m.CaseStudyID })
		if at < 0 {
			continue
		}
		line := templates.CommentLine{Kind: m.Kind.Label(), Text: models.Truncate(plain(m.HTML), shortComment), When: m.CreatedAt,
			On: studies[at].Title, URL: "/comments/" + m.ID}
		if withAuthor {
			line.Author = m.Author.Name
			if m.Author.Handle != "" {
				line.ByHref = "/people/" + m.Author.Handle
			}
		}
		lines = append(lines, line)
	}
	return lines, nil
}

// plain gives the words of a rendered comment.
func plain(rendered string) string {
	var b strings.Builder
	z := html.NewTokenizer(strings.NewReader(rendered))
	for {
		switch z.Next() {
		case html.ErrorToken:
			return strings.Join(strings.Fields(b.String()), " ")
		case html.TextToken:
			b.Write(z.Text())
		case html.StartTagToken, html.EndTagToken, html.SelfClosingTagToken:
			if name, _ := z.TagName(); !slices.Contains([]string{"a", "code", "del", "em", "strong"}, string(name)) {
				b.WriteByte(' ')
			}
		}
	}
}

// paragraphs cuts a text at its empty lines.
func paragraphs(text string) []string {
	var out []string
	for p := range strings.SplitSeq(text, "\n\n") {
		if p = strings.TrimSpace(p); p != "" {
			out = append(out, p)
		}
	}
	return out
}

// roleLabels names the roles that colleagues should know of.
func roleLabels(p *models.Person) []string {
	var out []string
	for _, g := range p.Grants {
		if g.Role != models.RoleMember {
			out = append(out, g.Label())
		}
	}
	return out
}
