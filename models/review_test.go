package models_test

import (
	"testing"
	"time"

	"grassroots/models"
)

func TestWhenACaseStudyIsToBeReadAgain(t *testing.T) {
	at := func(s string) time.Time {
		v, err := time.Parse(time.RFC3339, s)
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	ptr := func(v time.Time) *time.Time { return &v }
	for name, tt := range map[string]struct {
		by        string
		updated   time.Time
		confirmed *time.Time
		want      time.Time
	}{
		"a year after the last change":       {"", at("2026-03-04T09:00:00Z"), nil, at("2027-03-04T09:00:00Z")},
		"a year after it was confirmed":      {"", at("2026-03-04T09:00:00Z"), ptr(at("2026-09-01T10:00:00Z")), at("2027-09-01T10:00:00Z")},
		"a change after it was confirmed":    {"", at("2026-10-04T09:00:00Z"), ptr(at("2026-09-01T10:00:00Z")), at("2027-10-04T09:00:00Z")},
		"the end of the day in London":       {"2026-07-11", at("2026-03-04T09:00:00Z"), nil, at("2026-07-11T23:00:00Z")},
		"a day that had passed":              {"2026-03-03", at("2026-03-04T09:00:00Z"), nil, at("2027-03-04T09:00:00Z")},
		"a day that had passed when pressed": {"2026-07-11", at("2026-03-04T09:00:00Z"), ptr(at("2026-07-20T09:00:00Z")), at("2027-07-20T09:00:00Z")},
		"confirmed before the day":           {"2026-07-11", at("2026-03-04T09:00:00Z"), ptr(at("2026-05-01T09:00:00Z")), at("2026-07-11T23:00:00Z")},
	} {
		cs := models.CaseStudy{UpdatedAt: tt.updated, ReviewedAt: tt.confirmed, Document: models.Document{Stage: models.StageInUse, ReviewBy: tt.by}}
		if got := cs.ReviewDue(); !got.Equal(tt.want) {
			t.Errorf("%s: %s and not %s", name, got, tt.want)
		}
		if cs.Stale(tt.want.Add(-time.Second)) || !cs.Stale(tt.want) {
			t.Errorf("%s: it is stale at another moment", name)
		}
		cs.Stage = models.StageIdea
		if cs.Stale(tt.want) {
			t.Errorf("%s: an idea is stale", name)
		}
	}
}
