package vocabulary_test

import (
	"net/http"
	"testing"

	"grassroots/app/apptest"
	"grassroots/models"
)

func TestTheListsAsTables(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		b.join("Letters", models.Connection{From: "PPM+", To: "SystmOne", Standard: "hl7-v2"}, models.Connection{From: "PPM+", To: "=cmd()", Standard: "hl7-v2"})
		c := b.Client(t)
		for path, want := range map[string]string{
			"/systems.csv":             "Old Record | PPM+ | SystmOne | 3M Codefinder | '=cmd()",
			"/systems.csv?q=leeds":     "PPM+",
			"/systems.csv?by=use":      "'=cmd() | PPM+ | SystmOne",
			"/standards.csv":           "GP Connect | HL7 version 2",
			"/standards.csv?kind=api":  "GP Connect",
			"/standards.csv?q=nothing": "",
		} {
			if got := apptest.Column(c.Get(path).Table(), "name"); got != want {
				t.Errorf("%s has %q, want %q", path, got, want)
			}
		}
		row := c.Get("/systems.csv?q=leeds").Table()[0]
		if row["slug"] != "ppm-plus" || row["supplier"] != "Leeds Teaching Hospitals" || row["kind"] != "Acute record" || row["proposed"] != "false" || row["case_studies"] != "1" || row["url"] != apptest.BaseURL+"/systems/ppm-plus" {
			t.Errorf("the row is %v", row)
		}
		if got := c.Get("/systems?q=leeds&by=kind").Link("Download as CSV"); got != "/systems.csv?by=kind&q=leeds" {
			t.Errorf("the page leads to %q", got)
		}
		c.Get("/systems.csv?colour=blue").Want(http.StatusBadRequest)
		c.Get("/standards.csv?by=colour").Want(http.StatusBadRequest)
	})
}
