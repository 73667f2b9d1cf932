package connections_test

import (
	"net/http"
	"testing"

	"grassroots/app/apptest"
	"grassroots/models"
)

func TestConnectionsAsTables(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		mapped(b)
		b.join("@SUM(A1)", "RWK", models.Connection{From: "ICE", To: "=cmd()", Standard: "hl7-v2", Version: "-2", Data: []string{"results", "orders"}})
		c := b.Client(t)
		counted := c.Get(mapPath + ".csv?standard=hl7-v2&sort=-organisations").Table()
		if len(counted) != 2 || counted[0]["from"] != "ppm-plus" || counted[0]["to_name"] != "SystmOne" || counted[0]["organisations"] != "2" || counted[0]["case_studies"] != "2" {
			t.Errorf("the rows are %v", counted)
		}
		if got := apptest.Column(c.Get(mapPath+".csv?sort=from").Table(), "from_name"); got != "EMIS Web | ICE | ICE | PPM+ | PPM+" {
			t.Errorf("by the first column they are %q", got)
		}
		every := c.Get("/interoperability/connections.csv?standard=hl7-v2").Table()
		if len(every) != 3 || every[0]["case_study_title"] != "'@SUM(A1)" || every[0]["to"] != "'=cmd()" || every[0]["version"] != "'-2" || every[0]["data"] != "results; orders" ||
			every[1]["from"] != "PPM Plus" || every[1]["from_system"] != "ppm-plus" || every[2]["organisation"] != "RR8" {
			t.Errorf("the connections are %v", every)
		}
		page := c.Get(mapPath + "?view=table&standard=hl7-v2&sort=from&selected=ice").Want(http.StatusOK)
		if got := page.Link("Download as CSV"); got != mapPath+".csv?sort=from&standard=hl7-v2&view=table" {
			t.Errorf("the page leads to %q", got)
		}
		if got := page.Link("Download every connection as CSV"); got != "/interoperability/connections.csv?standard=hl7-v2" {
			t.Errorf("the page leads to %q", got)
		}
		for _, path := range []string{mapPath + ".csv?colour=blue", "/interoperability/connections.csv?status=broken"} {
			c.Get(path).Want(http.StatusBadRequest)
		}
	})
}
