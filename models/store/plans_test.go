package store_test

import (
	"strings"
	"testing"

	"grassroots/models"
	"grassroots/models/store"
	"grassroots/models/store/storetest"
)

// Some case studies by their ids cost what these cost, however many others are
// published, also in a database whose tables were never counted.
func TestCaseStudiesByIDAreFoundByTheirIDs(t *testing.T) {
	t.Parallel()
	st := storetest.NewOn(t, "sqlite")
	ctx, counter := store.WithCounter(t.Context())
	ids := []string{"A", "B", "C", "D", "E", "F", "G", "H"}
	if _, err := st.SummariesByID(ctx, ids); err != nil {
		t.Fatal(err)
	}
	statements := counter.Statements()
	if len(statements) != 1 {
		t.Fatalf("%d statements", len(statements))
	}
	var plan []struct{ Detail string }
	values := make([]any, strings.Count(statements[0], "?"))
	for i := range values {
		values[i] = ""
	}
	if err := st.DB(t.Context()).Raw("EXPLAIN QUERY PLAN "+statements[0], values...).Scan(&plan).Error; err != nil {
		t.Fatal(err)
	}
	if len(plan) == 0 || !strings.Contains(plan[0].Detail, "(id=?)") {
		t.Errorf("the plan of %s is %+v", statements[0], plan)
	}
}

// SQLite knows how large tables have become once they have grown.
func TestTablesThatGrowAreCounted(t *testing.T) {
	t.Parallel()
	st := storetest.NewOn(t, "sqlite")
	for range 300 {
		p := models.Person{ID: st.NewID(), Name: "Ada", CreatedAt: st.Now(), Grants: []models.Grant{{Role: models.RoleMember}}}
		p.Handle = "ada-" + strings.ToLower(p.ID)
		p.Email = p.Handle + "@example.org"
		if err := st.CreatePerson(t.Context(), &p); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := st.Sweep(t.Context()); err != nil {
		t.Fatal(err)
	}
	var counted string
	err := st.DB(t.Context()).Raw("SELECT stat FROM sqlite_stat1 WHERE tbl = 'people' LIMIT 1").Scan(&counted).Error
	if err != nil || !strings.HasPrefix(counted, "3") {
		t.Errorf("people are counted as %q, %v", counted, err)
	}
}
