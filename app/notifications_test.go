package app_test

import (
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"grassroots/app/apptest"
	"grassroots/app/casestudies"
	"grassroots/app/comments"
	"grassroots/models"
	"grassroots/models/store"
	"grassroots/models/store/storetest"
)

// whenTold finds the time at which somebody was told something.
var whenTold = regexp.MustCompile(` \d+ [A-Z][a-z]+ \d{4}`)

// told is a site on which people are told of things.
type told struct {
	*wholeSite
}

func eachTold(t *testing.T, f func(w told)) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) { f(told{wholeSiteOn(t, s)}) })
}

func (w told) person(handle, name string) models.Person {
	w.t.Helper()
	return apptest.Person(w.t, w.Store, apptest.Named(handle, name))
}

func (w told) post(p models.Person, d models.Document) models.CaseStudy {
	w.t.Helper()
	d.Body = "Text"
	if d.Stage == "" {
		d.Stage = models.StageIdea
	}
	cs, err := w.whole.CaseStudies.Create(w.t.Context(), &p, casestudies.Publication{Document: d})
	if err != nil {
		w.t.Fatal(err)
	}
	return cs
}

func (w told) comment(p models.Person, cs models.CaseStudy, replyTo, body string) models.Comment {
	w.t.Helper()
	c, err := w.whole.Comments.Post(w.t.Context(), &p, comments.NewComment{CaseStudy: cs.ID, Body: body, ReplyTo: replyTo, Kind: models.Experience})
	if err != nil {
		w.t.Fatal(err)
	}
	return c
}

func (w told) revise(p models.Person, id string, base int, d models.Document) {
	w.t.Helper()
	if _, err := w.whole.CaseStudies.Revise(w.t.Context(), &p, casestudies.Publication{ID: id, Document: d, Base: base}); err != nil {
		w.t.Fatal(err)
	}
	w.work()
}

func (w told) follow(p models.Person, kind models.FollowKind, thing string) {
	w.t.Helper()
	w.As(w.t, p).Post("/follow", url.Values{"kind": {string(kind)}, "thing": {thing}}).Want(http.StatusSeeOther)
}

// work does the jobs that wait, and looks that another time they tell nobody
// anything.
func (w told) work() {
	w.t.Helper()
	if err := w.queue.Drain(w.t.Context()); err != nil {
		w.t.Fatal(err)
	}
	w.Site.PeopleChanged()
}

// want fails the test when a person is told anything else than these, the newest
// first, or has another number beside their name.
func (w told) want(p models.Person, lines ...string) {
	w.t.Helper()
	page := w.As(w.t, p).Get("/me/notifications").Want(http.StatusOK)
	var got []string
	for _, n := range page.All(apptest.Class("gr-notice")) {
		text := apptest.Text(n)
		got = append(got, strings.TrimPrefix(text[:whenTold.FindStringIndex(text)[0]], "New "))
	}
	if !slices.Equal(got, lines) {
		w.t.Errorf("%s is told %q, want %q", p.Name, got, lines)
	}
	now, err := w.Store.PersonByID(w.t.Context(), p.ID)
	if err != nil {
		w.t.Fatal(err)
	}
	if unread := strings.Count(page.Text(), " New "); now.Unread != len(lines) || unread < len(lines) {
		w.t.Errorf("%s has %d unread, %d are marked as new, want %d", p.Name, now.Unread, unread, len(lines))
	}
}

func TestPeopleAreToldOnceOfWhatConcernsThem(t *testing.T) {
	eachTold(t, func(w told) {
		author, reader, friend := w.person("ann", "Ann"), w.person("bob", "Bob"), w.person("cleo", "Cleo")
		cs := w.post(author, models.Document{Title: "Letters"})
		w.follow(friend, models.FollowStudy, cs.Slug)
		first := w.comment(reader, cs, "", "How?")
		w.work()
		w.want(author, "Bob commented on your case study Letters")
		w.want(friend, "Bob commented on Letters")
		w.want(reader)
		// A reply that mentions is one thing to each, for the reason that is nearest.
		w.comment(author, cs, first.ID, "So, @bob and @cleo.")
		w.work()
		w.want(reader, "Ann mentioned you in a comment on Letters")
		w.want(friend, "Ann mentioned you in a comment on Letters", "Bob commented on Letters")
		w.want(author, "Bob commented on your case study Letters")
		w.comment(friend, cs, first.ID, "Yes")
		w.work()
		w.want(reader, "Cleo answered your comment on Letters", "Ann mentioned you in a comment on Letters")

		// To follow a link is to have read it; the button does it for all that one saw.
		c := w.As(w.t, reader)
		page := c.Get("/me/notifications")
		link := apptest.Attr(apptest.All(page.All(apptest.Class("gr-notice"))[0], apptest.Tag("a"))[0], "href")
		c.Get(link).Want(http.StatusFound)
		if p, err := w.Store.PersonByID(w.t.Context(), reader.ID); err != nil || p.Unread != 1 {
			w.t.Errorf("%d unread (%v), want 1", p.Unread, err)
		}
		w.comment(friend, cs, first.ID, "And yes")
		w.work()
		page.Form("/me/notifications/read").Send().WantRedirect("/me/notifications")
		if p, err := w.Store.PersonByID(w.t.Context(), reader.ID); err != nil || p.Unread != 1 {
			w.t.Errorf("%d unread (%v), want the one that came meanwhile", p.Unread, err)
		}
		c.Get("/case-studies").WantText("1 unread")
		// Nobody else's can be opened, and nonsense is no fault of ours.
		w.As(w.t, author).Get(link).Want(http.StatusNotFound)
		c.Get("/me/notifications/nonsense").Want(http.StatusNotFound)
		c.Get("/me/notifications?cursor=nonsense").Want(http.StatusBadRequest)
		c.Post("/me/notifications/read", url.Values{"up_to": {"nonsense"}}).Want(http.StatusBadRequest)
	})
}

func TestFollowersAreToldOfWhatIsNew(t *testing.T) {
	eachTold(t, func(w told) {
		author := w.person("ann", "Ann")
		w.post(author, models.Document{Title: "Before", Organisation: "RR8", Connections: []models.Connection{{From: "PPM+", To: "SystmOne", Standard: "hl7-v2"}}})
		w.work()
		followers := map[string]models.Person{}
		for kind, thing := range map[models.FollowKind]string{models.FollowSystem: "systmone", models.FollowStandard: "hl7-v2", models.FollowOrganisation: "rr8", models.FollowPerson: "ann"} {
			p := w.person("f-"+string(kind), "Follower of "+string(kind))
			w.follow(p, kind, thing)
			w.follow(p, kind, thing) // again is no other
			followers[string(kind)] = p
		}
		all := w.person("all", "All")
		for kind, thing := range map[models.FollowKind]string{models.FollowSystem: "systmone", models.FollowOrganisation: "RR8"} {
			w.follow(all, kind, thing)
		}
		cs := w.post(author, models.Document{Title: "After", Organisation: "RR8", Connections: []models.Connection{{From: "PPM+", To: "SystmOne", Standard: "hl7-v2"}}})
		w.post(author, models.Document{Title: "Secret", Organisation: "RR8", Visibility: models.ToOrganisation})
		w.work()
		w.want(all, "Ann posted After")
		for _, p := range followers {
			w.want(p, "Ann posted After")
		}
		w.As(w.t, followers["system"]).Get("/me/notifications").WantText("You follow SystmOne.")
		w.As(w.t, followers["person"]).Get("/me/notifications").WantText("You follow Ann.")
		w.As(w.t, all).Get("/me/following").WantText("SystmOne", "Organisation RR8").WantNoText("After")

		// A change is told to who follows it; another stage to all who had a part.
		voter := w.person("val", "Val")
		if _, err := w.whole.CaseStudies.Vote(w.t.Context(), &voter, cs.ID, true); err != nil {
			w.t.Fatal(err)
		}
		fan := w.person("fan", "Fan")
		w.follow(fan, models.FollowStudy, cs.Slug)
		d := cs.Document
		d.Summary = "In short"
		w.revise(author, cs.ID, 1, d)
		d.Stage = models.StageInUse
		w.revise(author, cs.ID, 2, d)
		w.want(fan, "Ann moved to “In use”: After", "Ann changed After")
		w.want(voter, "Ann moved to “In use”: After")
		w.want(author)

		// What is withdrawn is told to nobody any more, and what was stopped is over.
		w.As(w.t, all).Post("/follow", url.Values{"kind": {"system"}, "thing": {"systmone"}, "following": {"false"}}).Want(http.StatusSeeOther)
		w.As(w.t, all).Get("/me/following").WantNoText("SystmOne")
		if _, err := w.whole.CaseStudies.Withdraw(w.t.Context(), &author, cs.ID, ""); err != nil {
			w.t.Fatal(err)
		}
		w.As(w.t, fan).Get("/me/notifications").WantNoText("After")
	})
}

// What is for some is told to those alone, also when they could read it once.
func TestNotificationsKeepToWhoMayRead(t *testing.T) {
	eachTold(t, func(w told) {
		author := w.person("ann", "Ann")
		at := func(p *models.Person) { p.Organisation, p.Confirmed = "RR8", "RR8" }
		colleague := apptest.Person(w.t, w.Store, at, apptest.Named("col", "Col"))
		stranger := w.person("eve", "Eve")
		cs := w.post(author, models.Document{Title: "Zanzibar", Organisation: "RR8", Visibility: models.ToOrganisation})
		w.As(w.t, stranger).Post("/follow", url.Values{"kind": {"case-study"}, "thing": {cs.ID}}).Want(http.StatusNotFound).WantNoText("Zanzibar")
		w.As(w.t, stranger).Get("/follow/case-study/" + cs.ID).Want(http.StatusNotFound).WantNoText("Zanzibar")
		w.follow(colleague, models.FollowStudy, cs.ID)
		if err := w.Store.Follow(w.t.Context(), stranger.ID, models.Followed{Kind: models.FollowStudy, Thing: cs.ID}, true); err != nil {
			w.t.Fatal(err)
		}
		w.comment(author, cs, "", "Hello @eve")
		w.work()
		w.want(stranger)
		w.want(colleague, "Ann commented on Zanzibar")
		w.As(w.t, stranger).Get("/me/following").WantNoText("Zanzibar")
		// Who works there no longer sees it no longer.
		colleague.Confirmed, colleague.Organisation = "", "RWY"
		if err := w.Store.UpdatePerson(w.t.Context(), &colleague); err != nil {
			w.t.Fatal(err)
		}
		w.Site.PeopleChanged()
		w.As(w.t, colleague).Get("/me/notifications").WantNoText("Zanzibar")
	})
}

func TestWhatCannotBeFollowed(t *testing.T) {
	eachTold(t, func(w told) {
		p := w.person("ann", "Ann")
		c := w.As(w.t, p)
		for _, form := range []url.Values{{}, {"kind": {"weather"}, "thing": {"x"}}, {"kind": {"system"}, "thing": {"no-such"}}, {"kind": {"person"}, "thing": {"nobody"}},
			{"kind": {"case-study"}, "thing": {strings.Repeat("x", 5000)}}, {"kind": {"organisation"}, "thing": {"\x00"}}} {
			if status := c.Post("/follow", form).Status; status != http.StatusNotFound {
				w.t.Errorf("following %v: %d", form, status)
			}
		}
		c.Post("/follow", url.Values{"kind": {"person"}, "thing": {"ann"}}).Want(http.StatusConflict)
		if page := w.Client(w.t).Post("/follow", url.Values{"kind": {"system"}, "thing": {"x"}}); page.Status != http.StatusUnauthorized {
			w.t.Errorf("nobody follows: %d", page.Status)
		}
		// One may stop following what is not there any more.
		c.Post("/follow", url.Values{"kind": {"case-study"}, "thing": {w.Store.NewID()}, "following": {"false"}}).Want(http.StatusSeeOther)
	})
}

func TestOldNotificationsAreForgottenAndCountedRight(t *testing.T) {
	eachTold(t, func(w told) {
		author, reader := w.person("ann", "Ann"), w.person("bob", "Bob")
		cs := w.post(author, models.Document{Title: "Letters"})
		w.comment(reader, cs, "", "How?")
		w.work()
		if err := w.Store.ForgetNotifications(w.t.Context(), w.Store.Now().Add(-time.Hour)); err != nil {
			w.t.Fatal(err)
		}
		w.want(author, "Bob commented on your case study Letters")
		if err := w.Store.ForgetNotifications(w.t.Context(), w.Store.Now().Add(time.Hour)); err != nil {
			w.t.Fatal(err)
		}
		w.want(author)
	})
}

// Those who adopt a case study are told that it has changed, once a day, and not who is
// told of that anyway; the workspace leads to the difference until it is marked as read.
func TestAdoptersAreToldThatTheOriginalChanges(t *testing.T) {
	eachTold(t, func(w told) {
		at := func(p *models.Person) { p.Organisation = "RWY" }
		author := w.person("ann", "Ann Author")
		owner, nurse, stopped := apptest.Person(w.t, w.Store, at, apptest.Named("olga", "Olga Owner")), apptest.Person(w.t, w.Store, at, apptest.Named("nina", "Nina Nurse")), w.person("sam", "Sam Stopped")
		d := models.Document{Title: "Letters in minutes", Stage: models.StageTrial, Organisation: "RR8"}
		cs := w.post(author, d)
		adopt := func(p models.Person, code string, status models.AdoptionStatus) models.Adoption {
			a := models.Adoption{ID: w.Store.NewID(), CaseStudyID: cs.ID, Organisation: code, Status: status, OwnerID: p.ID, CreatedAt: w.Store.Now()}
			if err := w.Store.AddAdoption(w.t.Context(), &a, p.ID); err != nil {
				w.t.Fatal(err)
			}
			return a
		}
		a := adopt(owner, "RWY", models.AdoptionTrying)
		adopt(stopped, "RCF", models.AdoptionStopped)
		// Whose profile names another organisation is told where they lead this one.
		lead, moved := w.person("lena", "Lena Lead"), w.person("mia", "Mia Moved")
		if err := w.Store.Grant(w.t.Context(), lead.ID, models.Grant{Role: models.RoleLead, Organisation: "RWY"}); err != nil {
			w.t.Fatal(err)
		}
		for _, p := range []models.Person{nurse, lead, moved} {
			if err := w.Store.AddWorkPerson(w.t.Context(), a.ID, p.ID, owner.ID); err != nil {
				w.t.Fatal(err)
			}
		}
		w.work()
		d.Body, d.Tags = "Text", []string{"letters"}
		w.revise(author, cs.ID, 1, d) // neither its text nor its connections
		w.want(owner)
		d.Body = "Another text"
		w.revise(author, cs.ID, 2, d)
		d.Body = "A third text"
		w.revise(author, cs.ID, 3, d)
		w.want(stopped)
		w.want(lead, "Ann Author changed a case study that you adopt: Letters in minutes")
		w.want(moved)
		w.want(nurse, "Ann Author changed a case study that you adopt: Letters in minutes")
		w.want(owner, "Ann Author changed a case study that you adopt: Letters in minutes")
		c, workspace := w.As(w.t, owner), "/case-studies/"+cs.Slug+"/adoptions/RWY/workspace"
		c.Get(workspace).Want(http.StatusOK).WantText("that was revision 1, and it is revision 4 now", "See what changed")
		compare := "/case-studies/" + cs.Slug + "/history/compare?from=1&to=4"
		if to := c.Get(workspace + "/changes").Want(http.StatusFound).Header.Get("Location"); to != compare {
			w.t.Errorf("it leads to %s", to)
		}
		c.Get(workspace).Form(workspace + "/seen").Send().WantRedirect(workspace).Follow().WantText("It is marked as read.").WantNoText("See what changed")
		c.Post(workspace+"/seen", url.Values{"revision": {"99"}}).Want(http.StatusBadRequest)
		w.follow(nurse, models.FollowStudy, cs.ID)
		d.Connections = []models.Connection{{From: "PPM+", To: "SystmOne"}}
		w.revise(author, cs.ID, 4, d)
		c.Get(workspace).WantText("that was revision 4, and it is revision 5 now")
	})
}
