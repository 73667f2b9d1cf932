package store_test

import (
	"reflect"
	"slices"
	"testing"

	"grassroots/models"
	"grassroots/models/reference"
	"grassroots/models/store"
	"grassroots/models/store/storetest"
)

func TestSeedBringsEveryList(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		for range 2 {
			if err := s.Seed(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		systems, err := s.Systems(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		standards, err := s.Standards(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if len(systems) != len(reference.Systems()) || len(standards) != len(reference.Standards()) {
			t.Errorf("%d systems and %d standards", len(systems), len(standards))
		}
		for _, want := range reference.Systems() {
			if i := slices.IndexFunc(systems, func(m models.System) bool { return m.Slug == want.Slug }); i < 0 || !reflect.DeepEqual(systems[i], want) {
				t.Errorf("system %s is not as in the list", want.Slug)
			}
		}
		found, err := s.SystemSlugs(t.Context(), []string{"TPP SystmOne", "cerner"})
		if err != nil || found["TPP SystmOne"] != "systmone" || found["cerner"] != "oracle-health-millennium" {
			t.Errorf("by alias: %v, %v", found, err)
		}
	})
}

func TestSeedIsOneQueryWhenNothingChanged(t *testing.T) {
	t.Parallel()
	s := storetest.New(t)
	if err := s.Seed(t.Context()); err != nil {
		t.Fatal(err)
	}
	ctx, counter := store.WithCounter(t.Context())
	if err := s.Seed(ctx); err != nil {
		t.Fatal(err)
	}
	if n := counter.Count(); n != 1 {
		t.Errorf("%d queries", n)
	}
}

// TestSeedLeavesWhatPeopleChanged follows rows through two later versions of
// the lists.
func TestSeedLeavesWhatPeopleChanged(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		ctx := t.Context()
		system := func(slug, supplier string) models.System {
			return models.System{Slug: slug, Name: "System " + slug, Supplier: supplier, Confirmed: true}
		}
		standard := func(code, purpose string) models.Standard {
			return models.Standard{Code: code, Name: "Standard " + code, Purpose: purpose, Confirmed: true}
		}
		must := func(err error) {
			t.Helper()
			if err != nil {
				t.Fatal(err)
			}
		}
		named := models.System{Slug: "named", Name: "named by somebody"}
		must(s.SaveSystem(ctx, named))
		theirs := models.System{Slug: "theirs", Name: "Made by a moderator", Confirmed: true}
		must(s.SaveSystem(ctx, theirs))
		must(s.SeedWith(ctx, []models.System{system("same", "A"), system("mended", "A"), system("edited", "A"), system("removed", "A"), system("named", "A"), system("theirs", "A")},
			[]models.Standard{standard("mended", "A"), standard("edited", "A")}, "1"))

		edited := system("edited", "A moderator's word")
		must(s.SaveSystem(ctx, edited))
		editedStandard := standard("edited", "A moderator's word")
		must(s.SaveStandard(ctx, editedStandard))
		must(s.DB(ctx).Exec("DELETE FROM systems WHERE slug = 'removed'").Error)

		for _, version := range []string{"2", "3"} {
			v := "list " + version
			must(s.SeedWith(ctx, []models.System{system("same", "A"), system("mended", v), system("edited", v), system("removed", v), system("named", v), system("theirs", v), system("new", v)},
				[]models.Standard{standard("mended", v), standard("edited", v), standard("new", v)}, version))
			for _, want := range []models.System{system("same", "A"), system("mended", v), edited, system("named", v), theirs, system("new", v)} {
				if got, err := s.System(ctx, want.Slug); err != nil || !reflect.DeepEqual(got, want) {
					t.Errorf("version %s: system %+v, %v, and not %+v", version, got, err, want)
				}
			}
			for _, want := range []models.Standard{standard("mended", v), editedStandard, standard("new", v)} {
				if got, err := s.Standard(ctx, want.Code); err != nil || !reflect.DeepEqual(got, want) {
					t.Errorf("version %s: standard %+v, %v, and not %+v", version, got, err, want)
				}
			}
			if _, err := s.System(ctx, "removed"); models.KindOf(err) != models.NotFound {
				t.Errorf("version %s: what was removed came back: %v", version, err)
			}
		}
	})
}

// TestSeedLeavesWhatModeratorsMerged holds that a later list neither brings back
// what was merged nor splits what belongs together here, and that it takes up
// what case studies have named before it.
func TestSeedLeavesWhatModeratorsMerged(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		ctx := t.Context()
		must := func(err error) {
			t.Helper()
			if err != nil {
				t.Fatal(err)
			}
		}
		system := func(slug, supplier string, aliases ...string) models.System {
			return models.System{Slug: slug, Name: "System " + slug, Supplier: supplier, Aliases: aliases, Confirmed: true}
		}
		standard := func(code, purpose string) models.Standard {
			return models.Standard{Code: code, Name: "Standard " + code, Purpose: purpose, Confirmed: true}
		}
		must(s.SeedWith(ctx, []models.System{system("a", "A"), system("b", "A")}, []models.Standard{standard("x", "A"), standard("y", "A")}, "1"))
		merge := func(kind, from, into string) {
			t.Helper()
			f, err := s.Term(ctx, kind, from)
			must(err)
			i, err := s.Term(ctx, kind, into)
			must(err)
			must(s.MergeTerms(ctx, store.Merge{Kind: kind, From: from, Into: into, FromVersion: f.Version, IntoVersion: i.Version, By: "somebody"}))
		}
		merge(models.TermSystem, "a", "b")
		merge(models.TermStandard, "x", "y")
		must(s.SaveSystem(ctx, models.System{Slug: "proposed", Name: "System new"}))
		must(s.SaveSystem(ctx, models.System{Slug: "ours", Name: "Ours", Aliases: []string{"System theirs", "shared name"}, Confirmed: true}))

		for _, version := range []string{"2", "3"} {
			v := "list " + version
			must(s.SeedWith(ctx, []models.System{system("a", v), system("b", v), system("new", v), system("theirs", v), system("other", v, "Shared name", "its own")},
				[]models.Standard{standard("x", v), standard("y", v)}, version))
			for name, want := range map[string]string{"a": "b", "System a": "b", "proposed": "new", "System new": "new", "theirs": "", "System theirs": "ours", "shared name": "ours", "its own": "other"} {
				if got, err := s.SystemSlugs(ctx, []string{name}); err != nil || got[name] != want {
					t.Errorf("version %s: %q leads to %q, %v, want %q", version, name, got[name], err, want)
				}
			}
			if codes, err := s.TermIDs(ctx, models.TermStandard, []string{"x", "y"}); err != nil || codes["x"] != "y" || codes["y"] != "y" {
				t.Errorf("version %s: the codes lead to %v, %v", version, codes, err)
			}
			b, err := s.System(ctx, "b")
			if err != nil || b.Supplier != "A" || !slices.Equal(b.Aliases, []string{"System a"}) {
				t.Errorf("version %s: b is %+v, %v", version, b, err)
			}
			fresh, err := s.System(ctx, "new")
			if err != nil || fresh.Supplier != v || !fresh.Confirmed {
				t.Errorf("version %s: new is %+v, %v", version, fresh, err)
			}
			other, err := s.System(ctx, "other")
			if err != nil || other.Supplier != v || !slices.Equal(other.Aliases, []string{"its own"}) {
				t.Errorf("version %s: other is %+v, %v", version, other, err)
			}
		}
	})
}

func TestSeedSaysWhenItsNoteCannotBeRead(t *testing.T) {
	t.Parallel()
	s := storetest.New(t)
	if err := s.SetSetting(t.Context(), "reference.rows", "not JSON", ""); err != nil {
		t.Fatal(err)
	}
	if err := s.Seed(t.Context()); models.KindOf(err) != models.Internal {
		t.Errorf("Seed gives %v", err)
	}
}
