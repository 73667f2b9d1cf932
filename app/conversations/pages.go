package conversations

import (
	"context"
	"net/url"

	"github.com/a-h/templ"
	"github.com/gofiber/fiber/v2"

	"grassroots/app/web"
	"grassroots/models"
	"grassroots/templates"
)

const listURL = "/me/conversations"

func crumbs(more ...templates.Crumb) []templates.Crumb {
	return append([]templates.Crumb{{Text: "Your account", URL: "/me"}}, more...)
}

// askTeamPage is the form of a question to those who wrote a case study. It tells
// who is not signed in how to ask.
func (f *Feature) askTeamPage(c *fiber.Ctx) error {
	p := web.Person(c)
	cs, err := f.site.StandingCaseStudy(c.UserContext(), p, c.Params("slug"))
	if err != nil {
		return err
	}
	page := teamPage(cs)
	if p == nil {
		page.SignInURL = "/sign-in?next=" + web.QueryEscape(page.ActionURL)
		return f.showAsk(c, fiber.StatusOK, page)
	}
	if c.Query("kind") == string(models.AskVisit) {
		page.Kind = string(models.AskVisit)
	}
	ids, err := f.team(c.UserContext(), p, &cs)
	if err == nil {
		page.To, err = f.names(c.UserContext(), ids)
	}
	if models.KindOf(err) == models.Conflict {
		page.Why = web.Describe(err).Message
		err = nil
	}
	if err != nil {
		return err
	}
	return f.showAsk(c, fiber.StatusOK, page)
}

func teamPage(cs models.CaseStudy) templates.AskPage {
	back := "/case-studies/" + url.PathEscape(cs.Slug)
	return templates.AskPage{Heading: "Ask the team", About: cs.Title, AboutURL: back, ActionURL: back + "/ask", Kind: string(models.AskQuestion)}
}

func (f *Feature) names(ctx context.Context, ids []string) ([]string, error) {
	people, err := f.store.PeopleByIDs(ctx, ids)
	names := make([]string, len(people))
	for i, p := range people {
		names[i] = p.Name
	}
	return names, err
}

func (f *Feature) showAsk(c *fiber.Ctx, status int, page templates.AskPage) error {
	for _, k := range models.ConversationKinds() {
		page.Kinds = append(page.Kinds, templates.Option{Value: string(k), Text: k.Label()})
	}
	shell := f.site.Shell(c, page.Heading)
	shell.NoIndex, shell.Errors = true, page.Errors
	shell.Crumbs = []templates.Crumb{{Text: page.About, URL: page.AboutURL}}
	return f.site.Render(c, status, shell, templates.AskForm(page))
}

func (f *Feature) askTeam(c *fiber.Ctx, p *models.Person) error {
	ctx := c.UserContext()
	cs, err := f.site.StandingCaseStudy(ctx, p, c.Params("slug"))
	if err != nil {
		return err
	}
	ids, err := f.team(ctx, p, &cs)
	if err != nil {
		return err
	}
	page := teamPage(cs)
	page.Kind, page.Body = web.Value(c, "kind"), models.CleanText(web.Value(c, "body"))
	if page.To, err = f.names(ctx, ids); err != nil {
		return err
	}
	return f.begin(c, p, page, asking{kind: models.ConversationKind(page.Kind), study: &cs, asked: ids, body: page.Body})
}

// begin begins a conversation, or shows its form again.
func (f *Feature) begin(c *fiber.Ctx, p *models.Person, page templates.AskPage, a asking) error {
	id, err := f.ask(c.UserContext(), p, a)
	if err != nil {
		web.ShowStopped(c, err)
		return web.Reshow(err, func(status int, errors []templates.FieldError) error {
			page.Errors = errors
			return f.showAsk(c, status, page)
		})
	}
	f.site.PeopleChanged()
	return f.site.Done(c, listURL+"/"+id, "It is sent. You are told when somebody answers.")
}

func personPage(other models.Person) templates.AskPage {
	back := "/people/" + other.Handle
	return templates.AskPage{Heading: "Ask " + other.Name, About: other.Name, AboutURL: back, ActionURL: back + "/ask", Kind: string(models.AskQuestion), To: []string{other.Name}}
}

func (f *Feature) askPersonPage(c *fiber.Ctx, p *models.Person) error {
	other, err := f.expert(c.UserContext(), p, c.Params("handle"))
	if err != nil {
		return err
	}
	return f.showAsk(c, fiber.StatusOK, personPage(other))
}

func (f *Feature) askPerson(c *fiber.Ctx, p *models.Person) error {
	other, err := f.expert(c.UserContext(), p, c.Params("handle"))
	if err != nil {
		return err
	}
	page := personPage(other)
	page.Kind, page.Body = web.Value(c, "kind"), models.CleanText(web.Value(c, "body"))
	return f.begin(c, p, page, asking{kind: models.ConversationKind(page.Kind), asked: []string{other.ID}, body: page.Body})
}

// list is a person's conversations: first what waits for their answer.
func (f *Feature) list(c *fiber.Ctx, p *models.Person) error {
	ctx, before := web.SeeOwn(c), c.Query("cursor")
	if before != "" && !models.ValidID(before) {
		return models.E(models.BadRequest, "The place in this list is not one that we gave. Start again from its beginning.")
	}
	page := templates.ConversationsPage{First: before == ""}
	if page.First {
		waiting, err := f.store.WaitingConversations(ctx, p.ID, models.ConversationsWaiting)
		if err != nil {
			return err
		}
		for _, one := range waiting {
			page.Waiting = append(page.Waiting, f.line(&one, p.ID))
		}
	}
	all, more, err := f.store.Conversations(ctx, p.ID, before, models.ConversationsAPage)
	if err != nil {
		return err
	}
	for _, one := range all {
		page.Lines = append(page.Lines, f.line(&one, p.ID))
	}
	if more {
		page.NextURL = listURL + "?cursor=" + all[len(all)-1].ID
	}
	shell := f.site.Shell(c, "Conversations")
	shell.NoIndex, shell.Crumbs = true, crumbs()
	return f.site.Render(c, fiber.StatusOK, shell, templates.Conversations(page))
}

// line is a conversation in a list, as one of those in it sees it.
func (f *Feature) line(c *models.Conversation, me string) templates.ConversationLine {
	l := templates.ConversationLine{URL: listURL + "/" + c.ID, Title: title(c), Kind: c.Kind.Label(), When: c.LastAt, Unread: c.Unread, Overdue: c.Overdue(f.site.Now())}
	for _, m := range c.Members {
		if m.PersonID != me && m.Part != c.Part {
			l.With = append(l.With, m.Name)
		}
	}
	switch {
	case c.State == models.ConversationDeclined:
		l.State = "Declined"
	case c.State == models.ConversationAnswered:
		l.State = "Answered"
	case c.Part == models.PartAsked:
		l.State = "Waits for an answer from you or your team"
	default:
		l.State = "Waits for their answer"
	}
	return l
}

// title names a conversation.
func title(c *models.Conversation) string {
	switch {
	case c.Title != "":
		return c.Title
	case c.Part == models.PartAsker:
		return "What you asked"
	}
	return "A question to you"
}

func (f *Feature) show(c *fiber.Ctx, p *models.Person) error {
	one, err := f.get(web.SeeOwn(c), p, c.Params("id"))
	if err != nil {
		return err
	}
	if one.Unread {
		if err := f.store.ReadConversation(c.UserContext(), p.ID, one.ID); err != nil {
			return err
		}
		f.site.PeopleChanged()
	}
	return f.showConversation(c, fiber.StatusOK, p, &one, "", nil)
}

func (f *Feature) showConversation(c *fiber.Ctx, status int, p *models.Person, one *models.Conversation, body string, errors []templates.FieldError) error {
	page := templates.ConversationPage{ConversationLine: f.line(one, p.ID), Body: body, Errors: errors, MayDecline: one.Part == models.PartAsked && one.State == models.ConversationOpen,
		MayBlock: one.Part == models.PartAsked, Alone: len(one.Others(p.ID)) == 0, Asker: one.Asker().Name}
	if one.CaseStudyID != "" {
		page.AboutURL = "/case-studies/" + one.CaseStudyID
	}
	for _, m := range one.Members {
		member := templates.ConversationMember{Name: m.Name, JobTitle: m.JobTitle, Own: m.PersonID == p.ID, Left: m.Left}
		if m.Handle != "" {
			member.URL = "/people/" + m.Handle
		}
		page.Members = append(page.Members, member)
	}
	for _, m := range one.Messages {
		line := templates.ConversationMessage{ID: m.ID, Author: m.AuthorName, Own: m.AuthorID == p.ID, Body: m.Body, When: m.CreatedAt}
		if !line.Own && m.Body != "" {
			line.ReportURL = page.URL + "/report/" + m.ID
		}
		page.Messages = append(page.Messages, line)
	}
	shell := f.site.Shell(c, page.Title)
	shell.NoIndex, shell.Crumbs, shell.Errors = true, crumbs(templates.Crumb{Text: "Conversations", URL: listURL}), errors
	c.Set(fiber.HeaderCacheControl, "no-store")
	return f.site.Render(c, status, shell, templates.Conversation(page))
}

func (f *Feature) reply(c *fiber.Ctx, p *models.Person) error {
	id, body := c.Params("id"), models.CleanText(web.Value(c, "body"))
	if err := f.Reply(c.UserContext(), p, id, body); err != nil {
		web.ShowStopped(c, err)
		return web.Reshow(err, func(status int, errors []templates.FieldError) error {
			one, err := f.get(c.UserContext(), p, id)
			if err != nil {
				return err
			}
			return f.showConversation(c, status, p, &one, body, errors)
		})
	}
	f.site.PeopleChanged()
	return f.site.Done(c, listURL+"/"+id, "It is sent.")
}

func (f *Feature) decline(c *fiber.Ctx, p *models.Person) error {
	if err := f.Decline(c.UserContext(), p, c.Params("id")); err != nil {
		return err
	}
	f.site.PeopleChanged()
	return f.site.Done(c, listURL, "It is declined. They are told that you cannot help with this.")
}

func (f *Feature) block(c *fiber.Ctx, p *models.Person) error {
	if err := f.Block(c.UserContext(), p, c.Params("id")); err != nil {
		return err
	}
	return f.site.Done(c, listURL, "They cannot ask you any more, and you have left what they asked.")
}

func (f *Feature) reportPage(c *fiber.Ctx, p *models.Person) error {
	m, err := f.message(web.SeeOwn(c), p, c.Params("id"), c.Params("message"))
	if err != nil {
		return err
	}
	return f.showReport(c, fiber.StatusOK, templates.ReportMessagePage{Author: m.AuthorName, Quoted: m.Body, ActionURL: c.Path(), BackURL: listURL + "/" + m.ConversationID})
}

func (f *Feature) showReport(c *fiber.Ctx, status int, page templates.ReportMessagePage) error {
	for _, r := range models.ReportReasons() {
		page.Reasons = append(page.Reasons, templates.Option{Value: string(r), Text: r.Label()})
	}
	shell := f.site.Shell(c, "Report a message")
	shell.NoIndex, shell.Crumbs, shell.Errors = true, crumbs(templates.Crumb{Text: "Conversations", URL: listURL}), page.Errors
	return f.site.Render(c, status, shell, templates.ReportMessage(page))
}

func (f *Feature) report(c *fiber.Ctx, p *models.Person) error {
	ctx := c.UserContext()
	m, err := f.message(ctx, p, c.Params("id"), c.Params("message"))
	if err != nil {
		return err
	}
	page := templates.ReportMessagePage{Author: m.AuthorName, Quoted: m.Body, ActionURL: c.Path(), BackURL: listURL + "/" + m.ConversationID, Reason: web.Value(c, "reason"), Words: models.CleanText(web.Value(c, "words"))}
	if err := f.ReportMessage(ctx, p, m.ConversationID, m.ID, models.ReportReason(page.Reason), page.Words); err != nil {
		web.ShowStopped(c, err)
		return web.Reshow(err, func(status int, errors []templates.FieldError) error {
			page.Errors = errors
			return f.showReport(c, status, page)
		})
	}
	return f.site.Done(c, page.BackURL, "It is reported. The moderators see this message, and nothing else of the conversation.")
}

// Link makes the link by which those who wrote a case study are asked, to stand
// under it on its page; nothing where there is nobody to ask.
func (f *Feature) Link(c *fiber.Ctx, cs models.CaseStudy) (templ.Component, error) {
	if cs.Copy != nil || cs.Status == models.Withdrawn {
		return templ.NopComponent, nil
	}
	ids, err := f.store.TeamOf(c.UserContext(), cs.ID, "")
	if err != nil || len(ids) == 0 {
		return templ.NopComponent, err
	}
	return templates.AskLink("/case-studies/" + url.PathEscape(cs.Slug) + "/ask"), nil
}
