package store_test

import (
	"context"
	"io/fs"
	"testing"
	"testing/fstest"

	"grassroots/models"
	"grassroots/models/store"
	"grassroots/models/store/migrations"
	"grassroots/models/store/storetest"
)

// TestOlderStandardsAreFoundByTheirNames brings a database of before names of
// standards were kept up to date.
func TestOlderStandardsAreFoundByTheirNames(t *testing.T) {
	for _, dialect := range dialects {
		t.Run(dialect, func(t *testing.T) {
			t.Parallel()
			s := open(t, storetest.EmptyOn(t, dialect))
			ctx := t.Context()
			before := fstest.MapFS{}
			names, err := fs.Glob(migrations.Files, "0000[1-4]_*.sql")
			must(t, err)
			for _, name := range names {
				text, err := fs.ReadFile(migrations.Files, name)
				must(t, err)
				before[name] = &fstest.MapFile{Data: text}
			}
			must(t, s.MigrateTo(ctx, before))
			for _, row := range [][]any{{"hl7-fhir-r4", "HL7 FHIR R4", `["FHIR","R&D \"quoted\""]`}, {"fhir", "Proposed", `[]`}, {"plain", "plain", `["Plain"]`}} {
				must(t, s.DB(ctx).Exec("INSERT INTO standards (code, name, aliases, confirmed) VALUES (?, ?, ?, TRUE)", row...).Error)
			}
			must(t, s.Migrate(ctx))
			got, err := s.TermIDs(ctx, models.TermStandard, []string{"HL7-FHIR-R4", "hl7 fhir r4", "FHIR", `r&d "quoted"`, "Plain", "proposed", "other"})
			must(t, err)
			for name, want := range map[string]string{"HL7-FHIR-R4": "hl7-fhir-r4", "hl7 fhir r4": "hl7-fhir-r4", "FHIR": "fhir", `r&d "quoted"`: "hl7-fhir-r4", "Plain": "plain", "proposed": "fhir", "other": ""} {
				if got[name] != want {
					t.Errorf("%q leads to %q, want %q", name, got[name], want)
				}
			}
		})
	}
}

// TestNothingIsFiledUnderATermThatIsGone merges a system while a case study
// that names it is being saved: the merge has to wait, or it would miss the case
// study. SQLite has one writer at a time, so it is Postgres that is asked.
func TestNothingIsFiledUnderATermThatIsGone(t *testing.T) {
	t.Parallel()
	s := storetest.NewOn(t, store.Postgres)
	ctx := t.Context()
	owner := models.Person{ID: s.NewID(), Handle: "owner", Name: "Owner", Email: "owner@nhs.net", CreatedAt: s.Now()}
	must(t, s.CreatePerson(ctx, &owner))
	must(t, s.SaveSystem(ctx, models.System{Slug: "stays", Name: "Stays", Confirmed: true}))
	must(t, s.SaveSystem(ctx, models.System{Slug: "goes", Name: "Goes", Confirmed: true}))
	merged := make(chan error, 1)
	must(t, s.TxOnce(ctx, func(inTx context.Context) error {
		cs := models.CaseStudy{ID: s.NewID(), OwnerID: owner.ID, CreatedAt: s.Now(), UpdatedAt: s.Now(),
			Document: models.Document{Title: "A title", Stage: models.StageIdea, Body: "Text", Language: "en", Connections: []models.Connection{{From: "Goes", To: "Stays"}}}}
		if err := s.CreateCaseStudy(inTx, &cs, store.SaveNote{EditorID: owner.ID}); err != nil {
			return err
		}
		go func() {
			merged <- s.MergeTerms(ctx, store.Merge{Kind: models.TermSystem, From: "goes", Into: "stays", FromVersion: 1, IntoVersion: 1})
		}()
		for waiting := 0; waiting == 0 && len(merged) == 0; { // until it waits, or is done without
			if err := s.DB(ctx).Raw("SELECT COUNT(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'").Scan(&waiting).Error; err != nil {
				return err
			}
		}
		return nil
	}))
	must(t, <-merged)
	var lost int64
	must(t, s.DB(ctx).Raw("SELECT (SELECT COUNT(*) FROM case_study_facets WHERE value = 'goes') + (SELECT COUNT(*) FROM connections WHERE from_slug = 'goes')").Scan(&lost).Error)
	if lost != 0 {
		t.Errorf("%d rows are filed under what is gone", lost)
	}
}
