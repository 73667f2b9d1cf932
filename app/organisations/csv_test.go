package organisations_test

import (
	"net/http"
	"testing"

	"grassroots/app/apptest"
	"grassroots/models"
)

func TestOrganisationsAsATable(t *testing.T) {
	eachPage(t, func(t *testing.T, a *apptest.App) {
		addOrganisation(t, a, models.Organisation{Code: "RR8", Name: "=Leeds", Kind: "Acute trust", Region: "North East and Yorkshire", Named: true})
		for i := range 205 {
			addOrganisation(t, a, models.Organisation{Code: apptest.Numbered("A", i), Name: apptest.Numbered("Trust ", i), Region: "London", Named: true})
		}
		addStudy(t, a, apptest.Person(t, a.Store, of("RR8")), "Letters", "RR8")
		c := a.Client(t)
		rows := c.Get("/organisations.csv").Table()
		if len(rows) != 1 || rows[0]["code"] != "RR8" || rows[0]["name"] != "'=Leeds" || rows[0]["case_studies"] != "1" || rows[0]["people"] != "1" || rows[0]["named"] != "true" {
			t.Errorf("those that take part are %v", rows)
		}
		if rows := c.Get("/organisations.csv?all=1").Table(); len(rows) != 206 || rows[205]["code"] != "A0204" {
			t.Errorf("there are %d in all", len(rows))
		}
		if rows := c.Get("/organisations.csv?region=London&all=1").Table(); len(rows) != 205 {
			t.Errorf("there are %d in London", len(rows))
		}
		if got := c.Get("/organisations?region=London&all=1").Link("Download as CSV"); got != "/organisations.csv?all=1&region=London" {
			t.Errorf("the page leads to %q", got)
		}
		c.Get("/organisations.csv?colour=blue").Want(http.StatusBadRequest)
	})
}
