package panels

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"grassroots/app/web"
	"grassroots/models"
	"grassroots/models/judging"
	"grassroots/templates"
)

// figure writes a score as it is shown.
func figure(x float64) string { return strconv.FormatFloat(x, 'f', 1, 64) }

func placeText(p judging.Place) string {
	out := strconv.Itoa(p.Place)
	if p.Tied {
		out += " (shared)"
	}
	if p.Broken > 0 {
		out += " (tie parted)"
	}
	return out
}

// meeting is what a moderation meeting looks at: entries by disagreement, raw and
// normalised side by side.
func (f *Feature) meeting(c *fiber.Ctx, p *models.Person) error {
	ctx := web.SeeOwn(c)
	of, err := f.site.RunCampaign(ctx, p, c.Params("slug"))
	if err != nil {
		return err
	}
	rules, err := f.store.PanelRules(ctx, of.ID)
	if err != nil && models.KindOf(err) != models.NotFound {
		return err
	}
	m, cards, err := f.meet(ctx, &of, rules.Tie)
	if err != nil {
		return err
	}
	entries, err := f.store.Contestants(ctx, &of)
	if err != nil {
		return err
	}
	decisions, err := f.store.EntryDecisions(ctx, of.ID)
	if err != nil {
		return err
	}
	page := templates.MeetingPage{Title: of.Title, PanelURL: web.CampaignURL(&of) + "/panel", ResultsURL: web.CampaignURL(&of) + "/results", Cards: m.Cards, HasAlpha: m.HasAlpha, Alpha: fmt.Sprintf("%.3f", m.Alpha),
		AlphaWords: alphaWords(m), Groups: m.Groups, Tie: string(rules.Tie), Mean: figure(m.Panel.Mean), SD: figure(m.Panel.SD), Entries: len(entries)}
	for _, s := range m.Standings {
		i := slices.IndexFunc(entries, func(e judging.Contestant) bool { return e.CaseStudyID == s.CaseStudyID })
		if i < 0 {
			continue // withdrawn since
		}
		l := templates.StandingLine{Title: entries[i].Title, Organisation: cmp.Or(entries[i].OrgName, entries[i].Organisation), URL: web.CampaignURL(&of) + "/moderation/" + s.CaseStudyID, N: s.Raw.N, Mean: figure(s.Raw.Mean),
			Low: figure(s.Raw.Low), High: figure(s.Raw.High), SD: figure(s.Raw.SD), Normalised: figure(s.Normalised), Adjusted: figure(s.Adjusted), Place: placeText(s.Place), PlaceNorm: placeText(s.PlaceNorm)}
		for _, d := range decisions {
			if d.CaseStudyID == s.CaseStudyID {
				l.Outcome = d.Outcome.Label()
			}
		}
		page.Lines = append(page.Lines, l)
	}
	if page.Judges, err = f.benches(c, &of, m); err != nil {
		return err
	}
	for _, e := range entries {
		if !slices.ContainsFunc(cards, func(one judging.Card) bool { return one.CaseStudyID == e.CaseStudyID }) {
			page.Unjudged = append(page.Unjudged, templates.Crumb{Text: e.Title, URL: web.CampaignURL(&of) + "/moderation/" + e.CaseStudyID})
		}
	}
	shell := f.site.CampaignShell(c, "Moderation meeting", &of)
	shell.Wide = true
	return f.site.Render(c, fiber.StatusOK, shell, templates.Meeting(page))
}

func (f *Feature) benches(c *fiber.Ctx, of *models.Campaign, m judging.Meeting) (out []templates.BenchLine, err error) {
	members, err := f.store.Judges(c.UserContext(), of.ID)
	if err != nil {
		return nil, err
	}
	for _, b := range m.Judges {
		l := templates.BenchLine{Name: "Somebody who has left the panel", N: b.Own.N, Mean: figure(b.Own.Mean), SD: figure(b.Own.SD), Severity: fmt.Sprintf("%+.1f", b.Severity)}
		for _, member := range members {
			if member.PersonID == b.PersonID {
				l.Name = member.Name
			}
		}
		out = append(out, l)
	}
	return out, nil
}

func alphaWords(m judging.Meeting) string {
	if !m.HasAlpha {
		return "How far judges agree cannot be said yet: no entry has two scores, or all scores are the same."
	}
	switch judging.Words(m.Alpha) {
	case judging.AgreeWell:
		return "The judges agree well: the order of the entries can be relied on."
	case judging.AgreeSomehow:
		return "The judges agree somewhat: take the order of the entries for a first one, and talk about those that lie close together."
	case judging.AgreeLittle:
		return "The judges agree little: do not decide by the scores alone. Talk about what each criterion means, and about the entries below."
	}
	return "The judges agree no more than by chance: the scores say nothing of the order of the entries."
}

// decisionPage is one entry with all that judges said of it, and what becomes of it.
func (f *Feature) decisionPage(c *fiber.Ctx, p *models.Person) error {
	of, e, err := f.entryOf(c, p)
	if err != nil {
		return err
	}
	d, err := f.decisionOf(c, &of, e.CaseStudyID)
	if err != nil {
		return err
	}
	return f.showDecision(c, fiber.StatusOK, &of, e, d, nil)
}

// entryOf gives the campaign and the entry of an address, to who runs campaigns.
func (f *Feature) entryOf(c *fiber.Ctx, p *models.Person) (models.Campaign, *judging.Contestant, error) {
	ctx := web.SeeOwn(c)
	of, err := f.site.RunCampaign(ctx, p, c.Params("slug"))
	if err != nil {
		return of, nil, err
	}
	entries, err := f.store.Contestants(ctx, &of)
	if err != nil {
		return of, nil, err
	}
	for i := range entries {
		if entries[i].CaseStudyID == c.Params("study") {
			return of, &entries[i], nil
		}
	}
	return of, nil, models.E(models.NotFound, "That is no entry of this campaign, or not any more.")
}

func (f *Feature) decisionOf(c *fiber.Ctx, of *models.Campaign, id string) (judging.Decision, error) {
	list, err := f.store.EntryDecisions(c.UserContext(), of.ID)
	for _, d := range list {
		if d.CaseStudyID == id {
			return d, err
		}
	}
	return judging.Decision{CampaignID: of.ID, CaseStudyID: id}, err
}

func (f *Feature) showDecision(c *fiber.Ctx, status int, of *models.Campaign, e *judging.Contestant, d judging.Decision, errors []templates.FieldError) error {
	ctx := c.UserContext()
	page := templates.EntryDecisionPage{Title: e.Title, StudyURL: "/case-studies/" + e.Slug, URL: web.CampaignURL(of) + "/moderation/" + e.CaseStudyID, Outcome: string(d.Outcome), Reasoning: d.Reasoning, Version: d.Version, By: d.ByName, At: d.DecidedAt,
		Fixed: judging.ResultsOut(of, f.site.Now()), Errors: errors}
	cards, err := f.store.CountingCards(ctx, of.ID)
	if err != nil {
		return err
	}
	members, err := f.store.Judges(ctx, of.ID)
	if err != nil {
		return err
	}
	page.Columns = []string{"Judge"}
	for _, one := range of.Criteria {
		page.Columns = append(page.Columns, one.Name)
	}
	page.Columns = append(page.Columns, "Of 100")
	for i := range cards {
		if cards[i].CaseStudyID != e.CaseStudyID {
			continue
		}
		row := templates.CardRow{Judge: "Somebody who has left the panel", Feedback: cards[i].Feedback}
		for _, m := range members {
			if m.PersonID == cards[i].PersonID {
				row.Judge = m.Name
			}
		}
		for _, one := range of.Criteria {
			row.Scores = append(row.Scores, strconv.Itoa(cards[i].Scores[one.ID]))
		}
		worth, _ := cards[i].Worth(of.Criteria)
		row.Scores = append(row.Scores, figure(worth.Score))
		page.Rows = append(page.Rows, row)
	}
	shell := f.site.CampaignShell(c, e.Title, of, templates.Crumb{Text: "Moderation meeting", URL: web.CampaignURL(of) + "/moderation"})
	shell.Errors = errors
	return f.site.Render(c, status, shell, templates.DecideEntry(page))
}

func (f *Feature) decide(c *fiber.Ctx, p *models.Person) error {
	of, e, err := f.entryOf(c, p)
	if err != nil {
		return err
	}
	old, err := f.decisionOf(c, &of, e.CaseStudyID)
	if err != nil {
		return err
	}
	d := judging.Decision{CaseStudyID: e.CaseStudyID, Outcome: judging.Outcome(web.Value(c, "outcome")), Reasoning: models.CleanText(web.Value(c, "reasoning"))}
	if d.Version, err = web.FormVersion(c, "version", 0); err != nil {
		return err
	}
	if err := f.Decide(web.SeeOwn(c), p, &of, &d, old.Reasoning); err != nil {
		web.ShowStopped(c, err)
		return web.Reshow(err, func(status int, errors []templates.FieldError) error {
			return f.showDecision(c, status, &of, e, d, errors)
		})
	}
	return f.site.Done(c, web.CampaignURL(&of)+"/moderation", "The decision is saved. Everybody reads it with the results.")
}

// results is who won and why, from the stage of the results on; before, nobody but
// organisers sees it. Who entered reads here what the judges wrote to them.
func (f *Feature) results(c *fiber.Ctx) error {
	p := web.Person(c)
	ctx := c.UserContext()
	of, err := f.site.Campaign(ctx, p, c.Params("slug"))
	if err != nil {
		return err
	}
	page := templates.ResultsPage{Title: of.Title, Out: judging.ResultsOut(&of, f.site.Now())}
	page.OutAt, page.Dated = of.Starts(models.CampaignResults)
	organiser := p.May(models.RunCampaign, models.Subject{})
	if page.Out || organiser {
		if err := f.resultsOf(c, p, &of, &page); err != nil {
			return err
		}
		if f.Below != nil {
			if page.Below, err = f.Below(c, &of); err != nil {
				return err
			}
		}
	}
	return f.site.Render(c, fiber.StatusOK, f.site.CampaignShell(c, "Results", &of), templates.Results(page))
}

func (f *Feature) resultsOf(c *fiber.Ctx, p *models.Person, of *models.Campaign, page *templates.ResultsPage) error {
	ctx := c.UserContext()
	page.Shown = true
	entries, err := f.store.Contestants(ctx, of)
	if err != nil {
		return err
	}
	decisions, err := f.store.EntryDecisions(ctx, of.ID)
	if err != nil {
		return err
	}
	cards, err := f.store.CountingCards(ctx, of.ID)
	if err != nil {
		return err
	}
	shortlist, err := f.store.Shortlist(ctx, of.ID)
	if err != nil {
		return err
	}
	var scores []judging.Score
	for i := range cards {
		if worth, ok := cards[i].Worth(of.Criteria); ok {
			scores = append(scores, judging.Score{Entry: cards[i].CaseStudyID, Judge: cards[i].PersonID, Value: worth.Score})
		}
	}
	spreads := judging.Spreads(scores)
	for _, outcome := range judging.Outcomes() {
		for _, d := range decisions {
			i := slices.IndexFunc(entries, func(e judging.Contestant) bool { return e.CaseStudyID == d.CaseStudyID })
			if d.Outcome != outcome || i < 0 {
				continue
			}
			l := templates.ResultLine{Title: entries[i].Title, URL: "/case-studies/" + entries[i].Slug, Organisation: cmp.Or(entries[i].OrgName, entries[i].Organisation), Outcome: d.Outcome.Label(), Winner: outcome == judging.Winner, Reasoning: d.Reasoning}
			if s, ok := spreads[d.CaseStudyID]; ok {
				l.N, l.Mean, l.Low, l.High = s.N, figure(s.Mean), figure(s.Low), figure(s.High)
			}
			page.Lines = append(page.Lines, l)
		}
	}
	page.Own = ownFeedback(p, page.Out, entries, cards, shortlist)
	return nil
}

// ownFeedback is what somebody who entered reads with the results: whether it was
// shortlisted and why, and what judges wrote.
func ownFeedback(p *models.Person, out bool, entries []judging.Contestant, cards []judging.Card, shortlist []judging.Shortlisting) (list []templates.OwnFeedback) {
	for _, e := range entries {
		if p == nil || !out || !e.IsOwn(p.ID) {
			continue
		}
		own := templates.OwnFeedback{Title: e.Title}
		for _, s := range shortlist {
			if s.CaseStudyID == e.CaseStudyID {
				own.Listed, own.Shortlisted, own.Reason = true, s.Chosen, s.Reason
			}
		}
		for _, card := range cards {
			if card.CaseStudyID == e.CaseStudyID {
				own.Feedback = append(own.Feedback, card.Feedback)
			}
		}
		slices.Sort(own.Feedback) // and not in an order that tells who wrote which
		list = append(list, own)
	}
	return list
}
