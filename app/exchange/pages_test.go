package exchange_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"grassroots/app/apptest"
	"grassroots/models"
)

func TestAdminsLookAfterOtherInstancesInTheBrowser(t *testing.T) {
	each(t, func(t *testing.T, here *instance, there *origin) {
		first := there.post(t, "Letters", "Text")
		key, err := there.ex.Key(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		admin := here.As(t, apptest.Person(t, here.Store, apptest.Named("ada", "Ada Admin"), apptest.WithRole(models.RoleAdmin)))
		here.Client(t).Get("/admin/exchange").Want(http.StatusSeeOther)
		here.As(t, apptest.Person(t, here.Store)).Get("/admin/exchange").Want(http.StatusForbidden)
		admin.Get("/admin/exchange").Want(http.StatusOK).WantText("No instance has been added yet")
		admin.Post("/admin/exchange/new", url.Values{"url": {there.url}, "key": {"wrong"}}).Want(http.StatusUnprocessableEntity).WantText("has another key")
		admin.Post("/admin/exchange/new", url.Values{"url": {"nonsense"}}).Want(http.StatusUnprocessableEntity).WantText("Enter a whole address")
		page := admin.Post("/admin/exchange/new", url.Values{"url": {there.url + "/"}, "key": {key.ID()}}).Want(http.StatusSeeOther)
		path := page.Header.Get("Location")
		admin.Get(path).Want(http.StatusOK).WantText("Not asked yet", key.ID(), "Ada Admin")
		if err := here.queue.Drain(t.Context()); err != nil {
			t.Fatal(err)
		}
		admin.Get(path).Want(http.StatusOK).WantText("Up to date", "1 copy")
		admin.Get("/admin/exchange").Want(http.StatusOK).WantText("1 instance", strings.TrimPrefix(there.url, "http://"))
		here.Client(t).Get("/case-studies/letters").Want(http.StatusOK).WantText("a copy from another instance of Grassroots", "Signature checked on 4 March 2026", "Changes arrive here by themselves")

		there.onTheWay(func(w http.ResponseWriter, _ *http.Request, _ http.Handler) { w.WriteHeader(http.StatusBadGateway) })
		admin.Post(path+"/sync", nil).Want(http.StatusSeeOther)
		if err := here.queue.Drain(t.Context()); err != nil {
			t.Fatal(err)
		}
		admin.Get(path).Want(http.StatusOK).WantText("Failing", "The server answered 502.")
		there.onTheWay(nil)
		admin.Post(path+"/pause", nil).Want(http.StatusSeeOther)
		admin.Get(path).Want(http.StatusOK).WantText("Paused", "Ada Admin")
		admin.Post(path+"/sync", nil).Want(http.StatusConflict)
		here.Client(t).Get("/case-studies/letters").Want(http.StatusOK).WantText("does not follow changes there at present")
		admin.Post(path+"/resume", nil).Want(http.StatusSeeOther)
		if err := here.queue.Drain(t.Context()); err != nil {
			t.Fatal(err)
		}
		admin.Get(path).Want(http.StatusOK).WantText("Up to date")

		if err := here.Store.NoteCheck(t.Context(), first.ID, "Its text is not what was signed."); err != nil {
			t.Fatal(err)
		}
		here.Site.ContentChanged()
		admin.Get("/admin/exchange").Want(http.StatusOK).WantText("Copies that were changed", "Its text is not what was signed.")
		here.Client(t).Get("/case-studies/letters").Want(http.StatusOK).WantText("Not as it was signed")

		admin.Get(path + "/remove").Want(http.StatusOK).WantText("What becomes of its 1 copy?")
		admin.Post(path+"/remove", nil).Want(http.StatusUnprocessableEntity).WantText("Choose what becomes of its copies")
		admin.Post(path+"/remove", url.Values{"copies": {"withdraw"}}).Want(http.StatusSeeOther)
		if err := here.queue.Drain(t.Context()); err != nil {
			t.Fatal(err)
		}
		here.Client(t).Get("/case-studies/letters").Want(http.StatusGone)
		admin.Get(path).Want(http.StatusNotFound)
	})
}

func TestTheAPISaysWhereACopyIsFrom(t *testing.T) {
	each(t, func(t *testing.T, here *instance, there *origin) {
		first := there.post(t, "Letters", "Text")
		here.add(t, there)
		here.sync(t, 1, 0, 0, 0)
		for _, path := range []string{"/api/v1/case-studies/" + first.ID, "/api/v1/case-studies"} {
			c := here.Client(t)
			c.Header.Set("Accept", "application/json")
			page := c.Get(path).Want(http.StatusOK)
			if want := `"origin":{"site":"` + there.url + `","url":"` + there.url + `/case-studies/letters","revision":1,"checked":"2026-03-04T12:00:00Z"}`; !strings.Contains(page.Body, want) {
				t.Errorf("%s says %s", path, page.Body)
			}
		}
		own := here.post(t, "Beds", "Text")
		c := here.Client(t)
		c.Header.Set("Accept", "application/json")
		if page := c.Get("/api/v1/case-studies/" + own.ID).Want(http.StatusOK); strings.Contains(page.Body, "origin") {
			t.Errorf("its own has an origin: %s", page.Body)
		}
	})
}
