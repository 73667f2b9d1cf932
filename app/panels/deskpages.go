package panels

import (
	"cmp"
	"context"
	"regexp"
	"slices"
	"strconv"
	"time"

	"github.com/a-h/templ"
	"github.com/gofiber/fiber/v2"

	"grassroots/app/web"
	"grassroots/models"
	"grassroots/models/judging"
	"grassroots/templates"
)

// desk is what a judge has to judge, and has done.
func (f *Feature) desk(c *fiber.Ctx, p *models.Person) error {
	ctx := web.SeeOwn(c)
	of, err := f.site.Campaign(ctx, p, c.Params("slug"))
	if err != nil {
		return err
	}
	member, err := f.store.Judge(ctx, of.ID, p.ID)
	if err != nil {
		return err
	}
	page := templates.DeskPage{Title: of.Title, URL: web.CampaignURL(&of) + "/judging", Accepted: member.Accepted, Answered: member.AnsweredAt != nil, Open: of.StageAt(f.site.Now()) == models.CampaignJudge}
	page.Closes, page.HasEnd = of.Ends(models.CampaignJudge)
	page.Opens, _ = of.Starts(models.CampaignJudge)
	if member.Accepted {
		if err := f.cardsOf(c, &of, p, &page); err != nil {
			return err
		}
	}
	return f.site.Render(c, fiber.StatusOK, f.site.CampaignShell(c, "Judging", &of), templates.Desk(page))
}

func (f *Feature) cardsOf(c *fiber.Ctx, of *models.Campaign, p *models.Person, page *templates.DeskPage) error {
	ctx := c.UserContext()
	rules, err := f.store.PanelRules(ctx, of.ID)
	if err != nil && models.KindOf(err) != models.NotFound {
		return err
	}
	page.Blind = rules.Blind
	cards, err := f.store.OwnCards(ctx, of.ID, p.ID)
	if err != nil {
		return err
	}
	entries, err := f.store.Contestants(ctx, of)
	if err != nil {
		return err
	}
	for _, e := range entries {
		i := slices.IndexFunc(cards, func(one judging.Card) bool { return one.CaseStudyID == e.CaseStudyID })
		if i < 0 {
			continue
		}
		l := templates.DeskLine{Title: e.Title, Organisation: cmp.Or(e.OrgName, e.Organisation), URL: page.URL + "/" + e.CaseStudyID, Begun: cards[i].ChangedAt != nil, Done: cards[i].SubmittedAt != nil}
		if rules.Blind {
			l.Title, l.Organisation = e.Hide(e.Title), ""
		}
		page.Lines = append(page.Lines, l)
		if l.Done {
			page.Done++
		}
	}
	return nil
}

func (f *Feature) answer(c *fiber.Ctx, p *models.Person) error {
	ctx := web.SeeOwn(c)
	of, err := f.site.Campaign(ctx, p, c.Params("slug"))
	if err != nil {
		return err
	}
	accept := web.Value(c, "accept") == "true"
	if err := f.store.AnswerJudging(ctx, of.ID, p.ID, accept); err != nil {
		return err
	}
	if accept {
		return f.site.Done(c, web.CampaignURL(&of)+"/judging", "You are on the panel. What you are to judge appears here.")
	}
	return f.site.Done(c, web.CampaignURL(&of), "You do not judge in this campaign.")
}

// cardPage is an entry with the scorecard of a judge.
func (f *Feature) cardPage(c *fiber.Ctx, p *models.Person) error {
	of, card, err := f.judged(web.SeeOwn(c), p, c.Params("slug"), c.Params("study"))
	if err != nil {
		return err
	}
	return f.showCard(c, fiber.StatusOK, &of, card, nil)
}

// links are taken out of what is judged blind, those to files too: they lead to who wrote
// it, and a PDF says in its metadata whose it is. Pictures stay, of which uploading
// removes the metadata.
var links = regexp.MustCompile(`<a class="gr-anchor"[^>]*>#</a>|</?a\b[^>]*>`)

func (f *Feature) showCard(c *fiber.Ctx, status int, of *models.Campaign, card judging.Card, errors []templates.FieldError) error {
	ctx := c.UserContext()
	rules, err := f.store.PanelRules(ctx, of.ID)
	if err != nil {
		return err
	}
	entries, err := f.store.Contestants(ctx, of)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(entries, func(e judging.Contestant) bool { return e.CaseStudyID == card.CaseStudyID })
	if i < 0 {
		return models.E(models.Gone, "This entry was withdrawn, so there is nothing to judge any more.")
	}
	e := entries[i]
	cs, err := f.asEntered(ctx, of, e.CaseStudyID)
	if err != nil {
		return err
	}
	e.Title, e.Summary = cs.Title, cs.Summary
	page := templates.CardPage{Campaign: of.Title, URL: web.CampaignURL(of) + "/judging/" + e.CaseStudyID, Title: e.Title, Summary: e.Summary, HTML: cs.HTML, Organisation: cmp.Or(e.OrgName, e.Organisation),
		Byline: e.Byline, FullURL: "/case-studies/" + e.Slug, Blind: rules.Blind, Open: of.StageAt(f.site.Now()) == models.CampaignJudge, Submitted: card.SubmittedAt != nil, Changed: card.ChangedAt,
		Note: card.Note, Feedback: card.Feedback, Version: card.Version, Errors: errors}
	if rules.Blind {
		page.Title, page.Summary, page.Organisation, page.Byline, page.FullURL = e.Hide(e.Title), e.Hide(e.Summary), "", "", ""
		page.HTML = links.ReplaceAllString(f.blind.Render(e.HideBody(cs.Body)).HTML, "")
	}
	if page.Answers, err = f.answersFor(ctx, of, &e, rules.Blind); err != nil {
		return err
	}
	for _, one := range of.Criteria {
		criterion := templates.CardCriterion{Name: "scores." + one.ID, Legend: one.Name, Weight: one.Weight}
		if n := card.Scores[one.ID]; n > 0 {
			criterion.Value = strconv.Itoa(n)
		}
		for n := 1; n <= models.CampaignScores; n++ {
			o := templates.Option{Value: strconv.Itoa(n), Text: strconv.Itoa(n)}
			if len(one.Anchors) >= n {
				o.Text += ": " + one.Anchors[n-1]
			}
			criterion.Options = append(criterion.Options, o)
		}
		page.Criteria = append(page.Criteria, criterion)
	}
	shell := f.site.CampaignShell(c, page.Title, of, templates.Crumb{Text: "Judging", URL: web.CampaignURL(of) + "/judging"})
	shell.Errors = errors
	return f.site.Render(c, status, shell, templates.Scorecard(page))
}

// asEntered gives a case study as it was entered: that is judged, while it lives on.
// Where it was not entered by itself it is judged as it is.
func (f *Feature) asEntered(ctx context.Context, of *models.Campaign, caseStudyID string) (models.CaseStudy, error) {
	cs, err := f.store.CaseStudy(ctx, caseStudyID)
	if err != nil {
		return cs, err
	}
	entry, err := f.store.EntryOf(ctx, of.ID, caseStudyID)
	if models.KindOf(err) == models.NotFound || err == nil && (entry.Revision == 0 || entry.Revision == cs.Revision) {
		return cs, nil
	}
	if err != nil {
		return cs, err
	}
	was, err := f.store.Revision(ctx, caseStudyID, entry.Revision)
	if err != nil {
		return cs, err
	}
	cs.Document, cs.HTML = was.Document, was.HTML
	return cs, nil
}

// saveCard keeps a scorecard, and with the other button has it count.
func (f *Feature) saveCard(c *fiber.Ctx, p *models.Person) error {
	ctx := web.SeeOwn(c)
	of, old, err := f.judged(ctx, p, c.Params("slug"), c.Params("study"))
	if err != nil {
		return err
	}
	card := old
	card.Note, card.Feedback, card.Scores = models.CleanText(web.Value(c, "note")), models.CleanText(web.Value(c, "feedback")), map[string]int{}
	for _, one := range of.Criteria {
		if value := web.Value(c, "scores."+one.ID); value != "" {
			n, err := strconv.Atoi(value)
			if err != nil {
				n = -1 // which no score is
			}
			card.Scores[one.ID] = n
		}
	}
	if card.Version, err = web.FormVersion(c, "version", 0); err != nil {
		return err
	}
	submit := web.Value(c, "submit") == "true"
	if web.WantsJSON(c) {
		return f.autosave(c, p, &of, &old, &card)
	}
	if err := f.Score(ctx, p, &of, &old, &card, submit); err != nil {
		web.ShowStopped(c, err)
		return web.Reshow(err, func(status int, errors []templates.FieldError) error {
			if now, err := f.store.OwnCard(ctx, of.ID, card.CaseStudyID, p.ID); err == nil {
				card.Version, card.SubmittedAt, card.ChangedAt = now.Version, now.SubmittedAt, now.ChangedAt
			}
			return f.showCard(c, status, &of, card, errors)
		})
	}
	if submit {
		return f.site.Done(c, web.CampaignURL(&of)+"/judging", "Your scorecard counts. You can change it until judging ends.")
	}
	return f.site.Done(c, web.CampaignURL(&of)+"/judging/"+card.CaseStudyID, "Your scorecard is saved.")
}

// autosave answers a script that saves while the judge types: the new version, or a
// problem.
func (f *Feature) autosave(c *fiber.Ctx, p *models.Person, of *models.Campaign, old, card *judging.Card) error {
	if err := f.Score(c.UserContext(), p, of, old, card, false); err != nil {
		return err
	}
	return c.JSON(struct {
		Version int    `json:"version"`
		SavedAt string `json:"saved_at"`
	}{card.Version, card.ChangedAt.UTC().Format(time.RFC3339)})
}

func (f *Feature) conflict(c *fiber.Ctx, p *models.Person) error {
	ctx := web.SeeOwn(c)
	of, card, err := f.judged(ctx, p, c.Params("slug"), c.Params("study"))
	if err == nil {
		err = f.Declare(ctx, p, &of, card.CaseStudyID)
	}
	if err != nil {
		return err
	}
	return f.site.Done(c, web.CampaignURL(&of)+"/judging", "The entry is taken from you, with what you said of it. Nobody need know more.")
}

// Link leads from the page of a campaign to what somebody has to do with its panel, and
// to its results.
func (f *Feature) Link(c *fiber.Ctx, of *models.Campaign) (templ.Component, error) {
	p, at := web.Person(c), web.CampaignURL(of)
	links := templates.PanelLinks{}
	if judging.ResultsOut(of, f.site.Now()) {
		links.ResultsURL = at + "/results"
	}
	if p.May(models.RunCampaign, models.Subject{}) {
		links.PanelURL = at + "/panel"
	}
	if p == nil {
		return templates.PanelLink(links), nil
	}
	member, err := f.store.Judge(c.UserContext(), of.ID, p.ID)
	if models.KindOf(err) == models.NotFound {
		return templates.PanelLink(links), nil
	}
	links.DeskURL, links.Asked = at+"/judging", member.AnsweredAt == nil
	return templates.PanelLink(links), err
}
