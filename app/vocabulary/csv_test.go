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

// From the page of a system or a standard the question about its connections is
// one press away.
func TestAPageLeadsToTheQuestion(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		b.join("Letters", models.Connection{From: "PPM+", To: "SystmOne", Standard: "hl7-v2"})
		c := b.Client(t)
		system, standard := c.Get("/systems/ppm-plus").Want(http.StatusOK), c.Get("/standards/hl7-v2").Want(http.StatusOK)
		for link, got := range map[string]string{
			"/interoperability?from=ppm-plus":                         system.Link("Ask who has joined PPM+ to other systems, and by what"),
			"/interoperability?to=ppm-plus":                           system.Link("Ask who has joined other systems to PPM+"),
			"/interoperability/map?selected=ppm-plus&system=ppm-plus": system.Link("PPM+ on the map of connections"),
			"/interoperability?standard=hl7-v2":                       standard.Link("Ask who has joined systems by HL7 version 2"),
			"/interoperability/map?standard=hl7-v2":                   standard.Link("What it joins, on the map of connections"),
		} {
			if got != link {
				t.Errorf("it leads to %q, want %q", got, link)
			}
		}
		if got := c.Get("/systems").Link("Follow this list as a feed"); got != "/feeds/systems.atom" {
			t.Errorf("the list is followed at %q", got)
		}
	})
}
