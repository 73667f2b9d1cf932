package web_test

import (
	"context"
	"errors"
	"net/http"
	"os"
	"strings"
	"testing"

	"github.com/gofiber/fiber/v2"

	"grassroots/app/apptest"
	"grassroots/app/web"
	"grassroots/models/store"
	"grassroots/models/store/storetest"
)

// tables has a table of many rows, one that breaks in the middle, and one of
// what spreadsheets would run.
type tables struct{ site *web.Site }

var hostileCells = []string{"=HYPERLINK(\"http://x\")", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1", "＝1", "a,b", "\"quoted\"", "two\nlines", "nul\x00", "κόσμε", ""}

func (s tables) Routes(r fiber.Router) {
	send := func(c *fiber.Ctx, rows web.Rows) error {
		return s.site.SendCSV(c, "things", []string{"number", "text"}, rows)
	}
	r.Get("/long.csv", func(c *fiber.Ctx) error {
		return send(c, func(_ context.Context, write func(...string) error) error {
			for i := range 20_000 {
				if err := write(apptest.Numbered("n", i), strings.Repeat("x", 50)); err != nil {
					return err
				}
			}
			return nil
		})
	})
	r.Get("/broken.csv", func(c *fiber.Ctx) error {
		return send(c, func(_ context.Context, write func(...string) error) error {
			return errors.Join(write("one", "row"), errors.New("the database went away"))
		})
	})
	r.Get("/hostile.csv", func(c *fiber.Ctx) error {
		return send(c, func(_ context.Context, write func(...string) error) error {
			for i, cell := range hostileCells {
				if err := write(apptest.Numbered("n", i), cell); err != nil {
					return err
				}
			}
			return nil
		})
	})
}

func TestATableIsWholeOrAnError(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	for _, packed := range []string{"", "gzip"} {
		apptestOn(t, func(a *apptest.App) {
			c := a.Client(t)
			c.Header.Set("Accept-Encoding", packed)
			if packed == "" {
				if rows := c.Get("/long.csv").Table(); len(rows) != 20_000 || rows[19_999]["number"] != "n19999" {
					t.Errorf("there are %d rows", len(rows))
				}
			} else if p := c.Get("/long.csv").Want(http.StatusOK); p.Header.Get("Content-Encoding") != packed {
				t.Errorf("it is packed as %q", p.Header.Get("Content-Encoding"))
			}
			if p := c.Get("/broken.csv").Want(http.StatusInternalServerError); strings.Contains(p.Header.Get("Content-Disposition"), "attachment") {
				t.Error("half a table is offered")
			}
		})
	}
	left, err := os.ReadDir(os.Getenv("TMPDIR"))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range left {
		if strings.HasSuffix(f.Name(), ".csv") {
			t.Errorf("%s is left behind", f.Name())
		}
	}
}

func TestNoCellOfATableIsRun(t *testing.T) {
	apptestOn(t, func(a *apptest.App) {
		rows := a.Client(t).Get("/hostile.csv").Table()
		for i, cell := range hostileCells {
			want := strings.ReplaceAll(strings.ReplaceAll(cell, "\x00", ""), "\r", "")
			got := strings.ReplaceAll(rows[i]["text"], "\r", "")
			if i < 9 {
				want = "'" + want
			}
			if got != want {
				t.Errorf("%q is %q, want %q", cell, got, want)
			}
		}
	})
}

func apptestOn(t *testing.T, f func(a *apptest.App)) {
	t.Helper()
	f(apptest.New(t, storetest.NewOn(t, store.SQLite), func(s *web.Site) []apptest.Routes { return []apptest.Routes{tables{s}} }))
}
