package app_test

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-smtp"

	"grassroots/app/apptest"
	"grassroots/models"
)

// inviting is a site with a campaign that is open for ten days.
type inviting struct {
	mailed
	organiser models.Person
	campaign  models.Campaign
	at        string
}

func eachInviting(t *testing.T, f func(w inviting)) {
	t.Helper()
	eachMailed(t, func(m mailed) {
		w := inviting{mailed: m, organiser: apptest.Person(m.t, m.Store, apptest.Named("olga", "Olga Organiser"), apptest.WithRole(models.RoleOrganiser))}
		w.campaign = w.open("Release time to care")
		w.at = "/campaigns/" + w.campaign.Slug
		w.Site.EmailDomains = []string{"*.nhs.uk"}
		f(w)
	})
}

// goOn lets time pass, and has done what is due.
func (w inviting) goOn(by time.Duration) {
	w.t.Helper()
	w.clock.Move(by)
	for range 2 {
		if err := w.whole.Invitations.Send(w.t.Context()); err != nil {
			w.t.Fatal(err)
		}
	}
	w.mailed.goOn(0)
}

func (w inviting) open(title string) models.Campaign {
	w.t.Helper()
	now := w.Store.Now()
	c := models.Campaign{ID: w.Store.NewID(), OwnerID: w.organiser.ID, Title: title, Brief: "Show us.", Template: models.CampaignIdeas, PublishedAt: &now,
		Steps: []models.CampaignStep{{Stage: models.CampaignOpen, Starts: now.Add(-time.Hour)}, {Stage: models.CampaignJudge, Starts: now.AddDate(0, 0, 10)}, {Stage: models.CampaignResults, Starts: now.AddDate(0, 0, 20)}}}
	if err := w.Store.CreateCampaign(w.t.Context(), &c); err != nil {
		w.t.Fatal(err)
	}
	return c
}

// invite sends the form, and confirms what the preview says.
func (w inviting) invite(form url.Values) *apptest.Page {
	w.t.Helper()
	page := w.As(w.t, w.organiser).Post(w.at+"/invitations", form).Want(http.StatusOK)
	for _, f := range page.Forms(w.at + "/invitations") {
		if f.Values.Get("confirm") != "" {
			f.Send().WantRedirect(w.at + "/invitations")
			return page
		}
	}
	return page
}

// states are what became of each invitation, by name or address.
func (w inviting) states() map[string]string {
	w.t.Helper()
	out := map[string]string{}
	for _, row := range w.As(w.t, w.organiser).Get(w.at + "/invitations.csv").Want(http.StatusOK).Table() {
		key := row["name"] + row["address"]
		if key == "" {
			key = row["organisation"]
		}
		out[key] = row["state"]
	}
	return out
}

func (w inviting) wantStates(want map[string]string) {
	w.t.Helper()
	got := w.states()
	for who, state := range want {
		if got[who] != state {
			w.t.Errorf("%s is %q, want %q", who, got[who], state)
		}
	}
	if len(got) != len(want) {
		w.t.Errorf("invited are %v, want %v", got, want)
	}
}

// linkIn finds the address of an invitation in an e-mail.
func linkIn(t *testing.T, text, before string) string {
	t.Helper()
	for field := range strings.FieldsSeq(text) {
		if path, ok := strings.CutPrefix(field, apptest.BaseURL); ok && strings.HasPrefix(path, before) {
			return path
		}
	}
	t.Fatalf("no link %s in %s", before, text)
	return ""
}

func TestPeopleAddressesAndOrganisationsAreInvited(t *testing.T) {
	eachInviting(t, func(w inviting) {
		bob, lead := w.person("bob", "Bob Nurse"), apptest.Person(w.t, w.Store, apptest.Named("lea", "Lea Lead"), func(p *models.Person) { p.Organisation = "RX1" }, apptest.WithRole(models.RoleLead))
		if _, _, err := w.Store.SaveOrganisation(t.Context(), models.Organisation{Code: "RXX", Name: "Calderdale and Huddersfield", Named: true}); err != nil {
			w.t.Fatal(err)
		}
		page := w.invite(url.Values{"list": {"who,note\n@bob,friend\nnew.nurse@leeds.nhs.uk,\nRX1\nRXX\nbob\n"}, "message": {"Show us what you joined up."}})
		page.WantText("5 invitations would be made. Nothing is sent yet.", "2 people with an account are told here and by e-mail", "1 address without an account gets an e-mail", "2 organisations are invited: their leads are told, and see it on their pages",
			"These organisations have no lead here, so nobody there is told:", "Calderdale and Huddersfield", "Show us what you joined up.")
		if n := w.smtp.Count(); n != 0 {
			w.t.Errorf("%d e-mails before any job ran", n)
		}
		w.goOn(0)
		w.goOn(3 * time.Minute)
		w.wantStates(map[string]string{"Bob Nurse": "sent", "Lea Lead": "sent", "new.nurse@leeds.nhs.uk": "sent", "RX1": "sent", "RXX": "left-out"})
		again := w.invite(url.Values{"list": {"@bob\nnew.nurse@leeds.nhs.uk\nRX1"}})
		again.WantText("There is nobody to invite.", "4 are invited already, and get nothing more")

		// The e-mail to somebody without an account, whose link needs none to decline.
		got := w.smtp.To("new.nurse@leeds.nhs.uk")
		if len(got) != 1 {
			w.t.Fatalf("%d e-mails", len(got))
		}
		mail := w.read(got[0])
		for _, part := range []string{mail.text, mail.html} {
			for _, want := range []string{"Show us what you joined up.", "Olga Organiser"} {
				if !strings.Contains(part, want) {
					w.t.Errorf("the e-mail lacks %q: %s", want, part)
				}
			}
		}
		if mail.subject != "You are invited: Release time to care" || mail.header.Get("List-Unsubscribe-Post") != "List-Unsubscribe=One-Click" {
			w.t.Errorf("%q %v", mail.subject, mail.header)
		}
		link := linkIn(w.t, mail.text, "/invitations/")
		nobody := w.Client(w.t)
		nobody.Do(http.MethodHead, link, nil, "")
		w.wantState("new.nurse@leeds.nhs.uk", "sent")
		nobody.Get(link).Want(http.StatusOK).WantText("You are invited", "Release time to care", "Show us what you joined up.", "Not this time")
		w.wantState("new.nurse@leeds.nhs.uk", "opened")
		nobody.Post(link+"/accept", nil).WantRedirect("/sign-in?next=%2Fcampaigns%2Frelease-time-to-care%2Fenter")
		w.wantState("new.nurse@leeds.nhs.uk", "accepted")
		nobody.Post(link+"/decline", nil).Follow().WantText("You said “Not this time”. You can still take part.")
		w.wantState("new.nurse@leeds.nhs.uk", "declined")
		nobody.Get(link[:len(link)-1] + "x").Want(http.StatusNotFound)
		nobody.Post("/invitations/nonsense/decline", nil).Want(http.StatusNotFound)

		// The lead hears of it on the site, by e-mail and on the organisation's page, and an
		// entry of the organisation answers for all of it.
		w.want(lead, "Olga Organiser invites you to the campaign Release time to care")
		if len(w.smtp.To(lead.Email)) != 1 || len(w.smtp.To(bob.Email)) != 1 {
			w.t.Error("the lead and Bob get one e-mail each")
		}
		toLead := w.read(w.smtp.To(lead.Email)[0])
		if !strings.Contains(toLead.text, "> Show us what you joined up.") || !strings.Contains(toLead.html, "Show us what you joined up.") {
			w.t.Errorf("the lead does not read what the organiser says: %s", toLead.text)
		}
		its := linkIn(w.t, toLead.text, "/invitations/")
		w.As(w.t, lead).Get(its).WantText("You are asked as a lead of")
		w.As(w.t, lead).Get("/organisations/RX1").WantText("Your organisation is invited")
		w.As(w.t, bob).Get("/organisations/RX1").WantNoText("Your organisation is invited")
		cs := w.post(bob, models.Document{Title: "Letters", Organisation: "RX1"})
		w.As(w.t, bob).Post(w.at+"/enter", url.Values{"case_study": {cs.Slug}}).Want(http.StatusSeeOther)
		w.goOn(5 * time.Second) // receipts are sent together
		w.wantStates(map[string]string{"Bob Nurse": "entered", "Lea Lead": "entered", "new.nurse@leeds.nhs.uk": "declined", "RX1": "entered", "RXX": "left-out"})
		w.As(w.t, lead).Get("/organisations/RX1").WantNoText("Your organisation is invited")
		w.As(w.t, bob).Get(w.at + "/invitations").Want(http.StatusForbidden).WantNoText("leeds.nhs.uk")
		w.As(w.t, w.organiser).Get(w.at+"/invitations?state=declined").WantText("new.nurse@leeds.nhs.uk", "Entered: 3").WantNoText("Bob Nurse")
	})
}

func (w inviting) wantState(who, want string) {
	w.t.Helper()
	if got := w.states()[who]; got != want {
		w.t.Errorf("%s is %q, want %q", who, got, want)
	}
}

func TestAListIsTakenWholeOrNotAtAll(t *testing.T) {
	eachInviting(t, func(w inviting) {
		w.person("bob", "Bob Nurse")
		c := w.As(w.t, w.organiser)
		page := c.Post(w.at+"/invitations", url.Values{"list": {"@bob\n@nobody-here\nsomebody@gmail.com\nno mail@x\nZZZ99\n"}})
		page.Want(http.StatusUnprocessableEntity).WantErrors("line 2: nobody here has the handle nobody-here", "line 3: nobody can sign up here with the address somebody@gmail.com: it is not of the domains of this site",
			"line 4: “no mail@x” is no e-mail address", "line 5: “ZZZ99” is no organisation here, or could be several. Use its ODS code; before a handle put @")
		c.Post(w.at+"/invitations", url.Values{"list": {"@bob\n\"open\n"}}).Want(http.StatusUnprocessableEntity).WantText("line 2: The line is no CSV")
		c.Post(w.at+"/invitations", url.Values{}).WantErrors("Say whom to invite")
		c.Post(w.at+"/invitations", url.Values{"list": {"@bob"}, "message": {"NHS number 943 476 5919"}}).Want(http.StatusUnprocessableEntity)
		c.Post(w.at+"/invitations", url.Values{"list": {"@bob"}, "confirm": {"7"}}).Want(http.StatusOK).WantText("Since you looked last, others were invited or answered.", "1 invitation would be made.")
		w.wantStates(map[string]string{})
		file := c.PostFiles(w.at+"/invitations", url.Values{"action": {"change"}}, apptest.File{Field: "file", Name: "list.csv", Content: []byte("\ufeffhandle\r\n@bob\r\n")})
		if got := file.Want(http.StatusOK).Forms(w.at + "/invitations")[1].Values.Get("list"); !strings.Contains(got, "@bob") {
			w.t.Errorf("the form has %q", got)
		}
		c.PostFiles(w.at+"/invitations", url.Values{"action": {"change"}}, apptest.File{Field: "file", Name: "list.xlsx", Content: []byte("PK\x03\x04\x00\xff")}).WantErrors("This is no text in UTF-8. Save the spreadsheet as CSV UTF-8, and choose that file")
		c.Get(w.at + "/invitations?state=nonsense").Want(http.StatusBadRequest)
		c.Get(w.at + "/invitations?cursor=nonsense").Want(http.StatusBadRequest)
		w.clock.Move(11 * 24 * time.Hour)
		c = w.As(w.t, w.organiser)
		c.Get(w.at + "/invitations").WantText("Entries to this campaign are closed, so nobody can be invited to it any more.")
		c.Post(w.at+"/invitations", url.Values{"list": {"@bob"}}).Want(http.StatusConflict)
	})
}

func TestTheAPIOfInvitations(t *testing.T) {
	eachInviting(t, func(w inviting) {
		bob := w.person("bob", "Bob Nurse")
		apptest.Person(w.t, w.Store, apptest.Named("rox", "Roxy Reader"), func(p *models.Person) { p.Organisation = "RX1" })
		path := "/api/v1" + w.at
		body := map[string]any{"people": []string{"@bob"}, "addresses": []string{"new.nurse@leeds.nhs.uk"}, "organisations": []string{"RX1"}, "message": "Show us.", "preview": true}
		w.Client(w.t).Send(http.MethodPost, path+"/invitations", body).WantProblem(http.StatusUnauthorized)
		w.Program(w.t, bob).Send(http.MethodPost, path+"/invitations", body).WantProblem(http.StatusForbidden)
		w.Program(w.t, bob).Get(path + "/invitations").WantProblem(http.StatusForbidden)
		o := w.Program(w.t, w.organiser)
		var plan struct {
			Invited, People, Addresses, Organisations, Already int
			WithoutLead                                        []string `json:"without_lead"`
		}
		o.Send(http.MethodPost, path+"/invitations", body).Want(http.StatusOK).JSON(&plan)
		if plan.Invited != 0 || plan.People != 1 || plan.Addresses != 1 || plan.Organisations != 1 || len(plan.WithoutLead) != 1 {
			w.t.Errorf("%+v", plan)
		}
		w.wantStates(map[string]string{})
		body["message"] = "NHS number 943 476 5919"
		o.Send(http.MethodPost, path+"/invitations", body).WantProblem(http.StatusUnprocessableEntity)
		body["message"], body["preview"] = "Show us.", false
		o.Send(http.MethodPost, path+"/invitations", body).Want(http.StatusOK).JSON(&plan)
		if plan.Invited != 3 {
			w.t.Errorf("%+v", plan)
		}
		o.Send(http.MethodPost, path+"/invitations", body).WantProblem(http.StatusConflict)
		body["people"] = []string{"nobody-here"}
		o.Send(http.MethodPost, path+"/invitations", body).WantProblem(http.StatusUnprocessableEntity)
		o.Send(http.MethodPost, path+"/invitations", map[string]any{}).WantProblem(http.StatusUnprocessableEntity)
		o.Send(http.MethodPost, path+"/invitations", map[string]any{"roles": []string{"queen"}}).WantProblem(http.StatusUnprocessableEntity)
		var list struct {
			Items []struct {
				Kind, Name, State     string
				Handle, Address       *string
				Organisation, Message *string
			}
			Total int
			Next  *string `json:"next_cursor"`
		}
		o.Get(path + "/invitations?limit=2").Want(http.StatusOK).JSON(&list)
		if list.Total != 3 || len(list.Items) != 2 || list.Next == nil {
			w.t.Errorf("%+v", list)
		}
		o.Get(path + "/invitations?limit=2&cursor=" + *list.Next).Want(http.StatusOK).JSON(&list)
		if len(list.Items) != 1 {
			w.t.Errorf("%+v", list)
		}
		o.Get(path + "/invitations?kind=person").Want(http.StatusOK).JSON(&list)
		if list.Total != 1 || list.Items[0].Name != "Bob Nurse" || *list.Items[0].Handle != "bob" || list.Items[0].Address != nil || list.Items[0].State != "waiting" {
			w.t.Errorf("%+v", list)
		}
		o.Get(path + "/invitations?cursor=bm9uc2Vuc2U").WantProblem(http.StatusBadRequest)
		var reminders struct {
			Reminders []struct {
				DaysBefore int `json:"days_before"`
			}
		}
		o.Send(http.MethodPut, path+"/reminders", map[string]any{"days_before": []int{0}}).WantProblem(http.StatusUnprocessableEntity)
		o.Send(http.MethodPut, path+"/reminders", map[string]any{"days_before": []int{3, 7}}).Want(http.StatusOK).JSON(&reminders)
		if len(reminders.Reminders) != 2 || reminders.Reminders[0].DaysBefore != 7 {
			w.t.Errorf("%+v", reminders)
		}
		o.Get(path + "/reminders").Want(http.StatusOK).JSON(&reminders)
		w.Program(w.t, bob).Get(path + "/reminders").WantProblem(http.StatusForbidden)
		w.goOn(3 * time.Minute)
		w.goOn(3 * time.Minute)
		w.wantStates(map[string]string{"Bob Nurse": "sent", "new.nurse@leeds.nhs.uk": "sent", "RX1": "left-out"})
	})
}

func TestWhoWantsNoneOrCannotBeReachedIsLeftOut(t *testing.T) {
	eachInviting(t, func(w inviting) {
		bob, cara, dan := w.person("bob", "Bob"), w.person("cara", "Cara"), w.person("dan", "Dan")
		w.invite(url.Values{"list": {"@bob\none@leeds.nhs.uk\ntwo@leeds.nhs.uk"}})
		w.smtp.Refuse(func(to string) error {
			if to == "two@leeds.nhs.uk" {
				return &smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 1, 1}, Message: "no such person"}
			}
			return nil
		})
		w.clock.Move(3 * time.Minute)
		_ = w.queue.Drain(t.Context()) // one fails for good
		w.goOn(3 * time.Minute)
		w.wantState("two@leeds.nhs.uk", "bounced")
		stop := linkIn(w.t, w.read(w.smtp.To("one@leeds.nhs.uk")[0]).text, "/unsubscribe/invitations/")
		w.Client(w.t).Get(stop).Want(http.StatusOK).WantText("Stop invitations to campaigns?")
		w.wantState("one@leeds.nhs.uk", "sent")
		w.Client(w.t).Post(stop, url.Values{"List-Unsubscribe": {"One-Click"}}).Want(http.StatusOK).WantText("You will get no more invitations to campaigns")
		w.wantState("one@leeds.nhs.uk", "unsubscribed")
		own := linkIn(w.t, w.read(w.smtp.To(bob.Email)[0]).text, "/invitations/")
		w.Client(w.t).Post("/unsubscribe"+own, nil).Want(http.StatusOK)
		w.As(w.t, bob).Get("/me/notifications/settings").WantText("You are invited to a campaign")

		w.exec("INSERT INTO mail_bounces (person_id, address, bounces, reason, last_at, stopped_at) VALUES (?, ?, 3, 'gone', ?, ?)", cara.ID, cara.Email, w.Store.Now(), w.Store.Now())
		w.exec("INSERT INTO measures (id, action, kind, subject_id, author_id, moderator_id, reason, words, made_at) VALUES (?, 'suspend', 'person', ?, ?, ?, 'spam', '', ?)", w.Store.NewID(), dan.ID, dan.ID, w.organiser.ID, w.Store.Now())
		other := w.open("Beds in sight")
		w.at = "/campaigns/" + other.Slug
		w.invite(url.Values{"list": {"@bob\n@cara\n@dan\none@leeds.nhs.uk"}}).WantText("There is nobody to invite.", "2 want no invitations, and are left out", "1 is left out because e-mail to them comes back", "1 is left out because their account is suspended")
	})
}

func (w inviting) exec(sql string, values ...any) {
	w.t.Helper()
	if err := w.Store.DB(w.t.Context()).Exec(sql, values...).Error; err != nil {
		w.t.Fatal(err)
	}
}

func TestThoseWhoHaveNotAnsweredAreRemindedOnce(t *testing.T) {
	eachInviting(t, func(w inviting) {
		bob, cara := w.person("bob", "Bob"), w.person("cara", "Cara")
		w.invite(url.Values{"list": {"@bob\n@cara\none@leeds.nhs.uk\ntwo@leeds.nhs.uk"}})
		c := w.As(w.t, w.organiser)
		c.Post(w.at+"/invitations/reminders", url.Values{"reminder_1": {"0"}, "reminder_2": {""}}).WantErrors("Enter a number of days from 1 to 60, or leave it empty for no reminder")
		c.Post(w.at+"/invitations/reminders", url.Values{"reminder_1": {"2"}, "reminder_2": {"7"}}).WantRedirect(w.at + "/invitations#reminders")
		c.Get(w.at+"/invitations").WantText("To be sent on 7 March 2026, 12:00", "To be sent on 12 March 2026, 12:00")
		w.goOn(3 * time.Minute)
		w.goOn(3 * time.Minute)
		decline := linkIn(w.t, w.read(w.smtp.To("two@leeds.nhs.uk")[0]).text, "/invitations/")
		w.Client(w.t).Post(decline+"/decline", nil).Want(http.StatusSeeOther)
		cs := w.post(cara, models.Document{Title: "Letters"})
		w.As(w.t, cara).Post(w.at+"/enter", url.Values{"case_study": {cs.Slug}}).Want(http.StatusSeeOther)
		w.goOn(3 * 24 * time.Hour)
		for range 3 {
			w.goOn(3 * time.Minute)
		}
		count := func(address string) int { return len(w.smtp.To(address)) }
		if count("one@leeds.nhs.uk") != 2 || count("two@leeds.nhs.uk") != 1 || count(bob.Email) != 2 {
			w.t.Errorf("e-mails: %d, %d, %d", count("one@leeds.nhs.uk"), count("two@leeds.nhs.uk"), count(bob.Email))
		}
		if got := w.read(w.smtp.To("one@leeds.nhs.uk")[1]); got.subject != "A reminder, you are invited: Release time to care" {
			w.t.Error(got.subject)
		}
		w.As(w.t, w.organiser).Get(w.at + "/invitations").WantText("Sent on 7 March 2026, 12:")
		w.As(w.t, w.organiser).Post(w.at+"/invitations/reminders", url.Values{"reminder_1": {"5"}}).Want(http.StatusConflict)
		w.goOn(5 * 24 * time.Hour)
		w.goOn(3 * time.Minute)
		if count("one@leeds.nhs.uk") != 3 || count("two@leeds.nhs.uk") != 1 {
			w.t.Errorf("e-mails: %d, %d", count("one@leeds.nhs.uk"), count("two@leeds.nhs.uk"))
		}
	})
}

// Organisers see who is invited too often, before they do it again.
func TestWhoIsInvitedTooOftenIsShown(t *testing.T) {
	eachInviting(t, func(w inviting) {
		w.person("bob", "Bob")
		w.person("cara", "Cara")
		c := w.As(w.t, w.organiser)
		for i := range models.InvitedOften {
			c.Get("/campaigns/programme").WantText("Nobody was invited to 4 campaigns or more in the last 90 days.")
			other := w.open(fmt.Sprint("Campaign ", i))
			w.at = "/campaigns/" + other.Slug
			w.invite(url.Values{"list": {"@bob"}})
		}
		w.invite(url.Values{"list": {"@cara"}})
		c.Get("/campaigns/programme").WantText("These were invited to 4 campaigns or more in the last 90 days.", "Bob, 4 times").WantNoText("Cara")
		var programme struct {
			Often []struct {
				Person, Name string
				Times        int
			} `json:"invited_too_often"`
		}
		w.Program(w.t, w.organiser).Get("/api/v1/campaigns/programme").Want(http.StatusOK).JSON(&programme)
		if len(programme.Often) != 1 || programme.Often[0].Person != "bob" || programme.Often[0].Name != "Bob" || programme.Often[0].Times != 4 {
			w.t.Errorf("the API says %+v", programme.Often)
		}
		again := w.open("Once more")
		w.at = "/campaigns/" + again.Slug
		w.invite(url.Values{"list": {"@bob\n@cara"}}).WantText("These were invited 4 times or more in the last 90 days.", "Bob")
		w.clock.Move(91 * 24 * time.Hour)
		w.As(w.t, w.organiser).Get("/campaigns/programme").WantText("Nobody was invited to 4 campaigns or more")
	})
}

func TestAddressesAreForgotten(t *testing.T) {
	eachInviting(t, func(w inviting) {
		w.invite(url.Values{"list": {"one@leeds.nhs.uk\nbob@leeds.nhs.uk"}})
		bob := apptest.Person(w.t, w.Store, apptest.Named("bob", "Bob"), func(p *models.Person) { p.Email = "bob@leeds.nhs.uk" })
		w.invite(url.Values{"list": {"@bob"}}).WantText("1 is invited already")
		if err := w.Store.ClosePerson(t.Context(), bob.ID); err != nil {
			w.t.Fatal(err)
		}
		w.wantStates(map[string]string{"one@leeds.nhs.uk": "waiting"})
		forget := func() {
			if err := w.Store.ForgetInvited(t.Context(), w.Store.Now().Add(-models.AddressesFor)); err != nil {
				w.t.Fatal(err)
			}
		}
		w.clock.Move(49 * 24 * time.Hour)
		forget()
		w.wantState("one@leeds.nhs.uk", "waiting")
		w.clock.Move(2 * 24 * time.Hour)
		forget()
		w.As(w.t, w.organiser).Get(w.at + "/invitations").WantText("An address that is deleted").WantNoText("one@leeds")
		if got := slices.Collect(func(yield func(string) bool) {
			for who := range w.states() {
				yield(who)
			}
		}); len(got) != 1 || got[0] != "" {
			w.t.Error(got)
		}
	})
}

func TestWhoInvitedIsNamed(t *testing.T) {
	eachInviting(t, func(w inviting) {
		bob := apptest.Person(w.t, w.Store, apptest.Named("bob", "Bob Nurse"))
		amy := apptest.Person(w.t, w.Store, apptest.Named("amy", "Amy Nurse"))
		w.invite(url.Values{"list": {"@bob"}})
		w.organiser = apptest.Person(w.t, w.Store, apptest.Named("nia", "Nia Other"), apptest.WithRole(models.RoleOrganiser))
		w.invite(url.Values{"list": {"@amy\n@bob"}}) // Bob is invited already, by Olga
		w.goOn(time.Hour)
		w.want(bob, "Olga Organiser invites you to the campaign Release time to care")
		w.want(amy, "Nia Other invites you to the campaign Release time to care")
	})
}
