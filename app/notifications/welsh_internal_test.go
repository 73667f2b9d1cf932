package notifications

import (
	"bytes"
	"log/slog"
	"testing"
	"time"

	"grassroots/app/web"
	"grassroots/app/words"
	"grassroots/assets"
	"grassroots/models"
	"grassroots/search"
	"grassroots/templates"
)

// TestEveryMailIsInWelsh writes an e-mail of one notification of each reason, and finds
// what it says that has no Welsh.
func TestEveryMailIsInWelsh(t *testing.T) {
	t.Parallel()
	book, err := words.Load()
	if err != nil {
		t.Fatal(err)
	}
	f := &Feature{site: web.NewSite(web.Config{BaseURL: "http://grassroots.test", Secret: []byte("a secret of the tests")}, nil, search.Away{}, &assets.Assets{}, slog.New(slog.DiscardHandler), time.Now)}
	details := map[models.NotifyReason][]string{
		models.NotifyStage: {string(models.StageTrial), string(models.StageStopped)}, models.NotifyOverdue: {"RR8:1", "RR8:3"},
		models.NotifyPublished: {"", "tag:discharge", "system:systmone", "standard:fhir", "organisation:RR8", "person:x", "search:x", "campaign:x"},
		models.NotifyWorkspace: {"task:RR8", "added:RR8"}, models.NotifyOriginal: {"changed:RR8"}, models.NotifyReview: {"author", "lead"},
		models.NotifyDecided: {string(models.DecisionStatuses()[0]), string(models.DecisionStatuses()[1])},
	}
	const campaign = "01JD3Z6V7Q8R9S0T1V2W3X4Y5Z:"
	for _, stage := range models.CampaignStages() {
		details[models.NotifyCampaign] = append(details[models.NotifyCampaign], campaign+string(stage))
	}
	for _, what := range []string{campaignExtended, campaignJudge, campaignEntered, campaignWithdrawn, campaignLate, campaignRemind} {
		details[models.NotifyCampaign] = append(details[models.NotifyCampaign], campaign+what)
	}
	say := func(text string) string {
		said, ok := book.Text(models.Welsh, text)
		if !ok && text != "" && text != "Ward eight" { // which is a name
			t.Errorf("not in Welsh: %q", text)
		}
		return said
	}
	at := time.Date(2026, 1, 5, 12, 0, 0, 0, time.UTC)
	for i, reason := range models.NotifyReasons() {
		for _, detail := range append(details[reason], "")[:max(1, len(details[reason]))] {
			at = at.AddDate(0, 1, i%7)
			list := []models.Notification{{Reason: reason, ActorName: "Ann Other", Title: "Ward seven", Slug: "ward-seven", Detail: detail, CreatedAt: at}}
			because := map[string]string{detail: "Ward eight"}
			m := templates.TellingMail{Heading: "Your day on Grassroots", Intro: "1 thing is new for you.", Groups: f.groups(list, because, time.UTC), More: 3, Host: "grassroots.test"}
			var html bytes.Buffer
			if err := templates.TellingMailHTML(m).Render(t.Context(), &html); err != nil {
				t.Fatal(err)
			}
			for _, id := range book.Missing(models.Welsh, html.Bytes()) {
				t.Errorf("%s %s: not in Welsh: %q", reason, detail, id)
			}
			for i := range m.Groups {
				m.Groups[i].Say(say)
			}
			m.Text(say)
			say(line(list[0], because).Does)
		}
	}
}
