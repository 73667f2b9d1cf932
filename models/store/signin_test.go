package store_test

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"grassroots/models"
	"grassroots/models/store"
	"grassroots/models/store/storetest"
)

// somebody saves a person with a handle.
func somebody(t *testing.T, s *store.Store, handle string, change ...func(*models.Person)) models.Person {
	t.Helper()
	p := models.Person{ID: s.NewID(), Handle: handle, Name: handle, Email: handle + "@nhs.net", CreatedAt: s.Now()}
	for _, f := range change {
		f(&p)
	}
	if err := s.CreatePerson(t.Context(), &p); err != nil {
		t.Fatal(err)
	}
	return p
}

func wantKind(t *testing.T, what string, err error, want models.Kind) {
	t.Helper()
	if got := models.KindOf(err); got != want {
		t.Fatalf("%s: %v (%q), want the kind %q", what, err, got, want)
	}
}

func TestSignInLinksAreUsedOnceInTime(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		ctx := t.Context()
		ends := s.Now().Add(15 * time.Minute)
		if err := s.CreateSignInLink(ctx, "one", "a@nhs.net", "/me", ends); err != nil {
			t.Fatal(err)
		}
		if err := s.CreateSignInLink(ctx, "late", "a@nhs.net", "", s.Now().Add(-time.Second)); err != nil {
			t.Fatal(err)
		}
		if email, err := s.SignInLink(ctx, "one"); err != nil || email != "a@nhs.net" {
			t.Fatalf("looking at the link: %q, %v", email, err)
		}
		_, err := s.SignInLink(ctx, "late")
		wantKind(t, "a late link", err, models.NotFound)

		// Many press at once, one gets in.
		var group sync.WaitGroup
		var mu sync.Mutex
		used := 0
		for range 12 {
			group.Go(func() {
				email, to, err := s.UseSignInLink(ctx, "one")
				mu.Lock()
				defer mu.Unlock()
				switch {
				case err == nil && email == "a@nhs.net" && to == "/me":
					used++
				case models.KindOf(err) != models.NotFound:
					t.Errorf("using the link: %q, %q, %v", email, to, err)
				}
			})
		}
		group.Wait()
		if used != 1 {
			t.Fatalf("the link was used %d times", used)
		}
		_, err = s.SignInLink(ctx, "one")
		wantKind(t, "a used link", err, models.NotFound)

		if err := s.DeleteSignInLink(ctx, "late"); err != nil {
			t.Fatal(err)
		}
		_, err = s.SignInLink(ctx, "late")
		wantKind(t, "a link that was taken back", err, models.NotFound)
	})
}

func TestEndOtherSessionsKeepsOne(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		ctx := t.Context()
		p, other := somebody(t, s, "ward"), somebody(t, s, "other")
		begin := func(secret, personID string) string {
			m := models.Session{ID: s.NewID(), PersonID: personID, CreatedAt: s.Now(), SeenAt: s.Now(), ExpiresAt: s.Now().Add(time.Hour)}
			if err := s.CreateSession(ctx, secret, m); err != nil {
				t.Fatal(err)
			}
			return m.ID
		}
		keep := begin("a", p.ID)
		begin("b", p.ID)
		begin("c", p.ID)
		begin("d", other.ID)
		ended, err := s.EndOtherSessions(ctx, p.ID, keep)
		if err != nil || ended != 2 {
			t.Fatalf("%d sessions ended, %v", ended, err)
		}
		for secret, want := range map[string]models.Kind{"a": "", "b": models.NotFound, "c": models.NotFound, "d": ""} {
			_, err := s.SessionBySecret(ctx, secret)
			wantKind(t, "session "+secret, err, want)
		}
	})
}

func TestTheLastAdminStays(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		ctx := t.Context()
		admin := models.Grant{Role: models.RoleAdmin}
		a := somebody(t, s, "a", func(p *models.Person) { p.Grants = []models.Grant{admin, {Role: models.RoleMember}} })
		b := somebody(t, s, "b", func(p *models.Person) { p.Grants = []models.Grant{admin} })
		c := somebody(t, s, "c")
		if err := s.Revoke(ctx, c.ID, admin); err != nil {
			t.Fatalf("revoking what somebody does not hold: %v", err)
		}
		// Each revokes the other at the same moment: one of the two stays.
		errs := make([]error, 2)
		var group sync.WaitGroup
		for i, id := range []string{a.ID, b.ID} {
			group.Go(func() { errs[i] = s.Revoke(ctx, id, admin) })
		}
		group.Wait()
		if (errs[0] == nil) == (errs[1] == nil) {
			t.Fatalf("two revocations gave %v and %v", errs[0], errs[1])
		}
		for _, err := range errs {
			if err != nil {
				wantKind(t, "revoking the last admin", err, models.Conflict)
			}
		}
		grants, err := s.GrantsOf(ctx, []string{a.ID, b.ID, c.ID})
		if err != nil {
			t.Fatal(err)
		}
		admins := 0
		for _, list := range grants {
			for _, g := range list {
				if g.Role == models.RoleAdmin {
					admins++
				}
			}
		}
		if admins != 1 || !slices.Contains(grants[a.ID], models.Grant{Role: models.RoleMember}) {
			t.Fatalf("grants %v", grants)
		}
	})
}

func TestRolesOfOneOrganisationAreApart(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		ctx := t.Context()
		p := somebody(t, s, "lead", func(p *models.Person) {
			p.Grants = []models.Grant{{Role: models.RoleLead, Organisation: "RR8"}, {Role: models.RoleLead, Organisation: "RX1"}}
		})
		if err := s.Revoke(ctx, p.ID, models.Grant{Role: models.RoleLead, Organisation: "RR8"}); err != nil {
			t.Fatal(err)
		}
		grants, err := s.Grants(ctx, p.ID)
		if err != nil || len(grants) != 1 || grants[0].Organisation != "RX1" {
			t.Fatalf("%v, %v", grants, err)
		}
		held, _, err := s.People(ctx, store.PeopleQuery{Role: models.RoleLead, Limit: 5})
		if err != nil || len(held) != 1 {
			t.Fatalf("leads: %v, %v", held, err)
		}
		none, err := s.CountPeople(ctx, store.PeopleQuery{Role: models.RoleAdmin})
		if err != nil || none != 0 {
			t.Fatalf("%d admins, %v", none, err)
		}
	})
}

func TestPeopleArePagedBothWays(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		ctx := t.Context()
		for i := range 7 {
			// Two share a name, so that the id has to tell them apart.
			somebody(t, s, fmt.Sprintf("p%d", i), func(p *models.Person) { p.Name = fmt.Sprintf("Person %d", i/2) })
		}
		var forward, backward []string
		var cursor *store.NameCursor
		for range 4 {
			people, more, err := s.People(ctx, store.PeopleQuery{After: cursor, Limit: 2})
			if err != nil {
				t.Fatal(err)
			}
			for _, p := range people {
				forward = append(forward, p.ID)
			}
			if more != (len(forward) < 7) {
				t.Fatalf("more is %v after %d", more, len(forward))
			}
			last := people[len(people)-1]
			if cursor, err = store.ParseNameCursor(store.NameCursor{Name: last.Name, Key: last.ID}.String()); err != nil {
				t.Fatal(err)
			}
		}
		cursor.Back = true
		for more := true; more; {
			people, earlier, err := s.People(ctx, store.PeopleQuery{After: cursor, Limit: 2})
			if err != nil {
				t.Fatal(err)
			}
			ids := make([]string, len(people))
			for i, p := range people {
				ids[i] = p.ID
			}
			backward = append(ids, backward...)
			cursor, more = &store.NameCursor{Name: people[0].Name, Key: people[0].ID, Back: true}, earlier
		}
		if len(forward) != 7 || !slices.Equal(forward[:6], backward) {
			t.Fatalf("forward %v, backward %v", forward, backward)
		}
	})
}

func TestNameCursorsOfOthersAreRefused(t *testing.T) {
	for _, s := range []string{"x", "!!", "e30", "bnVsbA", strings.Repeat("A", 5000), store.NameCursor{Name: "a"}.String(), store.NameCursor{Name: "a\x00", Key: "b"}.String()} {
		_, err := store.ParseNameCursor(s)
		wantKind(t, fmt.Sprintf("%.20q", s), err, models.BadRequest)
	}
	if c, err := store.ParseNameCursor(""); c != nil || err != nil {
		t.Errorf("no cursor: %v, %v", c, err)
	}
}

func TestPeopleAreFoundByWords(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		ctx := t.Context()
		somebody(t, s, "orla", func(p *models.Person) {
			p.Name, p.JobTitle, p.Skills = "Órla Byrne", "Ward manager", []string{"A&E", `50% "rule"`}
		})
		somebody(t, s, "sian", func(p *models.Person) { p.Name, p.JobTitle, p.Skills = "Siân Rees", "Pharmacist", []string{"audit"} })
		for text, want := range map[string]string{"orla": "", "Órla": "orla", "byrne WARD": "orla", "a&e": "orla", "50%": "orla", `"rule"`: "orla", "siân": "sian",
			"audit pharm": "sian", "%": "orla", "_": "", `\`: "", "e": "orla sian", "audit ward": ""} {
			people, _, err := s.People(ctx, store.PeopleQuery{Text: text, Limit: 10})
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, p := range people {
				got = append(got, p.Handle)
			}
			slices.Sort(got)
			if strings.Join(got, " ") != want {
				t.Errorf("%q finds %v, want %q", text, got, want)
			}
		}
	})
}

func TestFormerHandlesStayWithTheirPerson(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		ctx := t.Context()
		a, b := somebody(t, s, "first"), somebody(t, s, "second")
		rename := func(p models.Person, to string) error {
			p.Handle = to
			return s.UpdatePerson(ctx, &p)
		}
		if err := rename(a, "third"); err != nil {
			t.Fatal(err)
		}
		for _, handle := range []string{"first", "THIRD"} {
			p, err := s.PersonByHandle(ctx, handle)
			if err != nil || p.ID != a.ID || p.Handle != "third" {
				t.Fatalf("%s leads to %v, %v", handle, p.Handle, err)
			}
		}
		wantKind(t, "taking a former handle", rename(b, "first"), models.Conflict)
		wantKind(t, "taking a handle in use", rename(b, "third"), models.Conflict)
		newcomer := models.Person{ID: s.NewID(), Handle: "first", Name: "N", Email: "n@nhs.net", CreatedAt: s.Now()}
		wantKind(t, "a newcomer with a former handle", s.CreatePerson(ctx, &newcomer), models.Conflict)
		if free, err := s.FreeHandle(ctx, "first"); err != nil || free != "first-2" {
			t.Fatalf("free handle %q, %v", free, err)
		}
		if err := rename(models.Person{ID: a.ID, Name: a.Name}, "first"); err != nil {
			t.Fatalf("going back to one's own handle: %v", err)
		}
		if p, err := s.PersonByHandle(ctx, "third"); err != nil || p.Handle != "first" {
			t.Fatalf("third leads to %v, %v", p.Handle, err)
		}
		_, err := s.PersonByHandle(ctx, "nobody")
		wantKind(t, "an unknown handle", err, models.NotFound)
	})
}
