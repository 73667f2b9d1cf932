package campaigns

import (
	"cmp"
	"context"
	"net/url"
	"time"

	"github.com/gofiber/fiber/v2"

	"grassroots/app/web"
	"grassroots/models"
	"grassroots/models/judging"
	"grassroots/templates"
)

const (
	programmeURL = listURL + "/programme"
	// programmeMost is how many campaigns the programme shows.
	programmeMost = 200
	// calendarMonths is how many months its calendar shows, with the one that it is.
	calendarMonths = 6
	// oftenMost is how many of those who were invited too often it names.
	oftenMost = 50
)

// Programme is all campaigns as organisers see them together.
type Programme struct {
	Campaigns []models.Campaign // those that have not ended first
	Sums      map[string]judging.CampaignSums
	Needs     []judging.Need // what is due first comes first
	More      bool           // there are older ones beside these
	// Often are those who were invited models.InvitedOften times or more in the last
	// models.InvitedOftenDays days: those invited most often.
	Often []models.InvitedTooOften
}

// Programme gives all campaigns with what they have and what in them needs an organiser.
// However many there are, it takes four statements.
func (f *Feature) Programme(ctx context.Context, p *models.Person) (Programme, error) {
	var out Programme
	err := mayRun(p)
	if err != nil {
		return out, err
	}
	if out.Campaigns, out.More, err = f.store.ProgrammeCampaigns(ctx, programmeMost); err != nil {
		return out, err
	}
	ids := make([]string, len(out.Campaigns))
	for i, c := range out.Campaigns {
		ids[i] = c.ID
	}
	if out.Sums, err = f.store.CampaignSums(ctx, ids); err != nil {
		return out, err
	}
	now := f.site.Now()
	for i := range out.Campaigns {
		c := &out.Campaigns[i]
		out.Needs = append(out.Needs, judging.Needs(c, out.Sums[c.ID], now)...)
	}
	judging.SortNeeds(out.Needs)
	out.Often, err = f.store.InvitedTooOften(ctx, now.AddDate(0, 0, -models.InvitedOftenDays), models.InvitedOften-1, oftenMost)
	return out, err
}

func (f *Feature) programme(c *fiber.Ctx, p *models.Person) error {
	all, err := f.Programme(web.SeeOwn(c), p)
	if err != nil {
		return err
	}
	now := f.site.Now()
	page := templates.ProgrammePage{CalendarURL: calendarURL, More: all.More, Months: months(all.Campaigns, now)}
	for _, one := range all.Often {
		l := templates.OftenLine{Name: one.Name, URL: "/people/" + one.Handle, Times: one.Times}
		if one.Organisation != "" {
			l.Name, l.URL = cmp.Or(one.OrgName, one.Organisation), "/organisations/"+url.PathEscape(one.Organisation)
		}
		page.Often = append(page.Often, l)
	}
	for _, n := range all.Needs {
		page.Needs = append(page.Needs, needLine(n, now))
	}
	for _, stage := range append([]models.CampaignStage{models.CampaignDraft, models.CampaignComing}, models.CampaignStages()...) {
		group := templates.ProgrammeGroup{Stage: stage}
		for i := range all.Campaigns {
			if one := &all.Campaigns[i]; one.StageAt(now) == stage {
				group.Lines = append(group.Lines, programmeLine(one, all.Sums[one.ID], now))
			}
		}
		if len(group.Lines) > 0 {
			page.Groups = append(page.Groups, group)
		}
	}
	return f.site.Render(c, fiber.StatusOK, f.site.CampaignShell(c, "Programme", nil), templates.Programme(page))
}

// needLine is what needs an organiser, with where it is done.
func needLine(n judging.Need, now time.Time) templates.NeedLine {
	l := templates.NeedLine{Kind: string(n.Kind), Title: n.Campaign.Title, By: n.By, Past: !n.By.After(now), N: n.N, Of: n.Of}
	if n.Kind != judging.NeedLetIn && !l.Past {
		l.Left = n.By.Sub(now)
	}
	if n.Kind == judging.NeedShort {
		l.Begun = n.Campaign.StageAt(now) == models.CampaignJudge
	}
	if n.Kind == judging.NeedPanel {
		starts, _ := n.Campaign.Starts(models.CampaignJudge)
		l.Begun = !starts.After(now)
	}
	where := map[judging.NeedKind]string{judging.NeedLetIn: "/entries", judging.NeedShort: "/shortlist", judging.NeedPanel: "/panel", judging.NeedGive: "/panel", judging.NeedScores: "/panel", judging.NeedDecide: "/moderation"}
	l.URL = web.CampaignURL(n.Campaign) + where[n.Kind]
	return l
}

func programmeLine(c *models.Campaign, s judging.CampaignSums, now time.Time) templates.ProgrammeLine {
	l := templates.ProgrammeLine{Title: c.Title, URL: web.CampaignURL(c), Entries: s.Entries, Drafts: s.Drafts, Late: s.Late, Asked: s.Asked, Accepted: s.Accepted, Given: s.Given, Done: s.Done,
		Votes: s.Votes, HasVote: s.Ballot.Rule != "", ShowsVotes: s.ShowsVotes(c, now)}
	_, l.Judged = c.Starts(models.CampaignJudge)
	for _, step := range c.Steps {
		if step.Starts.After(now) {
			l.Next, l.NextStarts = step.Stage, step.Starts
			break
		}
	}
	return l
}

// months is what begins in the months to come, by the clock in London.
func months(list []models.Campaign, now time.Time) []templates.ProgrammeMonth {
	local := now.In(templates.London())
	first := time.Date(local.Year(), local.Month(), 1, 0, 0, 0, 0, local.Location())
	out := make([]templates.ProgrammeMonth, 0, calendarMonths)
	for m := range calendarMonths {
		from, to := first.AddDate(0, m, 0), first.AddDate(0, m+1, 0)
		month := templates.ProgrammeMonth{First: from}
		for i := range list {
			c := &list[i]
			for _, step := range c.Steps {
				if !step.Starts.Before(from) && step.Starts.Before(to) && step.Starts.After(now) {
					month.Days = append(month.Days, templates.ProgrammeDay{Title: c.Title, URL: web.CampaignURL(c), Stage: step.Stage, Starts: step.Starts, Draft: c.PublishedAt == nil})
				}
			}
		}
		templates.SortDays(month.Days)
		if len(month.Days) > 0 {
			out = append(out, month)
		}
	}
	return out
}
