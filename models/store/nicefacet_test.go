package store_test

import (
	"testing"

	"grassroots/models"
	"grassroots/models/store/storetest"
)

// A tier that was given before lists could be filtered by it is found after the migration,
// and goes to the search index again.
func TestATierOfBeforeIsFiltered(t *testing.T) {
	t.Parallel()
	for _, dialect := range dialects {
		t.Run(dialect, func(t *testing.T) {
			t.Parallel()
			s := open(t, storetest.EmptyOn(t, dialect))
			must(t, s.Migrate(t.Context()))
			owner := newPerson(t, s, "owner")
			tiered := newStudy(t, s, owner, models.Document{Title: "Tiered", NICEEvidence: &models.NICEEvidence{Tier: "B", Parts: map[string]string{"design": "yes"}}})
			newStudy(t, s, owner, models.Document{Title: "Parts alone", NICEEvidence: &models.NICEEvidence{Parts: map[string]string{"design": "yes"}}})
			newStudy(t, s, owner, models.Document{Title: "None", Body: `"nice_evidence" in its text`})
			q := models.ListQuery{Sort: models.SortNew, Limit: 5, Filters: map[string][]string{models.FacetNICETier: {"A", "B"}}}
			look := func(want int) {
				t.Helper()
				page, err := s.ListCaseStudies(t.Context(), q)
				if err != nil || len(page.Items) != want || want > 0 && page.Items[0].ID != tiered.ID {
					t.Fatalf("%+v, %v", page.Items, err)
				}
			}
			look(1)
			must(t, s.DB(t.Context()).Exec("UPDATE case_studies SET indexed = changes").Error)
			must(t, s.MigrateDownTo(t.Context(), 86))
			look(0)
			must(t, s.Migrate(t.Context()))
			look(1)
			var again []string
			must(t, s.DB(t.Context()).Raw("SELECT title FROM case_studies WHERE changes > indexed").Scan(&again).Error)
			if len(again) != 1 || again[0] != "Tiered" {
				t.Errorf("%q go to the index again", again)
			}
		})
	}
}
