package exchange_test

import (
	"context"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"grassroots/app/apptest"
	"grassroots/app/exchange"
	"grassroots/models"
	"grassroots/models/store"
)

func TestWhatIsChangedOnTheWayIsRefusedAndFetchedLater(t *testing.T) {
	each(t, func(t *testing.T, here *instance, there *origin) {
		first, second := there.post(t, "Letters", "They arrive."), there.post(t, "Beds", "They are seen.")
		there.onTheWay(func(w http.ResponseWriter, r *http.Request, next http.Handler) {
			rec := answer(r, next)
			body := rec.Body.String()
			if strings.HasSuffix(r.URL.Path, first.ID) {
				body = with(t, body, "They arrive.", "They do not.")
			}
			w.WriteHeader(rec.Code)
			_, _ = io.WriteString(w, body)
		})
		here.add(t, there)
		r := here.sync(t, 1, 0, 0, 1) // the other one comes all the same
		if !strings.Contains(r.Refused[0].Why, "changed on the way") || r.Refused[0].CaseStudyID != first.ID {
			t.Errorf("%+v", r.Refused)
		}
		here.here(t, second.ID)
		if list, err := here.Store.Refusals(t.Context(), "", time.Time{}, 10); err != nil || len(list) != 1 {
			t.Errorf("%+v, %v", list, err)
		}
		there.onTheWay(nil)
		here.sync(t, 1, 0, 0, 0)
		here.here(t, first.ID)
		if list, err := here.Store.Refusals(t.Context(), "", time.Time{}, 10); err != nil || len(list) != 0 {
			t.Errorf("%+v, %v", list, err)
		}
		// So it is with the list, of which then nothing is taken.
		there.onTheWay(func(w http.ResponseWriter, r *http.Request, next http.Handler) {
			rec := answer(r, next)
			body := rec.Body.String()
			if r.URL.Path == exchange.ChangesPath && strings.Contains(payload(t, body), "withdrawn") {
				body = with(t, body, `"status":"withdrawn"`, `"status":"published"`)
			}
			w.WriteHeader(rec.Code)
			_, _ = io.WriteString(w, body)
		})
		there.set(t, second.ID, models.Withdrawn)
		here.fails(t, "changed on the way")
		there.onTheWay(nil)
		here.sync(t, 0, 0, 1, 0)
	})
}

func TestWhatHoldsPersonalDataIsNotTakenIn(t *testing.T) {
	each(t, func(t *testing.T, here *instance, there *origin) {
		first, second := there.post(t, "Letters", "They arrive."), there.post(t, "Beds", "They are seen.")
		// An instance that looks at nothing.
		first.Body = "The letter for NHS number 999 026 0184 went astray."
		if err := there.Store.ReviseCaseStudy(t.Context(), &first, store.SaveNote{EditorID: first.OwnerID}); err != nil {
			t.Fatal(err)
		}
		here.add(t, there)
		r := here.sync(t, 1, 0, 0, 1) // the other one comes all the same
		if why := r.Refused[0].Why; r.Refused[0].CaseStudyID != first.ID || !strings.Contains(why, "It holds personal data or a secret. This looks like an NHS number") || strings.Contains(why, "0184") {
			t.Errorf("%+v", r.Refused)
		}
		here.here(t, second.ID)
	})
}

// What is in doubt was for its writers to answer at the origin. It comes, and
// moderators here see where it is, once.
func TestWhatIsInDoubtInACopyIsKeptForModerators(t *testing.T) {
	each(t, func(t *testing.T, here *instance, there *origin) {
		first := there.post(t, "Letters", "They arrive.")
		for i, body := range []string{"We showed it to Mr Weatherby and he liked it.", "We showed it to Mr Weatherby and he liked it. So did others.", "Mrs Applegarth saw it too. We showed it to Mr Weatherby."} {
			first.Body = body
			if err := there.Store.ReviseCaseStudy(t.Context(), &first, store.SaveNote{EditorID: first.OwnerID}); err != nil {
				t.Fatal(err)
			}
			if i == 0 {
				here.add(t, there)
				here.sync(t, 1, 0, 0, 0)
			} else {
				here.sync(t, 0, 1, 0, 0)
			}
			list, _, err := here.Store.Overrides(t.Context(), store.OverrideQuery{Limit: 10, Reason: models.ReasonCopy})
			if want := []int{1, 1, 2}[i]; err != nil || len(list) != want || list[0].CaseStudyID != first.ID || list[0].Field != "body" || list[0].Kind != "name" || list[0].PersonName != "Other instances" {
				t.Errorf("after change %d: %+v, %v", i, list, err)
			}
		}
	})
}

func TestOutagesLoseAndRepeatNothing(t *testing.T) {
	each(t, func(t *testing.T, here *instance, there *origin) {
		var ids []string
		for _, title := range []string{"One", "Two", "Three", "Four"} {
			ids = append(ids, there.post(t, title, "Text").ID)
		}
		if err := there.Store.NumberExchange(t.Context()); err != nil {
			t.Fatal(err)
		}
		list, _, err := there.Store.ExchangeChanges(t.Context(), 0, 10)
		if err != nil || len(list) != 4 {
			t.Fatalf("%+v, %v", list, err)
		}
		here.add(t, there)
		for _, way := range []struct {
			want string
			f    func(w http.ResponseWriter, r *http.Request, next http.Handler)
		}{
			{"answered 503", func(w http.ResponseWriter, _ *http.Request, _ http.Handler) {
				w.WriteHeader(http.StatusServiceUnavailable)
			}},
			{"broke off", func(w http.ResponseWriter, r *http.Request, next http.Handler) { // half an answer
				body := answer(r, next).Body.String()
				if !strings.HasSuffix(r.URL.Path, list[2].CaseStudyID) {
					_, _ = io.WriteString(w, body)
					return
				}
				w.Header().Set("Content-Length", "9999")
				_, _ = io.WriteString(w, body[:len(body)/2])
			}},
			{"leads elsewhere", func(w http.ResponseWriter, r *http.Request, _ http.Handler) {
				http.Redirect(w, r, "/elsewhere", http.StatusFound)
			}},
			{"not a signed document", func(w http.ResponseWriter, _ *http.Request, _ http.Handler) {
				_, _ = io.WriteString(w, "<html>Sign in to the wifi</html>")
			}},
			{"larger than it may be", func(w http.ResponseWriter, _ *http.Request, _ http.Handler) {
				for range 5 << 10 {
					_, _ = w.Write(make([]byte, 1<<10))
				}
			}},
		} {
			there.onTheWay(way.f)
			here.fails(t, way.want)
		}
		// What came before the answer broke off stays, and the rest follows.
		here.here(t, list[1].CaseStudyID)
		there.onTheWay(nil)
		here.sync(t, 2, 0, 0, 0)
		o, err := here.Store.Origins(t.Context())
		if err != nil || o[0].FailingSince != nil || o[0].SucceededAt == nil || o[0].Failure == "" {
			t.Errorf("%+v, %v", o, err)
		}
		for _, id := range ids {
			if cs := here.here(t, id); cs.Revision != 1 {
				t.Errorf("%s has revision %d", cs.Title, cs.Revision)
			}
		}
		// Stopped in the middle, it says nothing of the instance.
		there.revise(t, ids[0], "Again")
		ctx, stop := context.WithCancel(t.Context())
		there.onTheWay(func(w http.ResponseWriter, r *http.Request, next http.Handler) {
			if strings.Contains(r.URL.Path, ids[0]) {
				stop()
				<-r.Context().Done()
				return
			}
			next.ServeHTTP(w, r)
		})
		if _, err := here.ex.Sync(ctx, o[0], exchange.SyncOptions{}); err == nil {
			t.Error("it went on")
		}
		there.onTheWay(nil)
		here.sync(t, 0, 1, 0, 0)
	})
}

func TestAnIdThatIsHereAlreadyIsLeftAlone(t *testing.T) {
	each(t, func(t *testing.T, here *instance, there *origin) {
		first := there.post(t, "Letters", "Theirs")
		own := first
		p := apptest.Person(t, here.Store)
		own.OwnerID, own.Body = p.ID, "Ours"
		own.Authors = nil
		if err := here.studies.Prepare(&own); err != nil {
			t.Fatal(err)
		}
		if err := here.Store.CreateCaseStudy(t.Context(), &own, noteOf(p)); err != nil {
			t.Fatal(err)
		}
		here.add(t, there)
		for range 2 {
			r := here.sync(t, 0, 0, 0, 1)
			if !strings.Contains(r.Refused[0].Why, "was posted here") {
				t.Errorf("%+v", r.Refused)
			}
		}
		there.set(t, first.ID, models.Withdrawn)
		here.sync(t, 0, 0, 0, 0)
		if cs := here.here(t, first.ID); cs.Body != "Ours" || cs.Status != models.Published || cs.Copy != nil {
			t.Errorf("it is %q now, %s", cs.Body, cs.Status)
		}
		// Nor does one instance take what is a copy from another.
		third := newOrigin(t)
		second := there.post(t, "Beds", "Text")
		here.sync(t, 1, 0, 0, 0)
		again := second
		q := apptest.Person(t, third.Store)
		again.OwnerID, again.Authors = q.ID, nil
		if err := third.Store.CreateCaseStudy(t.Context(), &again, noteOf(q)); err != nil {
			t.Fatal(err)
		}
		o := here.add(t, third)
		r, err := here.ex.Sync(t.Context(), o, exchange.SyncOptions{})
		if err != nil || len(r.Refused) != 1 || !strings.Contains(r.Refused[0].Why, "another instance") {
			t.Errorf("%+v, %v", r, err)
		}
		if cs := here.here(t, second.ID); cs.Copy.OriginURL != there.url {
			t.Errorf("it is %s's now", cs.Copy.OriginURL)
		}
	})
}

func TestAKeyIsChangedOnlyByTheOneBefore(t *testing.T) {
	each(t, func(t *testing.T, here *instance, there *origin) {
		first := there.post(t, "Letters", "Text")
		o := here.add(t, there)
		here.sync(t, 1, 0, 0, 0)
		was := exchange.KeyOf(o)
		for range 2 {
			if _, err := there.ex.ReplaceKey(t.Context(), false); err != nil {
				t.Fatal(err)
			}
		}
		there.revise(t, first.ID, "Signed by the new key")
		here.sync(t, 0, 1, 0, 0)
		o, err := here.Store.Origin(t.Context(), o.ID)
		if key, other := there.ex.Key(t.Context()); err != nil || other != nil || exchange.KeyOf(o) != key.ID() || key.ID() == was {
			t.Errorf("the key that is trusted is %s, %v", exchange.KeyOf(o), err)
		}
		if r, err := here.ex.Verify(t.Context(), nil); err != nil || len(r.Faults) > 0 {
			t.Errorf("%+v, %v", r, err)
		}
		// Somebody else answers at the address, with a key of their own.
		if _, err := there.ex.ReplaceKey(t.Context(), true); models.KindOf(err) != models.Conflict {
			t.Errorf("a key that is there is lost: %v", err)
		}
		there.Site.Secret = []byte("another secret, after a move without the first one")
		there.Client(t).Get(exchange.ChangesPath).Want(http.StatusServiceUnavailable)
		if _, err := there.ex.ReplaceKey(t.Context(), true); err != nil {
			t.Fatal(err)
		}
		here.fails(t, "does not vouch for it")
		if _, err := here.ex.Add(t.Context(), there.url, "", "Ada"); models.KindOf(err) != models.Invalid {
			t.Errorf("added twice: %v", err)
		}
		if err := here.ex.Remove(t.Context(), o, false, "Ada"); err != nil {
			t.Fatal(err)
		}
		if _, err := here.ex.Add(t.Context(), there.url, was, "Ada"); models.KindOf(err) != models.Invalid || !strings.Contains(err.Error(), "has another key") {
			t.Errorf("added with a key that it has not: %v", err)
		}
		here.add(t, there)
		here.sync(t, 0, 1, 0, 0) // signed anew, the same text
		if cs := here.here(t, first.ID); cs.Revision != 2 || cs.Copy.OriginID != o.ID {
			t.Errorf("revision %d, of %s", cs.Revision, cs.Copy.OriginID)
		}
	})
}

func TestRemovingAnInstanceKeepsOrWithdrawsItsCopies(t *testing.T) {
	each(t, func(t *testing.T, here *instance, there *origin) {
		first := there.post(t, "Letters", "Text")
		o := here.add(t, there)
		here.sync(t, 1, 0, 0, 0)
		if err := here.ex.Remove(t.Context(), o, false, "Ada"); err != nil {
			t.Fatal(err)
		}
		if cs := here.here(t, first.ID); cs.Status != models.Published || cs.Copy == nil || cs.Copy.Followed {
			t.Errorf("%s, %+v", cs.Status, cs.Copy)
		}
		o = here.add(t, there)
		here.sync(t, 0, 0, 0, 0)
		if err := here.ex.Remove(t.Context(), o, true, "Ada"); err != nil {
			t.Fatal(err)
		}
		if err := here.queue.Drain(t.Context()); err != nil {
			t.Fatal(err)
		}
		if cs := here.here(t, first.ID); cs.Status != models.Withdrawn {
			t.Errorf("%s, %+v", cs.Status, cs.Copy)
		}
		here.add(t, there)
		here.sync(t, 0, 1, 0, 0)
		if cs := here.here(t, first.ID); cs.Status != models.Published || cs.Revision != 1 {
			t.Errorf("%s, %+v", cs.Status, cs.Copy)
		}
		if err := here.ex.Pause(t.Context(), o.ID, "Ada"); err != nil {
			t.Fatal(err)
		}
		asked := there.asked.Load()
		o, err := here.Store.Origin(t.Context(), o.ID)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := here.ex.Sync(t.Context(), o, exchange.SyncOptions{}); models.KindOf(err) != models.Conflict || there.asked.Load() != asked {
			t.Errorf("one that is paused is asked: %v", err)
		}
	})
}

func TestACopyThatWasChangedHereIsNoticedAndMended(t *testing.T) {
	for name, change := range map[string]string{
		"text": "UPDATE revisions SET document = REPLACE(document, 'They arrive', 'They do not')",
		"page": "UPDATE revisions SET html = REPLACE(html, 'They arrive', 'They do not')",
		"list": "UPDATE case_studies SET title = 'Anything'", "address": "UPDATE exchange_copies SET url = 'https://elsewhere.example'",
		"signed": "UPDATE exchange_copies SET signed = REPLACE(signed, '.', '.A')",
	} {
		t.Run(name, func(t *testing.T) {
			each(t, func(t *testing.T, here *instance, there *origin) {
				first := there.post(t, "Letters", "They arrive")
				here.add(t, there)
				here.sync(t, 1, 0, 0, 0)
				if err := here.Store.DB(t.Context()).Exec(change).Error; err != nil {
					t.Fatal(err)
				}
				r, err := here.ex.Verify(t.Context(), nil)
				if err != nil || len(r.Faults) != 1 || r.Faults[0].ID != first.ID {
					t.Fatalf("%+v, %v", r, err)
				}
				if cs := here.here(t, first.ID); cs.Copy.Fault == "" {
					t.Error("it is not kept")
				}
				here.sync(t, 0, 1, 0, 0)
				if r, err := here.ex.Verify(t.Context(), nil); err != nil || len(r.Faults) > 0 {
					t.Errorf("after it was fetched again: %+v, %v", r, err)
				}
			})
		})
	}
}

func TestAddingSaysWhatIsWrong(t *testing.T) {
	each(t, func(t *testing.T, here *instance, there *origin) {
		for typed, want := range map[string]string{"": "Enter a whole address", "ftp://x": "must begin with", there.url + "/?a=b": "the address of the instance alone",
			apptest.BaseURL: "this very instance", strings.Replace(there.url, "127.0.0.1", "localhost", 1): "Use that one"} {
			if _, err := here.ex.Add(t.Context(), typed, "", "Ada"); models.KindOf(err) != models.Invalid || !strings.Contains(err.Error(), want) {
				t.Errorf("%q: %v", typed, err)
			}
		}
		for want, body := range map[string]string{"no instance of Grassroots": "<html>", "speaks": `{"protocol":"grassroots/exchange/9","keys":[{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]}`} {
			there.onTheWay(func(w http.ResponseWriter, _ *http.Request, _ http.Handler) { _, _ = io.WriteString(w, body) })
			if _, err := here.ex.Add(t.Context(), there.url, "", "Ada"); models.KindOf(err) != models.Invalid || !strings.Contains(err.Error(), want) {
				t.Errorf("%q: %v", want, err)
			}
		}
	})
}

func TestSeveralWritersMissNothing(t *testing.T) {
	each(t, func(t *testing.T, here *instance, there *origin) {
		here.add(t, there)
		var writers sync.WaitGroup
		const each, many = 8, 4
		for range many {
			writers.Go(func() {
				for range each {
					there.post(t, "Letters", "Text")
				}
			})
		}
		done := make(chan struct{})
		go func() { writers.Wait(); close(done) }()
		got := 0
		for last := false; !last; {
			select {
			case <-done:
				last = true
			default:
			}
			list, err := here.Store.Origins(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			r, err := here.ex.Sync(t.Context(), list[0], exchange.SyncOptions{})
			if err != nil {
				t.Fatal(err)
			}
			got += r.New
		}
		if got != each*many {
			t.Errorf("%d came", got)
		}
		here.sync(t, 0, 0, 0, 0)
	})
}
