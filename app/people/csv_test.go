package people_test

import (
	"net/http"
	"strings"
	"testing"

	"grassroots/app/apptest"
	"grassroots/models"
)

func TestPeopleAsATable(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		for i := range 205 {
			apptest.Person(t, h.Store, func(p *models.Person) {
				p.Name, p.Skills = apptest.Numbered("Person ", i), []string{"audit", "@cmd"}
				if i == 0 {
					p.Name, p.JobTitle, p.Organisation = "@Amina", "Pharmacist", "RR8"
				}
			})
		}
		c := h.Client(t)
		page := c.Get("/people.csv")
		rows := page.Table()
		if len(rows) != 205 || rows[0]["name"] != "'@Amina" || rows[0]["role"] != "Pharmacist" || rows[0]["organisation"] != "RR8" || rows[204]["name"] != "Person 0204" {
			t.Errorf("there are %d rows, the first is %v", len(rows), rows[0])
		}
		if strings.Contains(page.Body, "@nhs.net") {
			t.Error("it has e-mail addresses")
		}
		if got := apptest.Column(c.Get("/people.csv?q=pharmacist").Table(), "name"); got != "'@Amina" {
			t.Errorf("found is %q", got)
		}
		if got := c.Get("/people?q=pharmacist").Link("Download as CSV"); got != "/people.csv?q=pharmacist" {
			t.Errorf("the page leads to %q", got)
		}
		c.Get("/people.csv?email=1").Want(http.StatusBadRequest)
	})
}
