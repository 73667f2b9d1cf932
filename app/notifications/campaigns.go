package notifications

import (
	"context"
	"strconv"
	"strings"

	"grassroots/models"
	"grassroots/models/store"
)

// What of a campaign somebody is told beside its stages.
const (
	campaignJudge     = "asked-to-judge"
	campaignExtended  = "extended"
	campaignEntered   = "entered"
	campaignWithdrawn = "withdrawn"
	campaignLate      = "let-in"
	campaignKeptOut   = "kept-out"
	campaignRemind    = "remind"
	campaignFollow    = "became"
	campaignScore     = "score"
)

// CampaignEntry has somebody told what became of their entry to a campaign, in the
// transaction in which it did: that it was received, withdrawn or let in. version tells
// one time from another.
func (f *Feature) CampaignEntry(ctx context.Context, c models.Campaign, e models.CampaignEntry, what string, people []string) error {
	f.store.AfterCommit(ctx, f.site.PeopleChanged)
	return f.store.Notify(ctx, models.Notification{Event: "campaign-entry:" + e.ID + ":" + what + ":" + strconv.Itoa(e.Version), Reason: models.NotifyCampaign, ActorID: c.OwnerID, Detail: c.ID + ":" + what}, toldOf(people))
}

// CampaignDrafts has people reminded, in the transaction that notes it, that they have a
// draft for a campaign that closes soon.
func (f *Feature) CampaignDrafts(ctx context.Context, c models.Campaign, people []string) error {
	f.store.AfterCommit(ctx, f.site.PeopleChanged)
	return f.store.Notify(ctx, models.Notification{Event: "campaign:" + c.ID + ":" + campaignRemind, Reason: models.NotifyCampaign, ActorID: c.OwnerID, Detail: c.ID + ":" + campaignRemind}, toldOf(people))
}

// CampaignJudges has judges reminded, in the transaction that notes it, that entries wait
// for their scores.
func (f *Feature) CampaignJudges(ctx context.Context, c models.Campaign, people []string) error {
	f.store.AfterCommit(ctx, f.site.PeopleChanged)
	return f.store.Notify(ctx, models.Notification{Event: "campaign:" + c.ID + ":" + campaignScore, Reason: models.NotifyCampaign, ActorID: c.OwnerID, Detail: c.ID + ":" + campaignScore}, toldOf(people))
}

// CampaignFollowUp has people told, in the transaction that notes it, that they are asked
// what became of an entry, or are reminded of it: in the site alone, since an e-mail with a
// link of their own goes to them beside it.
func (f *Feature) CampaignFollowUp(ctx context.Context, c models.Campaign, question string, again bool, people []string) error {
	f.store.AfterCommit(ctx, f.site.PeopleChanged)
	told := toldOf(people)
	for i := range told {
		told[i].Through = []store.Through{{Delivery: models.InSite}}
	}
	return f.store.Notify(ctx, models.Notification{Event: "campaign-follow-up:" + question + ":" + strconv.FormatBool(again), Reason: models.NotifyCampaign, ActorID: c.OwnerID, Detail: c.ID + ":" + campaignFollow}, told)
}

// tellCampaign is the job that tells those who follow a campaign, or entered it, of
// something.
type tellCampaign struct {
	Campaign string `json:"campaign"`
	What     string `json:"what"`
	Event    string `json:"event"`
}

// Kind implements jobs.Args.
func (tellCampaign) Kind() string { return "notifications.campaign" }

// CampaignMoved has those who follow a campaign, or entered it, told that a stage of it
// has begun, in the transaction that notes that.
func (f *Feature) CampaignMoved(ctx context.Context, c models.Campaign, stage models.CampaignStage) error {
	return f.queue.Enqueue(ctx, tellCampaign{c.ID, string(stage), "campaign:" + c.ID + ":" + string(stage)})
}

// CampaignExtended has them told that a stage lasts longer, in the transaction in which
// that was decided.
func (f *Feature) CampaignExtended(ctx context.Context, c models.Campaign, e models.CampaignExtension) error {
	return f.queue.Enqueue(ctx, tellCampaign{c.ID, campaignExtended, "campaign:" + c.ID + ":" + campaignExtended + ":" + strconv.FormatInt(e.Now.Unix(), 10)})
}

// tellOfCampaign tells them page by page. Run again it tells nobody twice.
func (f *Feature) tellOfCampaign(ctx context.Context, t tellCampaign) error {
	c, err := f.store.Campaign(ctx, t.Campaign)
	if models.KindOf(err) == models.NotFound {
		return nil
	}
	if err != nil {
		return err
	}
	n := models.Notification{Event: t.Event, Reason: models.NotifyCampaign, ActorID: c.OwnerID, Detail: c.ID + ":" + t.What}
	for after := ""; ; {
		people, err := f.store.CampaignAudience(ctx, c.ID, after, atOnce)
		if err != nil || len(people) == 0 {
			return err
		}
		if err := f.store.Notify(ctx, n, people); err != nil {
			return err
		}
		f.site.PeopleChanged()
		after = people[len(people)-1].PersonID
	}
}

// AskedToJudge has somebody told that they are asked to judge a campaign, in the
// transaction in which they are.
func (f *Feature) AskedToJudge(ctx context.Context, c models.Campaign, by, person string) error {
	return f.store.Notify(ctx, models.Notification{Event: "judge:" + c.ID + ":" + person, Reason: models.NotifyCampaign, ActorID: by, Detail: c.ID + ":" + campaignJudge}, toldOf([]string{person}))
}

// campaignURL is where a campaign is of which somebody is told.
func campaignURL(n models.Notification) string {
	id, what, _ := strings.Cut(n.Detail, ":")
	if what == campaignFollow {
		return "/campaigns/" + id + "/follow-up"
	}
	return "/campaigns/" + id
}

// campaignDoes says what happened in a campaign, before its title.
func campaignDoes(n models.Notification) string {
	switch _, what, _ := strings.Cut(n.Detail, ":"); what {
	case string(models.CampaignOpen):
		return "opened a campaign for entries:"
	case string(models.CampaignResults):
		return "gave the results of the campaign"
	case campaignExtended:
		return "extended a stage of the campaign"
	case campaignJudge:
		return "asks you to judge entries of the campaign"
	case campaignEntered:
		return "has received your entry to the campaign"
	case campaignWithdrawn:
		return "has noted that your entry is withdrawn from the campaign"
	case campaignLate:
		return "let your late entry in to the campaign"
	case campaignKeptOut:
		return "has not let your late entry in to the campaign"
	case campaignRemind:
		return "reminds you that entries close soon, and yours is a draft, in the campaign"
	case campaignFollow:
		return "asks what became of your entry to the campaign"
	case campaignScore:
		return "reminds you that judging ends soon, and entries wait for your scores, in the campaign"
	default:
		return "moved a campaign to “" + models.CampaignStage(what).Label() + "”:"
	}
}

// campaignDid is campaignDoes under the title of the campaign.
func campaignDid(n models.Notification) string {
	switch _, what, _ := strings.Cut(n.Detail, ":"); what {
	case string(models.CampaignOpen):
		return "opened it for entries"
	case string(models.CampaignResults):
		return "gave its results"
	case campaignExtended:
		return "extended a stage of it"
	case campaignJudge:
		return "asks you to judge its entries"
	case campaignEntered:
		return "has received your entry"
	case campaignWithdrawn:
		return "has noted that your entry is withdrawn"
	case campaignLate:
		return "let your late entry in"
	case campaignKeptOut:
		return "has not let your late entry in"
	case campaignRemind:
		return "reminds you that entries close soon, and yours is a draft"
	case campaignFollow:
		return "asks what became of your entry"
	case campaignScore:
		return "reminds you that judging ends soon, and entries wait for your scores"
	default:
		return "moved it to “" + models.CampaignStage(what).Label() + "”"
	}
}
