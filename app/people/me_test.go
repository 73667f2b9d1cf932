package people_test

import (
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"grassroots/app/apptest"
	"grassroots/app/web"
	"grassroots/models"
)

func TestOnesOwnPagesNeedSigningIn(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		c := h.Client(t)
		for _, path := range []string{"/me", "/me/mentions", "/me/settings", "/me/tokens", "/me/sessions"} {
			c.Get(path + "?x=1").WantRedirect("/sign-in?next=" + url.QueryEscape(path+"?x=1"))
		}
		for _, path := range []string{"/me/settings", "/me/tokens", "/me/tokens/x/revoke", "/me/sessions/end-others", "/me/sessions/x/end"} {
			c.Post(path, nil).Want(http.StatusUnauthorized)
		}
	})
}

func TestOnesOwnOverview(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		p := apptest.Person(t, h.Store, apptest.Named("amina", "Amina Yusuf"))
		tom := apptest.Person(t, h.Store, apptest.Named("tom", "Tom Rees"))
		c := h.As(t, p)
		c.Get("/me").Want(http.StatusOK).WantText("Amina Yusuf", "You have no drafts.", "You have posted nothing yet.", "Nobody has mentioned you yet.", "Say what you do and where").
			WantNoText("Withdrawn", "Admin", "Moderation")

		mine := h.post(t, p, "Letters in minutes")
		gone := h.post(t, p, "Taken back")
		h.comment(t, gone, tom, "<p>Hidden @amina</p>", p.ID)
		if err := h.Store.SetStatus(t.Context(), gone.ID, models.Withdrawn); err != nil {
			t.Fatal(err)
		}
		draft := models.Draft{ID: h.Store.NewID(), OwnerID: p.ID, SavedBy: p.ID, Document: models.Document{Title: "Half a thought"}}
		theirs := models.Draft{ID: h.Store.NewID(), OwnerID: tom.ID, SavedBy: tom.ID, Based: 2}
		for _, d := range []*models.Draft{&draft, &theirs} {
			if err := h.Store.SaveDraft(t.Context(), d); err != nil {
				t.Fatal(err)
			}
		}
		if err := h.Store.SetDraftPeople(t.Context(), theirs.ID, []string{p.ID}); err != nil {
			t.Fatal(err)
		}
		for range 7 {
			h.comment(t, mine, tom, "<p>Ask @amina</p>", p.ID)
			h.Clock.Move(time.Second)
		}
		deleted := h.comment(t, mine, tom, "<p>Deleted @amina</p>", p.ID)
		if err := h.Store.DeleteComment(t.Context(), deleted.ID); err != nil {
			t.Fatal(err)
		}
		h.Site.PeopleChanged()

		page := c.Get("/me").Want(http.StatusOK)
		page.WantText("Half a thought", "Untitled draft", "Saved by Tom Rees", "A change of a published case study", "Letters in minutes", "Taken back", "Ask @amina").
			WantNoText("Hidden @amina", "Deleted @amina")
		for _, want := range []string{"/me/drafts/" + draft.ID, "/me/drafts/" + theirs.ID, "/me/settings", "/me/tokens", "/me/sessions", "/people/amina"} {
			if !slices.Contains(page.Links(), want) {
				t.Errorf("no link leads to %s", want)
			}
		}
		all := c.Get(page.Link("All mentions of you")).Want(http.StatusOK)
		if got := len(all.All(apptest.Class("gr-comment"))); got != 7 {
			t.Errorf("%d mentions are shown, want 7", got)
		}
		c.Get("/me/mentions?before=x").Want(http.StatusBadRequest)
	})
}

func TestMentionsArePaged(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		p, tom := apptest.Person(t, h.Store), apptest.Person(t, h.Store)
		cs := h.post(t, tom, "A title")
		for i := range 43 {
			h.comment(t, cs, tom, "<p>"+apptest.Numbered("mention ", i)+"</p>", p.ID)
			h.Clock.Move(time.Second)
		}
		c := h.As(t, p)
		page := c.Get("/me/mentions").Want(http.StatusOK)
		var got []string
		for range 3 {
			for _, m := range page.All(apptest.Class("gr-comment")) {
				got = append(got, apptest.Text(m))
			}
			if next := page.All(apptest.With("a", "rel", "next")); len(next) == 1 {
				page = c.Get(apptest.Attr(next[0], "href")).Want(http.StatusOK)
			}
		}
		if len(got) != 43 || !strings.Contains(got[0], "mention 0042") || !strings.Contains(got[42], "mention 0000") {
			t.Errorf("%d mentions: %v", len(got), got)
		}
	})
}

func TestTheProfileForm(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		p := apptest.Person(t, h.Store, apptest.Named("amina", "Amina Yusuf"))
		apptest.Person(t, h.Store, apptest.Named("taken", "Somebody Else"))
		name := func(code, name string) {
			if _, _, err := h.Store.SaveOrganisation(t.Context(), models.Organisation{Code: code, Name: name}); err != nil {
				t.Fatal(err)
			}
		}
		name("RR8", "Leeds Teaching Hospitals NHS Trust")
		name("RGD", "Leeds and York Partnership NHS Foundation Trust")
		name("RTD", "Newcastle Hospitals (NHS)")
		c := h.As(t, p)
		form := c.Get("/me/settings").Want(http.StatusOK).WantText("You sign in with amina@nhs.net").Form("/me/settings")
		if v := form.Values.Get("years_experience"); v != "8" {
			t.Errorf("the years of experience are %q", v)
		}
		form.Set("name", "Amina  Yusuf-Khan").Set("handle", "@Amina-Khan").Set("job_title", "Matron").Set("staff_group", "Medical and Dental").
			Set("organisation", "Leeds Teaching Hospitals NHS Trust (RR8)").Set("years_experience", "0").Set("skills", "A&E, audit;teaching, audit,").Set("bio", "One.\r\n\r\nTwo.").
			Send().WantRedirect("/people/amina-khan").Follow().Want(http.StatusOK).
			WantText("Your profile is saved.", "Amina Yusuf-Khan", "Matron", "Medical and Dental", "Leeds Teaching Hospitals NHS Trust", "Less than 1 year", "A&E", "teaching", "One. Two.")
		saved, err := h.Store.PersonByID(t.Context(), p.ID)
		if err != nil || saved.Email != p.Email || !slices.Equal(saved.Skills, []string{"A&E", "audit", "teaching"}) || saved.Bio != "One.\n\nTwo." || len(saved.Grants) != 1 {
			t.Fatalf("saved %+v, %v", saved, err)
		}
		// What was saved comes back, and the old address of the page leads on.
		back := c.Get("/me/settings").Form("/me/settings")
		if back.Values.Get("organisation") != "Leeds Teaching Hospitals NHS Trust (RR8)" || back.Values.Get("skills") != "A&E, audit, teaching" || back.Values.Get("staff_group") != "Medical and Dental" {
			t.Errorf("the form has %v", back.Values)
		}
		h.Client(t).Get("/people/amina").Want(http.StatusMovedPermanently)

		for typed, want := range map[string]string{"rr8": "RR8", "leeds TEACHING hospitals nhs trust": "RR8", "Teaching": "RR8", "XX99": "XX99", "rtd": "RTD", "Newcastle Hospitals (NHS)": "RTD", "": ""} {
			c.Get("/me/settings").Form("/me/settings").Set("organisation", typed).Send().Want(http.StatusSeeOther)
			saved, err := h.Store.PersonByID(t.Context(), p.ID)
			if err != nil || saved.Organisation != want {
				t.Errorf("%q became %q, want %q (%v)", typed, saved.Organisation, want, err)
			}
		}
		const none = "No organisation here has this name. Enter its ODS code, such as RR8, or choose from the list"
		for typed, want := range map[string][]string{
			"leeds":                       {"More than one organisation fits: ", "Leeds Teaching Hospitals NHS Trust (RR8)", "Leeds and York Partnership NHS Foundation Trust (RGD)", ". Choose one of them"},
			"Atlantis":                    {none},
			"Nowhere (!!!)":               {none},
			"Nowhere (NHS)":               {none},
			strings.Repeat("leeds ", 100): {"Enter the name or the ODS code of your organisation"},
		} {
			page := c.Get("/me/settings").Form("/me/settings").Set("organisation", typed).Send().Want(http.StatusUnprocessableEntity)
			got := page.Errors()
			if len(got) != 1 || slices.ContainsFunc(want, func(part string) bool { return !strings.Contains(got[0], part) }) {
				t.Errorf("%.40q: %q", typed, got)
			}
			if v := page.Form("/me/settings").Values.Get("organisation"); v != strings.TrimSpace(typed) {
				t.Errorf("the form has %q", v)
			}
		}
	})
}

func TestAProfileWithFaultsIsKeptAsTyped(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		p := apptest.Person(t, h.Store, apptest.Named("amina", "Amina Yusuf"))
		apptest.Person(t, h.Store, apptest.Named("taken", "Somebody Else"))
		c := h.As(t, p)
		typed := url.Values{"name": {"!!!"}, "handle": {"Not A Handle"}, "job_title": {strings.Repeat("x", 101)}, "staff_group": {"Wizards"}, "organisation": {"?"},
			"years_experience": {"many"}, "skills": {strings.Repeat("s", 101)}, "bio": {strings.Repeat("b", 1001)}}
		page := c.Post("/me/settings", typed)
		page.WantErrors("Enter your name with at least one letter", "A handle has 1 to 40 lower-case letters, digits and inner hyphens", "Your role must be 100 characters or fewer",
			"Choose a staff group from the list", "No organisation here has this name. Enter its ODS code, such as RR8, or choose from the list",
			"Years of experience must be a whole number from 0 to 60", "Each skill must be 100 characters or fewer", "About you must be 1000 characters or fewer")
		form := page.Form("/me/settings").Values
		for name, want := range typed {
			if name == "staff_group" { // a choice that is not offered cannot be shown
				continue
			}
			if got := strings.TrimPrefix(form.Get(name), "\n"); got != want[0] {
				t.Errorf("the field %s has %.60q, want %.60q", name, got, want[0])
			}
		}
		taken := url.Values{"name": {"Amina"}, "handle": {"taken"}}
		c.Post("/me/settings", taken).WantErrors("Somebody else has or had this handle. Choose another")
		c.Post("/me/settings", nil).WantErrors("Enter your name, 100 characters or fewer", "A handle has 1 to 40 lower-case letters, digits and inner hyphens")

		for _, field := range []string{"name", "handle", "job_title", "staff_group", "organisation", "years_experience", "skills", "bio"} {
			for what, value := range hostile() {
				form := url.Values{"name": {"Amina"}, "handle": {"amina"}}
				form.Set(field, value)
				got := c.Post("/me/settings", form)
				if got.Status != http.StatusSeeOther && got.Status != http.StatusUnprocessableEntity {
					t.Errorf("%s in %s: status %d", what, field, got.Status)
				}
				if got.Status == http.StatusUnprocessableEntity && (len(got.All(apptest.Tag("script"))) != 1 || strings.ContainsAny(got.Body, "\x00\u202e\ufffe")) {
					t.Errorf("%s in %s is in the page as it was typed", what, field)
				}
			}
		}
		shown := c.Get("/people/amina").Want(http.StatusOK)
		if len(shown.All(apptest.Tag("script"))) != 1 || strings.ContainsAny(shown.Body, "\x00\u202e") {
			t.Error("hostile text was saved and is in the page as it was typed")
		}
	})
}

func TestTokens(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		p, other := apptest.Person(t, h.Store), apptest.Person(t, h.Store)
		c := h.As(t, p)
		page := c.Get("/me/tokens").Want(http.StatusOK).WantText("You have no tokens.")
		made := page.Form("/me/tokens").Set("name", "The intranet").Set("expires", "30").Send().Want(http.StatusOK)
		made.WantText("Copy it now: it is not shown again.", "The intranet")
		token := apptest.Text(made.ByID("token"))
		if !strings.HasPrefix(token, "grt_") || len(token) < 40 {
			t.Fatalf("the token is %q", token)
		}
		if got := made.Header.Get("Cache-Control"); got != "no-store" {
			t.Errorf("the page with the token may be kept: %q", got)
		}
		for name, value := range c.Cookies() {
			if strings.Contains(value, token) {
				t.Errorf("the cookie %s has the token", name)
			}
		}
		if again := c.Get("/me/tokens").Want(http.StatusOK); strings.Contains(again.Body, token) || strings.Contains(h.Log.String(), token) {
			t.Error("the token is shown again")
		}
		kept, err := h.Store.TokenBySecret(t.Context(), token)
		if err != nil || kept.PersonID != p.ID || kept.ExpiresAt == nil || !kept.ExpiresAt.Equal(h.Store.Now().Add(30*24*time.Hour)) {
			t.Fatalf("kept %+v, %v", kept, err)
		}

		// Nobody else can revoke it; its owner can, and it stops at once.
		h.As(t, other).Post("/me/tokens/"+kept.ID+"/revoke", nil).Want(http.StatusSeeOther)
		if _, err := h.Store.TokenBySecret(t.Context(), token); err != nil {
			t.Fatalf("somebody else revoked the token: %v", err)
		}
		c.Get("/me/tokens").Form("/me/tokens/"+kept.ID+"/revoke").Send().WantRedirect("/me/tokens").Follow().WantText("The token is revoked.", "You have no tokens.")
		if _, err := h.Store.TokenBySecret(t.Context(), token); models.KindOf(err) != models.NotFound {
			t.Errorf("the revoked token is there: %v", err)
		}

		c.Post("/me/tokens", url.Values{"name": {""}, "expires": {"31"}}).WantErrors("Say what the token is for, in 80 characters or fewer", "Choose from the list when the token ends")
		for what, value := range hostile() {
			got := c.Post("/me/tokens", url.Values{"name": {value}, "expires": {"7"}})
			if got.Status != http.StatusOK && got.Status != http.StatusUnprocessableEntity || len(got.All(apptest.Tag("script"))) != 1 {
				t.Errorf("%s: status %d", what, got.Status)
			}
		}
		for range 20 {
			c.Post("/me/tokens", url.Values{"name": {"More"}, "expires": {"7"}})
		}
		c.Post("/me/tokens", url.Values{"name": {"More"}, "expires": {"7"}}).WantErrors("You have 20 tokens, which is the most. Revoke one first")
		h.Clock.Move(30 * time.Minute)
		c.Get("/me").Want(http.StatusOK).WantText("API tokens (20)")
	})
}

func TestSessions(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		p, other := apptest.Person(t, h.Store), apptest.Person(t, h.Store)
		phone, stranger := h.Client(t), h.As(t, other)
		here := h.Client(t)
		here.Header.Set("X-Forwarded-For", "203.0.113.7")
		here.Post("/apptest/sign-in/"+p.ID, nil).Want(http.StatusNoContent)
		phone.Header.Set("X-Forwarded-For", "198.51.100.9")
		phone.Header.Set("User-Agent", "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1")
		phone.Post("/apptest/sign-in/"+p.ID, nil).Want(http.StatusNoContent)
		odd := h.Client(t)
		odd.Header.Set("User-Agent", "curl/8 \xff")
		odd.Post("/apptest/sign-in/"+p.ID, nil).Want(http.StatusNoContent)

		page := here.Get("/me/sessions").Want(http.StatusOK)
		page.WantText("This browser", "Edge on Windows", "Safari on an iPhone", "A browser that does not say what it is", "2 other sessions",
			"By an e-mail link, 4 March 2026, 12:00", "203.0.113.0/24", "198.51.100.0/24", "No program acts for you")
		sessions, err := h.Store.SessionsOf(t.Context(), p.ID)
		if err != nil {
			t.Fatal(err)
		}
		at := slices.IndexFunc(sessions, func(s models.Session) bool { return strings.Contains(s.UserAgent, "iPhone") })
		stranger.Post("/me/sessions/"+sessions[at].ID+"/end", nil).Want(http.StatusSeeOther)
		phone.Get("/me").Want(http.StatusOK)
		page.Form("/me/sessions/" + sessions[at].ID + "/end").Send().WantRedirect("/me/sessions")
		phone.Get("/me").Want(http.StatusSeeOther)
		odd.Get("/me").Want(http.StatusOK)

		here.Get("/me/sessions").Form("/me/sessions/end-others").Send().WantRedirect("/me/sessions").Follow().WantText("1 session ended")
		odd.Get("/me").Want(http.StatusSeeOther)
		current := here.Get("/me/sessions").Want(http.StatusOK).WantNoText("Sign out everywhere else")
		forms := current.All(func(n *apptest.Node) bool {
			return n.Data == "form" && strings.HasSuffix(apptest.Attr(n, "action"), "/end")
		})
		if len(forms) != 1 {
			t.Fatalf("%d sessions can be ended", len(forms))
		}
		current.Form(apptest.Attr(forms[0], "action")).Send().WantRedirect("/")
		here.Get("/me").Want(http.StatusSeeOther)
		stranger.Get("/me").Want(http.StatusOK)
	}, believed())
}

// believed takes the word of the tests for where their requests come from.
func believed() apptest.Option {
	return apptest.WithLimits(web.Limits{Links: 5}, web.Proxies{Known: []netip.Prefix{netip.MustParsePrefix("0.0.0.0/32")}})
}

// The page has every session, of whatever number, with where it was last used
// from, in no more statements than for one; and the tokens beside them.
func TestManySessionsAndTokens(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		p := apptest.Person(t, h.Store)
		c := h.As(t, p)
		c.Get("/me/sessions").WantText("You are signed in nowhere else.", "No program acts for you").WantNoText("Sign out everywhere else")
		few := len(h.Statements(func() { c.Get("/me/sessions") }))
		for range 30 {
			h.As(t, p)
		}
		h.Clock.Move(2 * time.Minute)
		mover := h.As(t, p)
		h.Clock.Move(2 * time.Minute)
		mover.Header.Set("X-Forwarded-For", "2001:db8:1:2::7")
		mover.Get("/me")
		name := strings.Repeat("W", 80)
		c.Post("/me/tokens", url.Values{"name": {name}, "expires": {"7"}}).Want(http.StatusOK)
		c.Post("/me/tokens", url.Values{"name": {"Another"}, "expires": {"30"}}).Want(http.StatusOK)
		page := c.Get("/me/sessions").Want(http.StatusOK).WantText("31 other sessions", name, "11 March 2026", "2001:db8:1::/48")
		if got := len(page.All(func(n *apptest.Node) bool {
			return n.Data == "form" && strings.HasPrefix(apptest.Attr(n, "action"), "/me/sessions/") && strings.HasSuffix(apptest.Attr(n, "action"), "/end")
		})); got != 32 {
			t.Errorf("%d sessions can be ended, want 32", got)
		}
		_, list, _ := strings.Cut(page.Text(), "31 other sessions")
		if strings.Index(list, "2001:db8:1::/48") > strings.Index(list, "0.0.0.0/24") {
			t.Error("the session that was used last is not the first")
		}
		if many := len(h.Statements(func() { c.Get("/me/sessions") })); many > few {
			t.Errorf("%d statements for many sessions, %d for one", many, few)
		}
		tokens, err := h.Store.TokensOf(t.Context(), p.ID)
		if err != nil || len(tokens) != 2 {
			t.Fatalf("%v, %v", tokens, err)
		}
		page.Form("/me/tokens/" + tokens[0].ID + "/revoke").Send().WantRedirect("/me/sessions").Follow().WantText("The token is revoked.")
		c.Get("/me/tokens").Form("/me/tokens/" + tokens[1].ID + "/revoke").Send().WantRedirect("/me/tokens")
		c.Get("/me/sessions").Form("/me/sessions/end-others").Send().WantRedirect("/me/sessions").Follow().WantText("31 sessions ended", "You are signed in nowhere else.")
	}, believed())
}

// A session ends an hour after its last use, and a signed-in page says so by
// asking to sign in again.
func TestSessionsEndByThemselves(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		c := h.As(t, apptest.Person(t, h.Store))
		for range 11 {
			h.Clock.Move(59 * time.Minute)
			c.Get("/me").Want(http.StatusOK)
		}
		h.Clock.Move(web.SessionIdle + time.Minute)
		c.Get("/me").WantRedirect("/sign-in?next=%2Fme")
	})
}
