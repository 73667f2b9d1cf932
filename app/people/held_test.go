package people_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"grassroots/app/apptest"
	"grassroots/app/web"
	"grassroots/models"
)

func TestWhatIsTypedSurvivesATimeOut(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		jane := apptest.Person(t, h.Store, apptest.Named("jane", "Jane"))
		other := apptest.Person(t, h.Store, apptest.Named("other", "Other"))
		c := h.As(t, jane)
		h.Clock.Move(web.SessionIdle + time.Minute)
		typed := url.Values{"name": {"Jane"}, "handle": {"jane"}, "job_title": {"Ward manager"}, "bio": {"Typed for an hour.\r\nOn \"two\" <lines>"}}
		page := c.Post("/me/settings", typed).Want(http.StatusUnauthorized).WantText("Your session has ended", "kept for an hour, for you alone")
		page.WantNoText("Typed for an hour")
		// It is not to be read where it is kept.
		var kept []string
		if err := h.Store.DB(t.Context()).Raw("SELECT sealed FROM held_forms").Scan(&kept).Error; err != nil || len(kept) != 1 || strings.Contains(kept[0], "Typed") {
			t.Fatalf("kept %v, %v", kept, err)
		}
		signIn := func(c *apptest.Client, p models.Person) *apptest.Page {
			c.Post("/sign-in/email", url.Values{"email": {p.Email}}).WantRedirect("/sign-in/sent")
			links := h.links(t)
			return c.Post(links[len(links)-1], nil).Want(http.StatusSeeOther)
		}
		// The next person at the computer signs in.
		signIn(c, other).WantRedirect("/")
		c.Get("/me/held").Want(http.StatusOK).WantText("Nothing waits for you in this browser.").WantNoText("Typed")
		c.Post("/sign-out", nil)
		// In another browser of hers there is nothing either: who takes her mailbox over does not read it.
		elsewhere := h.Client(t)
		signIn(elsewhere, jane).WantRedirect("/")
		elsewhere.Get("/me/held").WantText("Nothing waits for you")

		back := signIn(c, jane).WantRedirect("/me/held").Follow().Want(http.StatusOK).WantText("Typed for an hour.", `On "two" <lines>`, "Ward manager")
		forms := back.All(func(n *apptest.Node) bool {
			return n.Data == "form" && strings.HasSuffix(apptest.Attr(n, "action"), "/send")
		})
		if len(forms) != 1 {
			t.Fatalf("%d forms can be sent", len(forms))
		}
		action := apptest.Attr(forms[0], "action")
		send := back.Form(action)
		if got := send.Values.Get("bio"); strings.ReplaceAll(got, "\r\n", "\n") != strings.ReplaceAll(typed.Get("bio"), "\r\n", "\n") {
			t.Errorf("the form has %q", got)
		}
		elsewhere.Post(action, send.Values).Want(http.StatusNotFound)
		sent := send.Send().Want(http.StatusTemporaryRedirect)
		if got := sent.Header.Get("Location"); got != "/me/settings" {
			t.Fatalf("it is sent to %q", got)
		}
		c.Post("/me/settings", send.Values).WantRedirect("/people/jane")
		p, err := h.Store.PersonByID(t.Context(), jane.ID)
		if err != nil || p.JobTitle != "Ward manager" || !strings.HasPrefix(p.Bio, "Typed for an hour.") {
			t.Errorf("saved %+v, %v", p, err)
		}
		c.Get("/me/held").WantText("Nothing waits for you")
		c.Post(action, send.Values).Want(http.StatusNotFound)
	})
}

func TestHeldFormsEnd(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		jane := apptest.Person(t, h.Store, apptest.Named("jane", "Jane"))
		sends := func(c *apptest.Client) {
			for _, bio := range []string{"one", "two", "three", "four"} {
				c.Post("/me/settings", url.Values{"bio": {bio}}).Want(http.StatusUnauthorized)
			}
		}
		count := func() (n int) {
			if err := h.Store.DB(t.Context()).Raw("SELECT COUNT(*) FROM held_forms").Scan(&n).Error; err != nil {
				t.Fatal(err)
			}
			return n
		}
		c := h.As(t, jane)
		h.Clock.Move(web.SessionIdle + time.Minute)
		sends(c)
		// Three windows of one browser, no more.
		if secrets := strings.Split(c.Cookie("grassroots_held"), "."); len(secrets) != 3 {
			t.Errorf("the browser knows of %d", len(secrets))
		}
		h.Clock.Move(web.HeldFor + time.Second)
		if _, err := h.Store.Sweep(t.Context()); err != nil || count() != 0 {
			t.Errorf("%d forms are kept after their hour, %v", count(), err)
		}
		// A session that was ended on purpose, or long ago, holds nothing; nor does a program, nor nobody.
		ended := h.As(t, jane)
		if _, err := h.Store.EndOtherSessions(t.Context(), jane.ID, ""); err != nil {
			t.Fatal(err)
		}
		h.Site.PeopleChanged()
		sends(ended)
		old := h.As(t, jane)
		h.Clock.Move(25*time.Hour + time.Minute)
		sends(old)
		sends(h.Client(t))
		script := h.As(t, jane)
		h.Clock.Move(web.SessionIdle + time.Minute)
		script.Header.Set("Accept", "application/json")
		sends(script)
		if count() != 0 {
			t.Errorf("%d forms are held", count())
		}
		// A flood of one person's is bounded.
		flood := h.As(t, jane)
		h.Clock.Move(web.SessionIdle + time.Minute)
		for range 4 {
			sends(flood)
		}
		if count() != 10 {
			t.Errorf("%d forms are held for one person", count())
		}
		if err := h.people.Close(t.Context(), &jane); err != nil || count() != 0 {
			t.Errorf("%d forms outlive their account, %v", count(), err)
		}
	})
}

func TestTimeOutsAreSet(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		c := h.As(t, apptest.Person(t, h.Store))
		in := func() bool { return c.Get("/me").Status == http.StatusOK }
		for range 5 {
			h.Clock.Move(19 * time.Minute)
			if !in() {
				t.Fatal("a session in use ended before its time")
			}
		}
		c.Get("/me/sessions").WantText("A session ends after 20 minutes without use, and after 2 hours at the latest.")
		h.Clock.Move(19 * time.Minute)
		if !in() {
			t.Fatal("a session in use ended before its time")
		}
		h.Clock.Move(7 * time.Minute) // in use all the time, and two hours old
		if in() {
			t.Error("a session outlives its longest time")
		}
		idle := h.As(t, apptest.Person(t, h.Store))
		h.Clock.Move(20*time.Minute + time.Second)
		idle.Get("/me").WantRedirect("/sign-in?next=%2Fme")
	}, apptest.WithSessions(20*time.Minute, 2*time.Hour))
}
