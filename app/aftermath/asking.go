package aftermath

import (
	"context"
	"maps"
	"slices"
	"time"

	"grassroots/app/mail"
	"grassroots/app/web"
	"grassroots/models"
	"grassroots/models/aftermath"
	"grassroots/models/judging"
	"grassroots/templates"
)

const (
	// askEvery is how often it is looked whether something is to be asked.
	askEvery = time.Hour
	// remindAtOnce is how many are reminded at a time.
	remindAtOnce = 50
)

// ask is the job that asks what became of entries, and reminds.
type ask struct{}

// Kind implements jobs.Args.
func (ask) Kind() string { return "aftermath.ask" }

// Ask asks those whose entries won or were commended what became of them, once for each of
// the months, and reminds those once who have not answered.
func (f *Feature) Ask(ctx context.Context) error {
	now, zone := f.site.Now(), templates.London()
	campaigns, err := f.store.FollowedCampaigns(ctx, now.AddDate(0, -15, 0), now.AddDate(0, -2, 0))
	if err != nil {
		return err
	}
	for i := range campaigns {
		of := &campaigns[i]
		results, _ := of.Starts(models.CampaignResults)
		for _, months := range aftermath.DueMonths(results, now, zone) {
			if err := f.askOf(ctx, of, months); err != nil {
				return err
			}
		}
	}
	silent, err := f.store.SilentFollowUps(ctx, now.Add(-aftermath.RemindedAfter), remindAtOnce)
	if err != nil {
		return err
	}
	for i := range silent {
		if err := f.remind(ctx, &silent[i]); err != nil {
			return err
		}
	}
	return nil
}

// chosenOf gives the entries of a campaign that won or were commended.
func (f *Feature) chosenOf(ctx context.Context, of *models.Campaign) ([]judging.Contestant, error) {
	entries, err := f.store.Contestants(ctx, of)
	if err != nil {
		return nil, err
	}
	decisions, err := f.store.EntryDecisions(ctx, of.ID)
	return slices.DeleteFunc(entries, func(e judging.Contestant) bool {
		return !slices.ContainsFunc(decisions, func(d judging.Decision) bool {
			return d.CaseStudyID == e.CaseStudyID && (d.Outcome == judging.Winner || d.Outcome == judging.Commended)
		})
	}), err
}

func (f *Feature) askOf(ctx context.Context, of *models.Campaign, months int) error {
	entries, err := f.chosenOf(ctx, of)
	if err != nil {
		return err
	}
	for i := range entries {
		e := &entries[i]
		err := f.store.Tx(ctx, func(ctx context.Context) error {
			token := web.NewSecret()
			q := aftermath.FollowUp{CampaignID: of.ID, CaseStudyID: e.CaseStudyID, Months: months}
			asked, err := f.store.AskFollowUp(ctx, &q, token)
			if err != nil || !asked {
				return err
			}
			q.Title = e.Title
			return f.tell(ctx, of, &q, e.Team, token, "What became of your entry?")
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func (f *Feature) remind(ctx context.Context, q *aftermath.FollowUp) error {
	of, err := f.store.Campaign(ctx, q.CampaignID)
	if err != nil {
		return err
	}
	entries, err := f.store.Contestants(ctx, &of)
	if err != nil {
		return err
	}
	var team []string
	for _, e := range entries {
		if e.CaseStudyID == q.CaseStudyID {
			team = e.Team
		}
	}
	return f.store.Tx(ctx, func(ctx context.Context) error {
		token := web.NewSecret()
		due, err := f.store.RemindFollowUp(ctx, q.ID, token)
		if err != nil || !due {
			return err
		}
		return f.tell(ctx, &of, q, team, token, "A reminder: what became of your entry?")
	})
}

// tell has the team of an entry told in the site, and writes those who want e-mail about
// campaigns the one with the link.
func (f *Feature) tell(ctx context.Context, of *models.Campaign, q *aftermath.FollowUp, team []string, token, subject string) error {
	addresses, err := f.store.TeamEmails(ctx, team)
	if err != nil {
		return err
	}
	people := slices.Sorted(maps.Keys(addresses))
	if f.TellFollowUp != nil && len(people) > 0 {
		if err := f.TellFollowUp(ctx, *of, q.ID, q.RemindedAt != nil || subject != "What became of your entry?", people); err != nil {
			return err
		}
	}
	if f.Mail == nil {
		return nil
	}
	wanted, err := f.store.MailedOfCampaigns(ctx, people)
	if err != nil {
		return err
	}
	for _, id := range people {
		if !wanted[id] { // they are told in the site, or as they chose not at all
			continue
		}
		err := f.Mail.Send(ctx, mail.Message{To: addresses[id], Subject: subject, SecretUntil: q.ExpiresAt,
			Text: "Your entry to a campaign was a winner or commended. Is it still used, where, and what came of it?\n\n" + of.Title + "\n\n" + q.Title + "\n\n" +
				"Answer here in two minutes, without signing in:\n\n" + f.site.URL("/follow-up/"+token) + "\n\n" +
				"The link is for this question alone, and for 90 days. Whoever has it can answer, so pass it on only to who knows. Everybody reads the answer with the results of the campaign.\n"})
		if err != nil {
			return err
		}
	}
	return nil
}
