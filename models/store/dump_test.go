package store_test

import (
	"bytes"
	"context"
	"iter"
	"strings"
	"testing"
	"time"

	"grassroots/models"
	"grassroots/models/store"
	"grassroots/models/store/storetest"
)

// dumped is a backup in memory: the lines of each table.
type dumped map[string][]byte

func dump(t *testing.T, s *store.Store) (tables []string, d dumped) {
	t.Helper()
	d = dumped{}
	err := s.View(t.Context(), func(ctx context.Context) error {
		list, err := s.Tables(ctx)
		if err != nil {
			return err
		}
		for _, table := range list {
			var b bytes.Buffer
			n, err := s.Dump(ctx, table, &b)
			if err != nil {
				return err
			}
			if got := bytes.Count(b.Bytes(), []byte("\n")); got != n {
				t.Errorf("%s: %d rows in %d lines", table.Name, n, got)
			}
			tables = append(tables, table.Name)
			d[table.Name] = b.Bytes()
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return tables, d
}

func (d dumped) rows(table string) iter.Seq2[[]byte, error] {
	return func(yield func([]byte, error) bool) {
		for line := range bytes.Lines(d[table]) {
			if !yield(bytes.TrimSuffix(line, []byte("\n")), nil) {
				return
			}
		}
	}
}

func (d dumped) same(t *testing.T, other dumped) {
	t.Helper()
	for table, lines := range d {
		if !bytes.Equal(lines, other[table]) {
			t.Errorf("%s was\n%.3000s\nand is\n%.3000s", table, lines, other[table])
		}
	}
	if len(d) != len(other) {
		t.Errorf("%d tables, then %d", len(d), len(other))
	}
}

// fillStore writes something of every kind of value.
func fillStore(t *testing.T, s *store.Store) {
	t.Helper()
	ctx := t.Context()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	must(s.Seed(ctx))
	years := 0
	opened := time.Date(1991, 4, 1, 0, 0, 0, 0, time.UTC)
	_, _, err := s.SaveOrganisation(ctx, models.Organisation{Code: "RR8", Name: "Leeds \"Teaching\" <Hospitals>", Opened: &opened, Successors: []string{"RXX"}, Named: true})
	must(err)
	p := models.Person{ID: s.NewID(), Handle: "amina", Name: "Amina \u2028 Ŵ \U0001F469\u200D⚕️", Email: "amina@nhs.net", Organisation: "RR8", YearsExperience: &years,
		Skills: []string{"a & b"}, CreatedAt: s.Now(), Grants: []models.Grant{{Role: models.RoleLead, Organisation: "RR8"}}}
	must(s.CreatePerson(ctx, &p))
	before, after := 0.1, 1e21
	for i, title := range []string{"Letters", "letters", "Écrits", "Zebra"} {
		cs := models.CaseStudy{ID: s.NewID(), OwnerID: p.ID, CreatedAt: s.Now(), UpdatedAt: s.Now(), HTML: "<p>x</p>",
			Document: models.Document{Title: title, Stage: models.StageIdea, Body: "Line\n\tTab", Benefits: []models.Benefit{{Measure: "M", Before: &before, After: &after}},
				Extra: map[string]any{"x": nil}, Connections: []models.Connection{{From: "Home-made", To: "SystmOne"}}}}
		must(s.CreateCaseStudy(ctx, &cs, store.SaveNote{EditorID: p.ID}))
		for range i {
			_, err := s.Vote(ctx, cs.ID, p.ID, true)
			must(err)
		}
	}
	must(s.CreateToken(ctx, "secret", models.Token{ID: s.NewID(), PersonID: p.ID, CreatedAt: s.Now()}))
	must(s.SetSetting(ctx, "a", "b", p.ID))
	for range 2 { // one event in the chain, and one that waits
		_, err := s.SealAudit(ctx)
		must(err)
		must(s.Leave(store.WithTrail(ctx, &store.Trail{Actor: p.ID, Means: models.BySession, Action: "thing.made"})))
	}
	must(s.DB(ctx).Exec("INSERT INTO idempotency_keys (person_id, key, request, status, headers, body, created_at) VALUES (?, 'k', 'r', 201, '{}', ?, ?)",
		p.ID, []byte{0, 1, 0xff, '\n'}, s.Now()).Error)
}

// TestADumpIsRestoredOnEitherDatabase holds that the rows are the same to the
// byte wherever they have been.
func TestADumpIsRestoredOnEitherDatabase(t *testing.T) {
	t.Parallel()
	for _, from := range []string{store.SQLite, store.Postgres} {
		for _, to := range []string{store.SQLite, store.Postgres} {
			t.Run(from+" to "+to, func(t *testing.T) {
				t.Parallel()
				a, b := storetest.NewOn(t, from), openEmpty(t, to)
				fillStore(t, a)
				if empty, err := b.Vacant(t.Context()); err != nil || !empty {
					t.Errorf("a database without a schema is vacant: %v, %v", empty, err)
				}
				if empty, err := storetest.NewOn(t, to).Vacant(t.Context()); err != nil || !empty {
					t.Errorf("a database with a schema and nothing else is vacant: %v, %v", empty, err)
				}
				version, latest, err := a.ContentVersion(t.Context())
				if err != nil || version != latest || version < 9 {
					t.Fatalf("at version %d of %d, %v", version, latest, err)
				}
				tables, first := dump(t, a)
				if len(tables) < 20 || len(first["systems"]) == 0 || len(first["idempotency_keys"]) == 0 || len(first["audit_seals"]) == 0 || len(first["audit_open"]) == 0 || first["river_job"] != nil {
					t.Fatalf("the dump has %v", tables)
				}
				for round := range 2 { // into nothing, then over itself
					if err := b.Restore(t.Context(), version, tables, first.rows); err != nil {
						t.Fatalf("round %d: %v", round, err)
					}
					_, second := dump(t, b)
					first.same(t, second)
				}
				if have, want, err := b.SchemaVersion(t.Context()); err != nil || have != want {
					t.Errorf("the schema is at %d of %d, %v", have, want, err)
				}
				if empty, err := b.Vacant(t.Context()); err != nil || empty {
					t.Errorf("it is vacant: %v, %v", empty, err)
				}
				// It is a store like any other.
				if cs, err := b.CaseStudy(t.Context(), "letters-2"); err != nil || cs.Title != "letters" || *cs.Benefits[0].Before != 0.1 {
					t.Errorf("a case study is %+v, %v", cs.Document, err)
				}
			})
		}
	}
}

func openEmpty(t *testing.T, dialect string) *store.Store {
	t.Helper()
	s, err := store.Open(t.Context(), storetest.EmptyOn(t, dialect))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

func TestWhatAnOlderProgramDumpedIsMigrated(t *testing.T) {
	t.Parallel()
	for _, dialect := range []string{store.SQLite, store.Postgres} {
		t.Run(dialect, func(t *testing.T) {
			t.Parallel()
			ctx := t.Context()
			old := openEmpty(t, dialect)
			if err := old.SchemaAt(ctx, 4); err != nil {
				t.Fatal(err)
			}
			err := old.DB(ctx).Exec(`INSERT INTO people (id, handle, name, email, demo, created_at) VALUES ('01JD3Z6V7Q8R9S0T1V2W3X4Y5Z', 'amina', 'Amina', 'a@nhs.net', ?, ?)`, false, old.Now()).Error
			if err != nil {
				t.Fatal(err)
			}
			tables, d := dump(t, old)
			to := storetest.NewOn(t, dialect)
			fillStore(t, to)
			if err := to.Restore(ctx, 4, tables, d.rows); err != nil {
				t.Fatal(err)
			}
			if have, want, err := to.SchemaVersion(ctx); err != nil || have != want {
				t.Errorf("the schema is at %d of %d, %v", have, want, err)
			}
			if p, err := to.PersonByHandle(ctx, "amina"); err != nil || p.ID != "01JD3Z6V7Q8R9S0T1V2W3X4Y5Z" {
				t.Errorf("the person is %+v, %v", p, err)
			}
			if _, err := to.CaseStudy(ctx, "letters"); models.KindOf(err) != models.NotFound {
				t.Errorf("what was there before is there still: %v", err)
			}
		})
	}
}

func TestARestoreThatFailsChangesNothing(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		ctx := t.Context()
		fillStore(t, s)
		version, _, err := s.ContentVersion(ctx)
		if err != nil {
			t.Fatal(err)
		}
		tables, before := dump(t, s)
		spoilt := func(table string, change func(string) string) func() (int64, []string, dumped) {
			return func() (int64, []string, dumped) {
				d := dumped{}
				for name, lines := range before {
					d[name] = lines
				}
				d[table] = []byte(change(string(before[table])))
				return version, tables, d
			}
		}
		replace := func(old, new string) func(string) string {
			return func(s string) string { return strings.Replace(s, old, new, 1) }
		}
		for name, make := range map[string]func() (int64, []string, dumped){
			"a newer schema":              func() (int64, []string, dumped) { return version + 1, tables, before },
			"no schema":                   func() (int64, []string, dumped) { return 0, tables, before },
			"a table too few":             func() (int64, []string, dumped) { return version, tables[1:], before },
			"a table too many":            func() (int64, []string, dumped) { return version, append([]string{"more"}, tables...), before },
			"a line that is no row":       spoilt("votes", func(s string) string { return s + "nothing\n" }),
			"a value of another kind":     spoilt("people", replace(`"demo":false`, `"demo":"no"`)),
			"a text for a number":         spoilt("case_studies", replace(`"revision":1`, `"revision":"1"`)),
			"a time that is none":         spoilt("people", replace(`"created_at":"2`, `"created_at":"x2`)),
			"a column that there is not":  spoilt("people", replace(`"demo"`, `"drama"`)),
			"a column too many":           spoilt("people", replace(`"demo"`, `"more":1,"demo"`)),
			"bytes that are none":         spoilt("idempotency_keys", replace(`"body":"`, `"body":"*`)),
			"a row twice":                 spoilt("votes", func(s string) string { return s + s }),
			"a row of what is not there":  spoilt("votes", replace(`"person_id":"`, `"person_id":"X`)),
			"nothing where must be a lot": spoilt("people", replace(`"handle":"amina"`, `"handle":null`)),
		} {
			v, list, d := make()
			if err := s.Restore(ctx, v, list, d.rows); err == nil {
				t.Errorf("%s was taken", name)
			}
			_, after := dump(t, s)
			before.same(t, after)
		}
	})
}

func TestWhatWaitedIsNotSentAgain(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		ctx := t.Context()
		e := store.Email{ToAddress: "amina@nhs.net", Subject: "Sign in", Text: "https://…"}
		if err := s.AddEmail(ctx, &e); err != nil {
			t.Fatal(err)
		}
		version, _, err := s.ContentVersion(ctx)
		if err != nil {
			t.Fatal(err)
		}
		tables, d := dump(t, s)
		if err := s.Restore(ctx, version, tables, d.rows); err != nil {
			t.Fatal(err)
		}
		if got, err := s.Email(ctx, e.ID); err != nil || got.State != store.EmailFailed || got.Text != "" || !strings.Contains(got.LastError, "backup") {
			t.Errorf("the e-mail is %+v, %v", got, err)
		}
	})
}
