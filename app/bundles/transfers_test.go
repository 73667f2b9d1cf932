package bundles_test

import (
	"bytes"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"

	"grassroots/app/apptest"
	"grassroots/app/uploads"
	"grassroots/models"
	"grassroots/models/store"
	"grassroots/search"
)

// browser opens a browser at the site, in which an admin is signed in.
func (s *site) browser(roles ...models.Role) *apptest.Client {
	s.t.Helper()
	s.App.App.Post("/apptest/sign-in/:id", func(c *fiber.Ctx) error {
		if err := s.Site.SignIn(c, c.Params("id"), models.ByLink); err != nil {
			return err
		}
		return c.SendStatus(fiber.StatusNoContent)
	})
	a := &apptest.App{Site: s.Site, Fiber: s.App.App, Store: s.store, Clock: apptest.NewClock()}
	var change []func(*models.Person)
	for _, r := range roles {
		change = append(change, apptest.WithRole(r))
	}
	return a.As(s.t, apptest.Person(s.t, s.store, change...))
}

// work does the jobs. Those of the search engine fail: there is none here.
func (s *site) work() {
	s.t.Helper()
	if err := s.queue.Drain(s.t.Context()); err != nil {
		for line := range strings.Lines(err.Error()) {
			if !strings.Contains(line, search.ErrUnavailable.Error()) {
				s.t.Fatal(err)
			}
		}
	}
}

// send uploads a bundle as a browser without scripts does.
func send(c *apptest.Client, name string, content []byte) *apptest.Page {
	return c.PostFiles("/admin/import", nil, apptest.File{Field: "file", Name: name, ContentType: "application/zip", Content: content})
}

// exported asks for a bundle in the browser and downloads it.
func (s *site) exported(c *apptest.Client, form url.Values) []byte {
	s.t.Helper()
	page := c.Post("/admin/export", form).Want(http.StatusSeeOther)
	address := page.Header.Get("Location")
	c.Get(address).Want(http.StatusOK).WantText("One moment", "Being made")
	c.Get(address + "/bundle.zip").Want(http.StatusNotFound)
	s.work()
	c.Get(address).Want(http.StatusOK).WantText("The bundle is ready", "Case studies")
	got := c.Get(address + "/bundle.zip").Want(http.StatusOK)
	if kind := got.Header.Get("Content-Type"); kind != "application/zip" {
		s.t.Errorf("the download is %s", kind)
	}
	return []byte(got.Body)
}

func eachDatabase(t *testing.T, f func(t *testing.T, dialect string)) {
	t.Parallel()
	for _, dialect := range []string{store.SQLite, store.Postgres} {
		t.Run(dialect, func(t *testing.T) {
			t.Parallel()
			f(t, dialect)
		})
	}
}

func TestABundleTravelsThroughTheBrowser(t *testing.T) {
	eachDatabase(t, func(t *testing.T, dialect string) {
		first, second := newSite(t, dialect), newSite(t, dialect)
		first.fill(6)
		out := first.exported(first.browser(models.RoleAdmin), url.Values{"emails": {"1"}})
		direct := filepath.Join(t.TempDir(), "direct.zip")
		first.export(direct, everything())
		want, err := os.ReadFile(direct)
		first.must(err)
		if !bytes.Equal(out, want) {
			t.Fatal("the bundle of the browser is another than that of the command line")
		}

		c := second.browser(models.RoleAdmin)
		page := send(c, `C:\bundles\out.zip`, out).Want(http.StatusSeeOther)
		address := page.Header.Get("Location")
		page.Follow().WantText("Being checked", "out.zip").WantNoText(`C:\`)
		second.work()
		checked := c.Get(address).Want(http.StatusOK).WantText("Nothing has been changed yet", "New case studies 6")
		if n := second.rows("SELECT id FROM case_studies"); len(n) != 0 {
			t.Fatalf("the check brought in %q", n)
		}
		checked.Form(address + "/apply").Send().Want(http.StatusSeeOther).Follow().WantText("Being brought in")
		c.Post(address+"/remove", nil).Want(http.StatusConflict)
		second.work()
		c.Get(address).Want(http.StatusOK).WantText("The bundle is brought in", "New case studies 6")
		c.Post(address+"/apply", nil).Want(http.StatusConflict)
		again := filepath.Join(t.TempDir(), "again.zip")
		second.export(again, everything())
		if got, err := os.ReadFile(again); err != nil || !bytes.Equal(got, want) {
			t.Errorf("what was brought in is exported as another bundle (%v)", err)
		}
		c.Get("/admin/import").WantText("Brought in")
		c.Post(address+"/remove", nil).WantRedirect("/admin/import")
		c.Get(address).Want(http.StatusNotFound)
	})
}

func TestABundleIsSentInParts(t *testing.T) {
	eachDatabase(t, func(t *testing.T, dialect string) {
		first, second := newSite(t, dialect), newSite(t, dialect)
		first.fill(3)
		out := first.exported(first.browser(models.RoleAdmin), nil)
		c, other := second.browser(models.RoleAdmin), second.browser(models.RoleAdmin)
		begin := func(name string, size int) *apptest.Page {
			return c.Post("/admin/import/bundles", url.Values{"name": {name}, "size": {fmt.Sprint(size)}})
		}
		begun := begin("big.zip", len(out)).Want(http.StatusCreated)
		_, address, _ := strings.Cut(begun.Body, `"url":"`)
		address, _, _ = strings.Cut(address, `"`)
		put := func(c *apptest.Client, n string, content []byte) *apptest.Page {
			return c.Do(http.MethodPut, address+"/parts/"+n, bytes.NewReader(content), "application/octet-stream")
		}
		end := func(parts, size int) *apptest.Page {
			return c.Post(address+"/end", url.Values{"parts": {fmt.Sprint(parts)}, "size": {fmt.Sprint(size)}})
		}
		put(c, "0", out[:len(out)-5]).Want(http.StatusNoContent)
		put(c, "0", out).Want(http.StatusNoContent)
		for n, content := range map[string][]byte{"-1": out, "x": out, "600": out, "1": nil, "2": make([]byte, uploads.PartSize+1)} {
			put(c, n, content).Want(http.StatusUnprocessableEntity)
		}
		put(other, "0", out).Want(http.StatusNotFound)
		end(2, len(out)).Want(http.StatusUnprocessableEntity)
		end(1, len(out)).Want(http.StatusNoContent)
		end(1, len(out)).Want(http.StatusConflict)
		put(c, "0", out).Want(http.StatusUnprocessableEntity)
		second.work()
		c.Get(address).WantText("New case studies 3")
		other.Get(address).Want(http.StatusNotFound)

		begin("big.txt", 10).Want(http.StatusUnprocessableEntity).WantText("no .zip")
		begin("big.zip", 0).Want(http.StatusUnprocessableEntity)
		begin("big.zip", 3<<30).Want(http.StatusRequestEntityTooLarge).WantText("command line")
	})
}

func TestABadBundleIsRefusedInTheBrowser(t *testing.T) {
	eachDatabase(t, func(t *testing.T, dialect string) {
		s := newSite(t, dialect)
		c := s.browser(models.RoleAdmin)
		c.Post("/admin/import", nil).Want(http.StatusUnprocessableEntity).WantText("Choose a bundle")
		send(c, "text.md", []byte("# x")).Want(http.StatusUnprocessableEntity).WantText("The file is no .zip")
		send(c, "empty.zip", nil).Want(http.StatusUnprocessableEntity).WantText("The file is empty")
		address := send(c, "torn.zip", []byte("PK\x03\x04 and no more")).Want(http.StatusSeeOther).Header.Get("Location")
		s.work()
		c.Get(address).Want(http.StatusOK).WantText("The bundle is refused", "torn.zip:1: This is no .zip that can be read").WantNoText("/tmp")
		c.Post(address+"/apply", nil).Want(http.StatusConflict)

		c.Post("/admin/export", url.Values{"organisation": {"no code"}, "since": {"yesterday"}}).Want(http.StatusUnprocessableEntity).
			WantText("Enter an ODS code such as RR8", "Enter a day such as 2026-01-31")
		for _, path := range []string{"/admin/import/bundles/x", "/admin/export/bundles/01JD3Z6V7Q8R9S0T1V2W3X4Y5Z"} {
			c.Get(path).Want(http.StatusNotFound)
		}
		member := s.browser()
		for _, path := range []string{"/admin/import", "/admin/export", address} {
			member.Get(path).Want(http.StatusForbidden)
		}
	})
}

func TestABundleThatNobodyComesBackToGoes(t *testing.T) {
	eachDatabase(t, func(t *testing.T, dialect string) {
		s := newSite(t, dialect)
		c := s.browser(models.RoleAdmin)
		address := send(c, "torn.zip", []byte("PK\x03\x04")).Header.Get("Location")
		s.work()
		s.must(s.Bundles.SweepTransfers(t.Context()))
		c.Get(address).Want(http.StatusOK)
		s.must(s.store.DB(t.Context()).Exec("UPDATE transfers SET updated_at = ?", s.store.Now().Add(-store.TransferLife-time.Minute)).Error)
		s.must(s.Bundles.SweepTransfers(t.Context()))
		c.Get(address).Want(http.StatusNotFound)
	})
}
