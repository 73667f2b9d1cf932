package exchange_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"grassroots/app/apptest"
	"grassroots/app/exchange"
	"grassroots/models"
)

// one gives the only instance that is added, with how it is doing.
func (i *instance) one(t *testing.T) exchange.Listed {
	t.Helper()
	list, err := i.ex.List(t.Context())
	if err != nil || len(list) != 1 {
		t.Fatalf("%d instances, %v", len(list), err)
	}
	return list[0]
}

func TestAnInstanceCannotFillAnother(t *testing.T) {
	each(t, func(t *testing.T, here *instance, there *origin) {
		admin := here.As(t, apptest.Person(t, here.Store, apptest.WithRole(models.RoleAdmin)))
		for n := range 5 {
			there.post(t, fmt.Sprintf("Letters %d", n), "They arrive.")
		}
		here.limit(3)
		here.add(t, there)
		asked := there.asked.Load()
		for range 2 { // the second run counts none of them again
			fresh := 3
			if here.one(t).Position > 0 {
				fresh = 0
			}
			if r := here.sync(t, fresh, 0, 0, 0); r.LeftOut != 2 {
				t.Errorf("left out: %+v", r)
			}
		}
		if n := there.asked.Load() - asked; n > 3+8 { // three documents, the lists, the keys and the offers
			t.Errorf("it was asked %d times, for what is left out as well", n)
		}
		o := here.one(t)
		if o.Position != 5 || o.LeftOut != 2 || o.FailingSince == nil || o.Counts() != "3 copies, 3 of them shown; 2 left out" {
			t.Errorf("%+v: %s", o, o.Counts())
		}
		if want := "2 of its case studies were left out, since 3 are here, which is the most that is taken from one instance (GRASSROOTS_EXCHANGE_MAX_COPIES)."; !strings.HasSuffix(o.Says(), want) {
			t.Errorf("it says %s", o.Says())
		}
		admin.Get("/admin/exchange").Want(http.StatusOK).WantText("Failing", "0, and 2 left out")
		admin.Get("/admin/exchange/"+o.ID).Want(http.StatusOK).WantText("Not everything is taken", "2 of its case studies were left out")

		// What is here goes on following, and a withdrawn copy makes no room.
		copies, err := here.Store.CopiesAfter(t.Context(), o.ID, "", 5)
		if err != nil || len(copies) != 3 {
			t.Fatalf("%d copies, %v", len(copies), err)
		}
		there.revise(t, copies[0].CaseStudyID, "They arrive in minutes.")
		here.sync(t, 0, 1, 0, 0)
		there.set(t, copies[1].CaseStudyID, models.Withdrawn)
		if r := here.sync(t, 0, 0, 1, 0); r.LeftOut != 2 {
			t.Errorf("left out: %+v", r)
		}

		// The daily comparison picks up what there is room for by then, a person at
		// once.
		here.limit(4)
		here.Clock.Move(25 * time.Hour)
		r, err := here.ex.Sync(t.Context(), here.one(t).Origin, exchange.SyncOptions{})
		if o = here.one(t); err != nil || r.New != 1 || o.LeftOut != 1 || !strings.Contains(o.Failure, "1 of its case studies was left out, since 4 are here") {
			t.Errorf("%+v, %v: %+v", r, err, o)
		}
		here.limit(5)
		if r := here.sync(t, 1, 0, 0, 0); r.LeftOut != 0 {
			t.Errorf("left out: %+v", r)
		}
		if o = here.one(t); o.LeftOut != 0 || o.FailingSince != nil || o.Copies.Total != 5 {
			t.Errorf("%+v", o)
		}
		admin = here.As(t, apptest.Person(t, here.Store, apptest.WithRole(models.RoleAdmin))) // a day has passed
		admin.Get("/admin/exchange/"+o.ID).Want(http.StatusOK).WantText("Up to date", "5 copies")
	})
}

func TestSoMuchThatIsRefusedIsRememberedAndTheRestCounted(t *testing.T) {
	each(t, func(t *testing.T, here *instance, there *origin) {
		bad, good := there.post(t, "Letters", "They arrive."), there.post(t, "Beds", "They are seen.")
		o := here.add(t, there)
		err := here.Store.Tx(t.Context(), func(ctx context.Context) error {
			for range models.MaxRefusals {
				if err := here.Store.Refuse(ctx, o.ID, here.Store.NewID(), "It does not keep to the format."); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		there.onTheWay(func(w http.ResponseWriter, r *http.Request, next http.Handler) {
			rec := answer(r, next)
			body := rec.Body.String()
			if strings.HasSuffix(r.URL.Path, bad.ID) {
				body = with(t, body, "They arrive.", "They do not.")
			}
			w.WriteHeader(rec.Code)
			_, _ = w.Write([]byte(body))
		})
		r, err := here.ex.Sync(t.Context(), o, exchange.SyncOptions{})
		if err != nil || r.New != 1 || len(r.Refused) != 1 {
			t.Fatalf("%+v, %v", r, err)
		}
		here.here(t, good.ID)
		got := here.one(t)
		if got.Refusal != models.MaxRefusals || got.LeftOut != 1 || !strings.Contains(got.Failure, "1 of its case studies was left out. There may be room by now, or more than 1000 of them are refused") {
			t.Errorf("%d refused, %d left out: %s", got.Refusal, got.LeftOut, got.Failure)
		}
		// Once there is room for it, it has its place among them.
		if list, err := here.Store.Refusals(t.Context(), o.ID, time.Time{}, 1); err != nil || len(list) != 1 {
			t.Fatalf("%+v, %v", list, err)
		} else if err := here.Store.Accept(t.Context(), o.ID, list[0].CaseStudyID); err != nil {
			t.Fatal(err)
		}
		if err := here.Store.Refuse(t.Context(), o.ID, bad.ID, "It was changed on the way."); err != nil {
			t.Fatal(err)
		}
		if got := here.one(t); got.Refusal != models.MaxRefusals || got.LeftOut != 1 {
			t.Errorf("%d refused, %d left out", got.Refusal, got.LeftOut)
		}
	})
}

// A list that has far more entries than there may be copies is not walked to an
// end that it may not have.
func TestAListThatDoesNotEnd(t *testing.T) {
	each(t, func(t *testing.T, here *instance, there *origin) {
		for n := range 51 {
			there.post(t, fmt.Sprintf("Letters %d", n), "They arrive.")
		}
		here.limit(1)
		o := here.add(t, there)
		if r, err := here.ex.Sync(t.Context(), o, exchange.SyncOptions{}); err != nil || r.New != 1 || r.LeftOut != 50 {
			t.Fatalf("the new ones: %+v, %v", r, err)
		}
		_, err := here.ex.Sync(t.Context(), here.one(t).Origin, exchange.SyncOptions{All: true})
		if want := "The list of changes does not end: it has more than 50 entries."; err == nil || here.one(t).Failure != want {
			t.Errorf("%v, and it says %q", err, here.one(t).Failure)
		}
	})
}
