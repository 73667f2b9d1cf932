package ballots

import (
	"strconv"

	"github.com/gofiber/fiber/v2"

	"grassroots/app/web"
	"grassroots/models"
	"grassroots/models/judging"
	"grassroots/templates"
)

// rulesPage is where organisers say how people vote.
func (f *Feature) rulesPage(c *fiber.Ctx, p *models.Person) error {
	of, err := f.site.RunCampaign(web.SeeOwn(c), p, c.Params("slug"))
	if err != nil {
		return err
	}
	b, err := f.store.Ballot(c.UserContext(), of.ID)
	if models.KindOf(err) == models.NotFound {
		b, err = judging.Ballot{Counts: judging.CountsAfter}, nil
	}
	if err != nil {
		return err
	}
	have := ""
	if b.Have > 0 {
		have = strconv.Itoa(b.Have)
	}
	return f.showRules(c, fiber.StatusOK, &of, b, have, nil)
}

func (f *Feature) showRules(c *fiber.Ctx, status int, of *models.Campaign, b judging.Ballot, have string, errors []templates.FieldError) error {
	page := templates.BallotForm{Title: of.Title, URL: web.CampaignURL(of) + "/ballot", BackURL: web.CampaignURL(of), Rule: string(b.Rule), Have: have, Secret: b.Secret, Counts: string(b.Counts), Stage: string(b.Stage),
		Version: b.Version, Begun: b.Version > 0 && b.Begun(of, f.site.Now()), Errors: errors}
	for _, stage := range judging.VotingStages() {
		if _, has := of.Starts(stage); has {
			page.Stages = append(page.Stages, templates.Option{Value: string(stage), Text: stage.Label()})
		}
	}
	shell := f.site.CampaignShell(c, "How people vote", of)
	shell.Errors = errors
	return f.site.Render(c, status, shell, templates.BallotRules(page))
}

func (f *Feature) saveRules(c *fiber.Ctx, p *models.Person) error {
	have := web.Value(c, "have")
	b := judging.Ballot{Rule: judging.Rule(web.Value(c, "rule")), Secret: web.Value(c, "secret") == "true", Counts: judging.Counts(web.Value(c, "counts")), Stage: models.CampaignStage(web.Value(c, "stage"))}
	b.Have, _ = strconv.Atoi(have) // 0, which no rule that needs it takes, for what is no number
	b.Version, _ = strconv.Atoi(web.Value(c, "version"))
	if !web.HasField(c, "rule") {
		return models.E(models.BadRequest, "This form does not say how people vote. Go back, reload the page and try again.")
	}
	of, err := f.SaveRules(web.SeeOwn(c), p, c.Params("slug"), &b)
	if err == nil {
		return f.site.Done(c, web.CampaignURL(&of)+"/ballot", "How people vote is saved.")
	}
	return web.Reshow(err, func(status int, errors []templates.FieldError) error {
		return f.showRules(c, status, &of, b, have, errors)
	})
}

// signsPage lists what in the votes an organiser should look at.
func (f *Feature) signsPage(c *fiber.Ctx, p *models.Person) error {
	ctx := web.SeeOwn(c)
	of, err := f.site.RunCampaign(ctx, p, c.Params("slug"))
	if err != nil {
		return err
	}
	s, err := f.read(ctx, p, of.ID)
	if err != nil {
		return err
	}
	page := templates.SignsPage{Title: of.Title, BackURL: web.CampaignURL(&of) + "/vote", Secret: s.ballot.Secret, Pairs: s.ballot.Rule == judging.Pairwise}
	if page.Turnout, err = f.store.Turnout(ctx, of.ID); err != nil {
		return err
	}
	if !page.Secret && !page.Pairs {
		if page.Lines, err = f.signs(c, s); err != nil {
			return err
		}
	}
	return f.site.Render(c, fiber.StatusOK, f.site.CampaignShell(c, "Signs in the votes", &of), templates.Signs(page))
}

func (f *Feature) signs(c *fiber.Ctx, s *state) ([]templates.SignLine, error) {
	casts, err := f.store.Casts(c.UserContext(), s.campaign.ID)
	if err != nil {
		return nil, err
	}
	teams := map[string][]string{}
	for _, e := range s.entries {
		teams[e.CaseStudyID] = e.Team
	}
	opened, _ := s.campaign.Starts(models.CampaignOpen)
	var out []templates.SignLine
	for _, sign := range judging.Signs(casts, teams, opened) {
		l := templates.SignLine{Kind: string(sign.Kind), N: len(sign.Voters), Of: sign.Of, Organisation: sign.Organisation, From: sign.From, To: sign.To}
		for _, id := range sign.Entries {
			l.Entries = append(l.Entries, lineOf(s, id))
		}
		out = append(out, l)
	}
	return out, nil
}
