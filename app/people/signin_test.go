package people_test

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"grassroots/app/apptest"
	"grassroots/app/web"
	"grassroots/models"
)

func demoPerson(handle, name string, roles ...models.Role) func(*models.Person) {
	return func(p *models.Person) {
		apptest.Named(handle, name)(p)
		p.Email, p.Demo = handle+"@demo.nhs.uk", true
		for _, r := range roles {
			apptest.WithRole(r)(p)
		}
	}
}

func TestDemoPeopleSignInWithOnePress(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		apptest.Person(t, h.Store, demoPerson("amina-yusuf", "Amina Yusuf", models.RoleLead), func(p *models.Person) { p.Organisation = "RR8" })
		apptest.Person(t, h.Store, demoPerson("ada-min", "Ada Min", models.RoleAdmin))
		real := apptest.Person(t, h.Store, apptest.Named("real", "Real Colleague"))

		c := h.Client(t)
		page := c.Get("/sign-in?next=%2Fme%2Ftokens").Want(http.StatusOK)
		page.WantText("Amina Yusuf", "Staff nurse", "Organisation RR8", "Shows a lead", "Shows the admin pages")
		page.WantNoText("Real Colleague")
		forms := page.Forms("/sign-in/demo")
		if len(forms) != 2 {
			t.Fatalf("%d demo people can be signed in, want 2", len(forms))
		}
		amina := forms[slices.IndexFunc(forms, func(f *apptest.Form) bool { return f.Values.Get("handle") == "amina-yusuf" })]
		amina.Send().WantRedirect("/me/tokens").Follow().Want(http.StatusOK).WantText("You are signed in as Amina Yusuf.")

		c.Get("/sign-in").WantText("You are signed in as Amina Yusuf. Signing in as somebody else")
		c.Post("/sign-in/demo", url.Values{"handle": {real.Handle}}).Want(http.StatusNotFound)
		for what, handle := range hostile() {
			if got := c.Post("/sign-in/demo", url.Values{"handle": {handle}}); got.Status != http.StatusNotFound {
				t.Errorf("%s: status %d", what, got.Status)
			}
		}
		c.Get("/me").Want(http.StatusOK)
		c.Post("/sign-out", nil).WantRedirect("/")
		c.Get("/me").WantRedirect("/sign-in?next=%2Fme")
	}, apptest.Demo())
}

func TestDemoPeopleCannotSignInElsewhere(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		p := apptest.Person(t, h.Store, demoPerson("amina-yusuf", "Amina Yusuf"))
		c := h.Client(t)
		c.Get("/sign-in").Want(http.StatusOK).WantNoText("Amina Yusuf", "demonstration")
		c.Post("/sign-in/demo", url.Values{"handle": {p.Handle}}).Want(http.StatusNotFound)
		// Nor by a link to the address that they do not have.
		c.Post("/sign-in/email", url.Values{"email": {p.Email}}).WantRedirect("/sign-in/sent").Follow().WantNoText("console")
		c.Post(h.links(t)[0], nil).Want(http.StatusGone)
		c.Get("/me").WantRedirect("/sign-in?next=%2Fme")
	})
}

func TestANewColleagueComesInByALink(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		c := h.Client(t)
		page := c.Get("/sign-in?next=%2Fcase-studies%2Fnew%3Fidea%3D1").Want(http.StatusOK)
		form := page.Form("/sign-in/email").Set("email", " Jane.Smith2@NHS.net ")
		sent := form.Send().WantRedirect("/sign-in/sent").Follow().Want(http.StatusOK)
		sent.WantText("If Jane.Smith2@NHS.net can be used here, we have sent a link to it.", "15 minutes")

		link := h.links(t)[0]
		var until []time.Time
		if err := h.Store.DB(t.Context()).Raw("SELECT secret_until FROM emails").Scan(&until).Error; err != nil || len(until) != 1 || !until[0].Equal(h.Clock.Now().Add(15*time.Minute)) {
			t.Errorf("the outbox keeps the link until %v, %v", until, err)
		}
		mailed := h.mails(t)
		if !strings.Contains(mailed, "e-mail to jane.smith2@nhs.net") || !strings.Contains(mailed, "within 15 minutes") {
			t.Fatalf("the e-mail: %s", mailed)
		}
		// A scanner of e-mail opens the link before its reader does.
		for range 3 {
			h.Client(t).Get(link).Want(http.StatusOK)
		}
		opened := c.Get(link).Want(http.StatusOK).WantText("sign in as jane.smith2@nhs.net")
		if got := opened.Header.Get("Cache-Control"); got != "no-store" {
			t.Errorf("the page of a link may be kept: %q", got)
		}
		if buttons := apptest.All(opened.ByID("maincontent"), apptest.Tag("button")); len(buttons) != 1 {
			t.Errorf("the page of a link has %d buttons", len(buttons))
		}
		for _, to := range opened.Links() {
			if strings.Contains(to, "link") {
				t.Errorf("the page of a link leads to %s", to)
			}
		}
		if _, err := h.Store.PersonByEmail(t.Context(), "jane.smith2@nhs.net"); models.KindOf(err) != models.NotFound {
			t.Fatalf("there is an account before the link is used: %v", err)
		}
		welcome := opened.Form(link).Send().WantRedirect("/welcome?next=%2Fcase-studies%2Fnew%3Fidea%3D1").Follow().Want(http.StatusOK)
		profile := welcome.Form("/welcome")
		if profile.Values.Get("name") != "Jane Smith" {
			t.Errorf("guessed %v", profile.Values)
		}
		profile.Set("job_title", "Ward manager").Send().WantRedirect("/case-studies/new?idea=1")
		p, err := h.Store.PersonByEmail(t.Context(), "jane.smith2@nhs.net")
		if err != nil || p.JobTitle != "Ward manager" || p.Handle != "jane-smith2" || !p.Has(models.RoleMember) || p.Has(models.RoleAdmin) {
			t.Fatalf("the account: %+v, %v", p, err)
		}

		// The link is used up, in this browser and in another.
		c.Post(link, nil).Want(http.StatusGone)
		ended := h.Client(t).Get(link).Want(http.StatusGone).WantText("This sign-in link does not work any more")
		again := ended.Form("/sign-in/email").Set("email", "jane.smith2@nhs.net").Send().WantRedirect("/sign-in/sent")
		again.Follow()
		another := h.Client(t)
		second := h.links(t)[1]
		another.Post(second, nil).WantRedirect("/").Follow()
		another.Get("/me").Want(http.StatusOK).WantText("Jane Smith")
		if strings.Contains(h.Log.String(), "jane.smith2") {
			t.Errorf("an address is in the log:\n%s", h.Log)
		}
	})
}

func TestTheAnswerDoesNotTellWhoHasAnAccount(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		apptest.Person(t, h.Store, apptest.Named("known", "Known Colleague"))
		answer := func(email string) string {
			c := h.Client(t)
			page := c.Post("/sign-in/email", url.Values{"email": {email}}).WantRedirect("/sign-in/sent").Follow().Want(http.StatusOK)
			return strings.ReplaceAll(page.Body, email, "somebody")
		}
		if answer("known@nhs.net") != answer("other@nhs.net") {
			t.Error("the answers differ")
		}
	})
}

func TestAddressesThatMayNotSignIn(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		c := h.Client(t)
		const allowed = "It has to end in @nhs.net or .nhs.uk."
		send := func(email string) *apptest.Page {
			return c.Post("/sign-in/email", url.Values{"email": {email}, "next": {"/me"}})
		}
		send("").WantErrors("Enter your e-mail address")
		for _, email := range []string{"jane", "jane@", "@nhs.net", "jane@nhs", "jane smith@nhs.net", "Jane <jane@nhs.net>", "jane@nhs.net, x@nhs.net", "jané@nhs.net", "jane@nhs.u\u212a"} {
			page := send(email).WantErrors("Enter an e-mail address in the form name@nhs.net")
			if form := page.Form("/sign-in/email"); form.Values.Get("email") != email || form.Values.Get("next") != "/me" {
				t.Errorf("%q: the form has %v", email, form.Values)
			}
		}
		for _, email := range []string{"jane@gmail.com", "jane@nhs.uk", "jane@nhs.net.example.com", "jane@evil-nhs.uk", "jane@mail.nhs.net"} {
			send(email).WantErrors("Use your work e-mail address. " + allowed)
		}
		for what, email := range hostile() {
			if got := send(email + "@nhs.net"); got.Status != http.StatusUnprocessableEntity {
				t.Errorf("%s: status %d", what, got.Status)
			} else if len(got.All(apptest.Tag("script"))) != 1 {
				t.Errorf("%s: a script is in the page", what)
			}
		}
		if links := h.links(t); len(links) != 0 {
			t.Errorf("links were sent: %v", links)
		}
		c.Get("/sign-in").WantText(allowed)
	})
}

func TestLinksAreLimited(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ask := func(email string) *apptest.Page {
			return h.Client(t).Post("/sign-in/email", url.Values{"email": {email}})
		}
		// Many who ask in the same moment get no more than the limit.
		var group sync.WaitGroup
		for range 9 {
			group.Go(func() { ask("jane@nhs.net") })
		}
		group.Wait()
		sent := len(h.links(t))
		if sent > 5 {
			t.Fatalf("%d links were sent within an hour", sent)
		}
		for range 5 - sent {
			ask("jane@nhs.net").WantRedirect("/sign-in/sent")
		}
		refused := ask("jane@nhs.net").Want(http.StatusTooManyRequests)
		if got := refused.Errors(); len(got) != 1 || !strings.HasPrefix(got[0], "5 links have been sent to this address within an hour.") {
			t.Errorf("the error summary says %q", got)
		}
		if got := len(h.links(t)); got != 5 {
			t.Errorf("%d links were sent", got)
		}
		ask("other@nhs.net").WantRedirect("/sign-in/sent")
		h.Clock.Move(61 * time.Minute)
		ask("jane@nhs.net").WantRedirect("/sign-in/sent")
	})
}

func TestAFloodFromOneClientIsStopped(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ask := func() *apptest.Page {
			return h.Client(t).Post("/sign-in/email", url.Values{"email": {"jane@nhs.net"}, "next": {"/me"}})
		}
		for range 3 {
			h.Client(t).Post("/sign-in/link/x", nil).Want(http.StatusGone)
		}
		page := ask().Want(http.StatusTooManyRequests).WantText("others may share your address", "3 steps of signing in within an hour", "Wait 60 minutes", "jane@nhs.net")
		if form := page.Form("/sign-in/email"); form.Values.Get("email") != "jane@nhs.net" || form.Values.Get("next") != "/me" {
			t.Errorf("the form has %v", form.Values)
		}
		if links := h.links(t); len(links) != 0 {
			t.Errorf("links were sent: %v", links)
		}
		h.Clock.Move(time.Hour)
		ask().WantRedirect("/sign-in/sent")
	}, apptest.WithLimits(web.Limits{SignIns: 3}, web.Proxies{}))
}

func TestLinksEnd(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		c := h.Client(t)
		c.Post("/sign-in/email", url.Values{"email": {"jane@nhs.net"}}).WantRedirect("/sign-in/sent")
		link := h.links(t)[0]
		h.Clock.Move(14*time.Minute + 59*time.Second)
		c.Get(link).Want(http.StatusOK)
		h.Clock.Move(2 * time.Second)
		c.Get(link).Want(http.StatusGone)
		c.Post(link, nil).Want(http.StatusGone)
		for _, path := range []string{"/sign-in/link/x", "/sign-in/link/" + strings.Repeat("A", 43), link + "x", link[:len(link)-1], "/sign-in/link/%00", "/sign-in/link/" + strings.Repeat("a", 4000)} {
			if got := c.Get(path).Status; got != http.StatusGone {
				t.Errorf("GET %.60s: %d", path, got)
			}
			if got := c.Post(path, nil).Status; got != http.StatusGone {
				t.Errorf("POST %.60s: %d", path, got)
			}
		}
	})
}

// A link that is in the database but was not signed here signs nobody in.
func TestALinkThatWasNotMadeHere(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		secret := "planted.planted"
		if err := h.Store.CreateSignInLink(t.Context(), secret, "jane@nhs.net", "", h.Store.Now().Add(time.Minute)); err != nil {
			t.Fatal(err)
		}
		h.Client(t).Get("/sign-in/link/" + secret).Want(http.StatusGone)
		h.Client(t).Post("/sign-in/link/"+secret, nil).Want(http.StatusGone)
	})
}

// A fault of ours while a link is opened leaves no usable link in the log.
func TestAFaultLogsNoLink(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		c := h.Client(t)
		c.Post("/sign-in/email", url.Values{"email": {"jane@nhs.net"}}).WantRedirect("/sign-in/sent")
		link := h.links(t)[0]
		if err := h.Store.DB(t.Context()).Exec("ALTER TABLE sign_in_links RENAME TO lost").Error; err != nil {
			t.Fatal(err)
		}
		c.Get(link).Want(http.StatusInternalServerError)
		c.Post(link, nil).Want(http.StatusInternalServerError)
		log := h.Log.String()
		if !strings.Contains(log, "/sign-in/link/…") || strings.Contains(log, link[len("/sign-in/link/"):]) || strings.Contains(log, "jane@") {
			t.Errorf("the log: %s", log)
		}
	})
}

// Two links for one new address, and newcomers who would share a handle, come
// in at the same moment.
func TestManyArriveAtOnce(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		addresses := []string{"jane.smith@nhs.net", "jane.smith@nhs.net", "jane.smith@trust.nhs.uk", "jane-smith@nhs.net"}
		for _, a := range addresses {
			h.Client(t).Post("/sign-in/email", url.Values{"email": {a}}).WantRedirect("/sign-in/sent")
		}
		var group sync.WaitGroup
		for _, link := range h.links(t) {
			group.Go(func() {
				if got := h.Client(t).Post(link, nil).Status; got != http.StatusSeeOther {
					t.Errorf("a link answered %d", got)
				}
			})
		}
		group.Wait()
		handles := map[string]bool{}
		for _, a := range addresses[1:] {
			p, err := h.Store.PersonByEmail(t.Context(), a)
			if err != nil {
				t.Fatal(err)
			}
			handles[p.Handle] = true
		}
		if len(handles) != 3 || !handles["jane-smith"] {
			t.Errorf("handles %v", handles)
		}
	})
}

func TestNamesAreGuessedFromAddresses(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		for email, want := range map[string][2]string{
			"mary-jane.o'brien@nhs.net": {"Mary-Jane O'Brien", "mary-jane-obrien"},
			"12345@nhs.net":             {"New colleague", "12345"},
			"_@nhs.net":                 {"New colleague", "colleague"},
			"j_smith99@nhs.net":         {"J Smith", "j-smith99"},
			strings.Repeat("abcdefgh.", 6) + "x@nhs.net": {"Abcdefgh Abcdefgh Abcdefgh Abcdefgh Abcdefgh Abcdefgh X", "abcdefgh-abcdefgh-abcdefgh-abcdefg"},
		} {
			h.Client(t).Post("/sign-in/email", url.Values{"email": {email}}).WantRedirect("/sign-in/sent")
			links := h.links(t)
			h.Client(t).Post(links[len(links)-1], nil).WantRedirect("/welcome")
			p, err := h.Store.PersonByEmail(t.Context(), email)
			if err != nil || p.Name != want[0] || p.Handle != want[1] || !models.ValidHandle(p.Handle) {
				t.Errorf("%s became %q, @%s, %v", email, p.Name, p.Handle, err)
			}
		}
	})
}

func TestSigningInLeadsNowhereElse(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		p := apptest.Person(t, h.Store, demoPerson("amina", "Amina"))
		for next, want := range map[string]string{"": "/", "/me?x=1": "/me?x=1", "https://evil.example": "/", "//evil.example": "/", `/\evil.example`: "/", "/sign-in?next=/me": "/",
			"/sign-out": "/", "javascript:alert(1)": "/", "/me\r\nX: y": "/"} {
			c := h.Client(t)
			c.Post("/sign-in/demo", url.Values{"handle": {p.Handle}, "next": {next}}).WantRedirect(want)
			shown := c.Get("/sign-in?next=" + url.QueryEscape(next)).Form("/sign-in/email").Values.Get("next")
			if shown != want && (shown != "" || want != "/") {
				t.Errorf("%q: the form has next %q", next, shown)
			}
		}
	}, apptest.Demo())
}

func TestWritesFromOtherSitesAreRefused(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		p := apptest.Person(t, h.Store, demoPerson("amina", "Amina"))
		c := h.As(t, p)
		c.Header.Set("Sec-Fetch-Site", "cross-site")
		c.Header.Set("Origin", "https://elsewhere.example")
		for _, path := range []string{"/sign-out", "/sign-in/demo", "/sign-in/email", "/sign-in/link/x", "/me/settings", "/me/tokens", "/me/tokens/x/revoke", "/me/sessions/end-others", "/me/sessions/x/end"} {
			c.Post(path, url.Values{"handle": {p.Handle}}).Want(http.StatusForbidden)
		}
		c.Header.Del("Sec-Fetch-Site")
		c.Header.Del("Origin")
		c.Get("/me").Want(http.StatusOK)
	}, apptest.Demo())
}

func TestCookiesOfASecureSite(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		p := apptest.Person(t, h.Store, demoPerson("amina", "Amina"))
		page := h.Client(t).Post("/sign-in/demo", url.Values{"handle": {p.Handle}}).Want(http.StatusSeeOther)
		for _, set := range page.Header.Values("Set-Cookie") {
			for _, want := range []string{"HttpOnly", "secure", "SameSite=Lax"} {
				if !strings.Contains(strings.ToLower(set), strings.ToLower(want)) {
					t.Errorf("the cookie %q is not %s", set, want)
				}
			}
		}
	}, apptest.Demo(), apptest.WithBaseURL("https://grassroots.test"))
}
