package campaigns_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"grassroots/app/apptest"
	"grassroots/app/campaigns"
	"grassroots/models"
	"grassroots/models/store"
)

// post makes a case study of a person's.
func (b *bench) post(t *testing.T, p models.Person, title string) models.CaseStudy {
	t.Helper()
	cs := models.CaseStudy{ID: b.Store.NewID(), OwnerID: p.ID, CreatedAt: b.Store.Now(), UpdatedAt: b.Store.Now(),
		Document: models.Document{Title: title, Stage: models.StageInUse, Body: "We did it.", Language: "en"}}
	if err := b.Store.CreateCaseStudy(t.Context(), &cs, store.SaveNote{EditorID: p.ID}); err != nil {
		t.Fatal(err)
	}
	return cs
}

// asked are questions of each kind.
func asked(c *models.Campaign) {
	c.Questions = []models.CampaignQuestion{{Text: "How much do you ask for?", Kind: models.QuestionNumber, Required: true}, {Text: "Where?", Kind: models.QuestionChoice, Choices: []string{"Here", "There"}}, {Text: "Anything else?", Kind: models.QuestionText}}
}

func TestAnEntryIsMadeChangedAndWithdrawn(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		made := b.begin(t, asked)
		cs := b.post(t, b.member, "Letters in minutes")
		much := "answer_" + made.Questions[0].ID
		at := "/campaigns/" + made.Slug
		c := b.As(t, b.member)
		c.Get(at+"/enter").WantText("It is not open yet", "Letters in minutes")
		c.Post(at+"/enter", url.Values{"case_study": {cs.Slug}, much: {"100"}}).Want(http.StatusConflict).WantText("This campaign opens for entries on 5 March 2026, 12:00")
		b.Clock.Move(25 * time.Hour)
		c = b.As(t, b.member)
		b.Client(t).Get(at).WantText("Enter this campaign")
		c.Get(at+"/enter").Form(at+"/enter").Set("case_study", cs.Slug).Set(much, "much").Send().WantErrors("Enter a number, such as 1250 or 0.5: How much do you ask for?")
		c.Get(at+"/enter").Form(at+"/enter").Set("case_study", cs.Slug).Send().WantErrors("Answer this: How much do you ask for?")
		c.Post(at+"/enter", url.Values{"case_study": {b.post(t, b.organiser, "Of another").Slug}, much: {"1"}}).Want(http.StatusUnprocessableEntity).WantText("Only those who wrote a case study enter it")
		receipt := c.Get(at+"/enter").Form(at+"/enter").Set("case_study", cs.Slug).Set(much, "1,250").Press("action", "enter").Send().Want(http.StatusSeeOther).Header.Get("Location")
		c.Get(receipt).Want(http.StatusOK).WantText("Your entry has arrived. This is your receipt.", "Entered", "5 March 2026, 13:00:00", "Version 1 of the case study", "Mia Member")
		b.As(t, b.organiser).Get(receipt).Want(http.StatusOK).WantNoText("Withdraw it")
		b.As(t, apptest.Person(t, b.Store)).Get(receipt).Want(http.StatusNotFound)
		c.Get("/me/notifications").WantNoText("has received your entry")
		var errs [3]error
		var both sync.WaitGroup // nodes that send receipts at once send each of them once
		for i := range errs {
			both.Go(func() { errs[i] = b.feature.Move(context.WithoutCancel(t.Context())) })
		}
		both.Wait()
		if err := errors.Join(errs[:]...); err != nil {
			t.Fatal(err)
		}
		told := c.Get("/me/notifications").WantText("Olga Organiser has received your entry to the campaign Time to care")
		if n := strings.Count(told.Text(), "has received your entry"); n != 1 {
			t.Errorf("they are told %d times", n)
		}
		b.Client(t).Get(at).WantText("Entries Letters in minutes")
		b.Client(t).Get(at+"/entries").WantText("1 entry", "Arrived 5 March 2026, 13:00:00")

		// The same entry however often it is sent; what is judged is what there is now.
		b.Clock.Move(time.Hour)
		c = b.As(t, b.member)
		cs.Document.Body = "We did it twice."
		if err := b.Store.ReviseCaseStudy(t.Context(), &cs, store.SaveNote{EditorID: b.member.ID}); err != nil {
			t.Fatal(err)
		}
		c.Get(receipt).Form(receipt).Set(much, "900").Send().WantRedirect(receipt)
		c.Get(receipt).WantText("Version 2 of the case study", "5 March 2026, 14:00:00")
		c.Post(at+"/enter", url.Values{"case_study": {cs.Slug}, much: {"800"}}).WantRedirect(receipt)
		if n, err := b.Store.CountEntries(t.Context(), made.ID, true); err != nil || n != 1 {
			t.Errorf("%d entries: %v", n, err)
		}
		c.Post(receipt+"/withdraw", nil).WantRedirect(receipt)
		c.Post(receipt+"/withdraw", nil).Want(http.StatusConflict)
		b.Client(t).Get(at + "/entries").WantText("There are no entries yet")
		c.Get(receipt).WantText("Withdrawn").Form(receipt).Press("action", "enter").Send().WantRedirect(receipt)

		// In the stage of improving, an entry that is there can be changed, and no new one comes.
		b.Clock.Move(7 * 24 * time.Hour)
		c = b.As(t, b.member)
		c.Get(receipt).Form(receipt).Set(much, "700").Send().WantRedirect(receipt)
		c.Post(at+"/enter", url.Values{"case_study": {b.post(t, b.member, "Another").Slug}, much: {"1"}}).Want(http.StatusConflict).WantText("Entries closed on")
		b.Clock.Move(7 * 24 * time.Hour)
		c = b.As(t, b.member)
		c.Get(receipt).WantNoText("Change the entry")
		c.Post(receipt, url.Values{much: {"600"}}).Want(http.StatusConflict).WantText("Yours stands as it was when you changed it last")
		if e, err := b.Store.EntryOf(t.Context(), made.ID, cs.ID); err != nil || e.Answers[0].Answer != "700" || e.State != models.EntryEntered {
			t.Errorf("%+v, %v", e, err)
		}
	})
}

func TestWhatComesTooLateIsKeptAndLetInForAReason(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		made := b.begin(t, asked)
		cs := b.post(t, b.member, "Letters in minutes")
		at, much := "/campaigns/"+made.Slug, "answer_"+made.Questions[0].ID
		b.Clock.Move(8*24*time.Hour - time.Microsecond)
		c := b.As(t, b.member)
		early := b.post(t, b.member, "In time")
		c.Post(at+"/enter", url.Values{"case_study": {early.Slug}, much: {"1"}}).Want(http.StatusSeeOther)
		b.Clock.Move(time.Microsecond)
		c.Post(at+"/enter", url.Values{"case_study": {cs.Slug}, much: {"250"}}).Want(http.StatusConflict).
			WantText("Entries closed on 12 March 2026, 12:00:00, and this arrived on 12 March 2026, 12:00:00 by the clock of the server", "write to Olga Organiser", "your draft")
		e, err := b.Store.EntryOf(t.Context(), made.ID, cs.ID)
		if err != nil || e.State != models.EntryDraft || !e.Late || e.Answers[0].Answer != "250" {
			t.Fatalf("%+v, %v", e, err)
		}
		// A new idea that comes too late is a draft of theirs, and is not posted.
		c.Post(at+"/enter", url.Values{"case_study": {"new"}, "title": {"Late idea"}, "body": {"Words"}, much: {"731"}}).Want(http.StatusConflict).WantText("your draft", "Words")
		if drafts, err := b.Store.DraftsOf(t.Context(), b.member.ID, 10); err != nil || len(drafts) != 1 || drafts[0].Document.Title != "Late idea" {
			t.Errorf("%+v, %v", drafts, err)
		}
		// What they answered is kept with it, for the day on which they enter it after all.
		answered := func() string { return c.Get(at + "/enter").Form(at + "/enter").Values.Get(much) }
		if got := answered(); got != "731" {
			t.Errorf("of the answers to the late idea %q is kept", got)
		}
		if got := b.As(t, b.organiser).Get(at + "/enter").Form(at + "/enter").Values.Get(much); got != "" {
			t.Errorf("somebody else is shown %q", got)
		}
		c.Post(at+"/enter", url.Values{"case_study": {early.Slug}, much: {"9"}, "action": {"draft"}}).Want(http.StatusConflict)
		b.Client(t).Get(at + "/entries").WantText("1 entry").WantNoText("Letters in minutes")
		letIn := at + "/entries/" + e.ID + "/let-in"
		c.Post(letIn, url.Values{"reason": {"Please"}}).Want(http.StatusForbidden)
		o := b.As(t, b.organiser)
		o.Get(at+"/entries").WantText("Too late", "Decide whether it is let in")
		o.Get(letIn).Form(letIn).Set("reason", "Why not").Send().WantErrors("Choose whether it is let in")
		o.Get(letIn).Form(letIn).Set("decision", "in").Send().WantErrors("Say why in at most 1,000 characters: everybody sees it, or those whose entry it is")
		// It stays out, for a reason that those whose it is read; on a second thought it is in.
		o.Get(letIn).Form(letIn).Set("decision", "out").Set("reason", "The same was said to others").Send().WantRedirect(at+"/entries").Follow().WantText("Kept out", "The same was said to others").WantNoText("Decide whether")
		o.Post(letIn, url.Values{"decision": {"out"}, "reason": {"Again"}}).Want(http.StatusConflict)
		c.Get(at + "/entries/" + e.ID).WantText("It came after entries had closed, and was not let in. The reason: The same was said to others")
		c.Get("/me/notifications").WantText("has not let your late entry in to the campaign Time to care")
		o.Get("/campaigns/programme").WantNoText("too late")
		o.Get(letIn).Form(letIn).Set("decision", "in").Set("reason", "The network of the trust was down").Send().WantRedirect(at + "/entries")
		o.Post(letIn, url.Values{"decision": {"in"}, "reason": {"Again"}}).Want(http.StatusConflict)
		b.Client(t).Get(at).WantText("Letters in minutes", "It came after entries had closed, and was let in. The reason: The network of the trust was down")
		c.Get("/me/notifications").WantText("let your late entry in to the campaign Time to care")
	})
}

// Everybody sends at the last second: what is acknowledged is there, once each, and what
// came a moment later is not, whatever the order in which the database gets to it.
func TestTheLastSecond(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		const people, times = 40, 2
		made := b.begin(t)
		closes, _ := made.EntriesClose()
		b.Clock.Move(8 * 24 * time.Hour) // the database gets to all of them after the deadline
		persons, studies := make([]models.Person, people), make([]models.CaseStudy, people)
		for i := range people {
			persons[i] = apptest.Person(t, b.Store)
			studies[i] = b.post(t, persons[i], fmt.Sprintf("Study %d", i))
		}
		var wait sync.WaitGroup
		failures := make([][times]error, people)
		for i := range people {
			for n := range times {
				arrived := closes.Add(-time.Microsecond)
				if i%4 == 0 {
					arrived = closes
				}
				wait.Go(func() {
					_, _, failures[i][n] = b.feature.Enter(context.WithoutCancel(t.Context()), &persons[i], &made, campaigns.Entering{CaseStudy: studies[i].ID}, arrived)
				})
			}
		}
		wait.Wait()
		for i := range people {
			e, err := b.Store.EntryOf(t.Context(), made.ID, studies[i].ID)
			late := i%4 == 0
			for _, failed := range failures[i] {
				if late != models.IsTooLate(failed) || !late && failed != nil {
					t.Errorf("entry %d, late %v: %v", i, late, failed)
				}
			}
			if want := map[bool]models.EntryState{true: models.EntryDraft, false: models.EntryEntered}[late]; err != nil || e.State != want {
				t.Errorf("entry %d is %q, want %q: %v", i, e.State, want, err)
			}
		}
		if n, err := b.Store.CountEntries(t.Context(), made.ID, false); err != nil || n != people*3/4 {
			t.Errorf("%d entries, want %d: %v", n, people*3/4, err)
		}
	})
}

func TestANewIdeaIsPostedWithTheEntry(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		made := b.begin(t, asked)
		b.Clock.Move(25 * time.Hour)
		at, much := "/campaigns/"+made.Slug, "answer_"+made.Questions[0].ID
		c := b.As(t, b.member)
		form := url.Values{"case_study": {"new"}, "title": {"Letters by pigeon"}, "body": {"They know the way."}}
		c.Post(at+"/enter", form).Want(http.StatusUnprocessableEntity).WantText("Answer this", "They know the way.")
		if n, err := b.Store.CountStudiesSince(t.Context(), b.member.ID, b.Store.Now().Add(-time.Hour)); err != nil || n != 0 {
			t.Errorf("%d case studies were posted without an entry: %v", n, err)
		}
		// One that is kept for now keeps its answers, until they enter.
		form.Set(much, "12")
		form.Set("action", "draft")
		c.Post(at+"/enter", form).Want(http.StatusSeeOther)
		if got := c.Get(at + "/enter").Form(at + "/enter").Values.Get(much); got != "12" {
			t.Errorf("of the answers that were kept for now %q is there", got)
		}
		form.Del("action")
		form.Set(much, "10")
		receipt := c.Post(at+"/enter", form).Want(http.StatusSeeOther).Header.Get("Location")
		c.Get(receipt).WantText("Letters by pigeon", "Entered")
		if got := c.Get(at + "/enter").Form(at + "/enter").Values.Get(much); got != "" {
			t.Errorf("after the entry %q is still kept", got)
		}
		b.Client(t).Get(at).WantText("Case studies of this campaign", "Letters by pigeon")
	})
}

func TestDraftsAreRemindedOfOnce(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		made := b.begin(t, asked)
		cs := b.post(t, b.member, "Letters in minutes")
		b.Clock.Move(25 * time.Hour)
		at := "/campaigns/" + made.Slug
		draft := b.As(t, b.member).Post(at+"/enter", url.Values{"case_study": {cs.Slug}, "action": {"draft"}}).Want(http.StatusSeeOther).Header.Get("Location")
		b.As(t, b.member).Get(draft).WantText("Draft", "Entries close")
		count := func(want int) {
			t.Helper()
			for range 2 {
				if err := b.feature.Move(t.Context()); err != nil {
					t.Fatal(err)
				}
			}
			if n, err := b.Store.CountNotifications(t.Context(), b.member.ID); err != nil || n != want {
				t.Errorf("they were told of %d things, want %d: %v", n, want, err)
			}
		}
		count(0)
		b.Clock.Move(5 * 24 * time.Hour)
		count(1)
		b.As(t, b.member).Get("/me/notifications").WantText("Olga Organiser reminds you that entries close soon, and yours is a draft, in the campaign Time to care")
		if err := b.Store.ClosePerson(t.Context(), b.member.ID); err != nil {
			t.Fatal(err)
		}
		if _, err := b.Store.EntryOf(t.Context(), made.ID, cs.ID); models.KindOf(err) != models.NotFound {
			t.Errorf("the draft of a closed account: %v", err)
		}
	})
}

func TestOnlyThoseWhoMayEnterDo(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		made := b.begin(t, func(c *models.Campaign) { c.StaffGroups = []string{"Medical and Dental"} })
		b.Clock.Move(25 * time.Hour)
		at := "/campaigns/" + made.Slug
		cs := b.post(t, b.member, "Letters in minutes")
		b.As(t, b.member).Get(at + "/enter").WantText("This campaign is for some organisations")
		b.As(t, b.member).Post(at+"/enter", url.Values{"case_study": {cs.Slug}}).Want(http.StatusForbidden)
		doctor := apptest.Person(t, b.Store, func(p *models.Person) { p.StaffGroup = "Medical and Dental" })
		b.As(t, doctor).Post(at+"/enter", url.Values{"case_study": {b.post(t, doctor, "Rounds").Slug}}).Want(http.StatusSeeOther)
	})
}

func TestTheAPIOfEntries(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		made := b.begin(t, asked)
		b.Clock.Move(25 * time.Hour)
		cs := b.post(t, b.member, "Letters in minutes")
		path := "/api/v1/campaigns/" + made.Slug + "/entries"
		body := map[string]any{"case_study": cs.Slug, "answers": []map[string]string{{"question": made.Questions[0].ID, "answer": "100"}, {"question": "unknown", "answer": "x"}}}
		b.Client(t).Send(http.MethodPost, path, body).WantProblem(http.StatusUnauthorized)
		var one campaigns.APIEntry
		p := b.Program(t, b.member)
		p.Header.Set("Idempotency-Key", "once")
		p.Send(http.MethodPost, path, body).Want(http.StatusCreated).JSON(&one)
		if one.State != "entered" || one.Revision != 1 || len(one.Answers) != 1 || one.Arrived == nil || !one.Arrived.Equal(b.Store.Now()) {
			t.Errorf("%+v", one)
		}
		p.Send(http.MethodPost, path, body).Want(http.StatusCreated)
		var list struct {
			Items []campaigns.APIEntry
			Total int
		}
		b.Client(t).Get(path).Want(http.StatusOK).JSON(&list)
		if list.Total != 1 || list.Items[0].ID != one.ID || len(list.Items[0].Answers) != 0 {
			t.Errorf("%+v", list)
		}
		b.Clock.Move(7 * 24 * time.Hour)
		b.Program(t, b.member).Send(http.MethodPost, path, map[string]any{"case_study": b.post(t, b.member, "Late").ID}).WantProblem(http.StatusConflict)
		b.Client(t).Get("/api/v1/campaigns/nowhere/entries").WantProblem(http.StatusNotFound)
	})
}
