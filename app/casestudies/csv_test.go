package casestudies_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"grassroots/app/apptest"
	"grassroots/app/casestudies"
	"grassroots/models"
)

func TestTheListAsATable(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, a *apptest.App, cs *casestudies.Feature) {
		cs.ReadRows(100)
		nurse := apptest.Person(t, a.Store, apptest.Named("amina", "=cmd|' /C calc'!A0"))
		for i := range 230 {
			a.Clock.Move(time.Second)
			post(t, cs, nurse, apptest.Numbered("Letters ", i), "They are typed twice.", func(d *models.Document) {
				if i == 7 {
					d.Stage, d.Organisation, d.Tags, d.Summary = models.StageTrial, "RR8", []string{"discharge", "letters"}, "+44, \"quoted\",\nand more"
				}
			})
		}
		a.Clock.Move(time.Second)
		post(t, cs, nurse, "=HYPERLINK(\"http://x.test\",\"Letters\")", "Hostile.")
		a.Site.Changed()
		c := a.Client(t)
		all := c.Get("/case-studies.csv?sort=new").Table()
		if len(all) != 231 || all[1]["title"] != "Letters 0229" || all[230]["title"] != "Letters 0000" || !strings.HasPrefix(all[0]["title"], "'=HYPERLINK") {
			t.Fatalf("there are %d rows, the first is %v", len(all), all[0])
		}
		some := c.Get("/case-studies.csv?stage=trial").Table()
		if len(some) != 1 {
			t.Fatalf("the trials are %v", some)
		}
		row := some[0]
		if row["organisation"] != "RR8" || row["tags"] != "discharge; letters" || row["votes"] != "0" || row["stage"] != "trial" ||
			!strings.HasPrefix(row["author"], "'=cmd") || !strings.HasPrefix(row["url"], apptest.BaseURL+"/case-studies/letters-0007") || !models.ValidID(row["id"]) {
			t.Errorf("the row is %v", row)
		}
		if body := c.Get("/case-studies.csv").Body; strings.Contains(body, nurse.Email) {
			t.Error("it has an e-mail address")
		}
		page := c.Get("/case-studies?stage=trial").Want(http.StatusOK)
		if link := page.Link("Download as CSV"); link != "/case-studies.csv?stage=trial" {
			t.Errorf("the page leads to %q", link)
		}
		// 231 rows are three pages, each read in one statement; nothing is counted.
		if n := len(a.Statements(func() { c.Get("/case-studies.csv") })); n != 3 {
			t.Errorf("it takes %d statements", n)
		}
		for _, bad := range []string{"?colour=blue", "?stage=finished", "?sort=loudest", "?cursor=x"} {
			c.Get("/case-studies.csv" + bad).Want(http.StatusBadRequest)
		}
	})
}
