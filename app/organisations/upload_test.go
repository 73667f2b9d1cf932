package organisations_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"grassroots/app/apptest"
	"grassroots/models"
)

const uploadPath = "/admin/import/organisations"

// send uploads a text as an admin does.
func send(c *apptest.Client, name, text string) *apptest.Page {
	return c.PostFiles(uploadPath, nil, apptest.File{Field: "file", Name: name, ContentType: "text/csv", Content: []byte(text)})
}

func anAdmin(t *testing.T, a *apptest.App) *apptest.Client {
	t.Helper()
	return a.As(t, apptest.Person(t, a.Store, apptest.WithRole(models.RoleAdmin)))
}

func TestAFileOfOrganisationsIsTriedBeforeItIsImported(t *testing.T) {
	eachPage(t, func(t *testing.T, a *apptest.App) {
		addOrganisation(t, a, models.Organisation{Code: "RR8", Name: "Leeds hospitals", Kind: "Acute trust"})
		addOrganisation(t, a, models.Organisation{Code: "RT4", Name: "Welsh Ambulance Services", Kind: "Ambulance trust"})
		addOrganisation(t, a, models.Organisation{Code: "R1C"}) // a code that somebody wrote
		c := anAdmin(t, a)
		c.Get(uploadPath).Want(http.StatusOK).WantText("You see what it would change before anything is changed")
		file := "code,name,closed\nRR8,Leeds Teaching Hospitals NHS Trust,\nRT4,Welsh Ambulance Services,2026-03-31\nR1C,Solent NHS Trust,\nRBZ,Northern Devon,\n"
		trial := send(c, `C:\files\orgs.csv`, file).Want(http.StatusSeeOther)
		page := trial.Follow().Want(http.StatusOK)
		page.WantText("Nothing has been changed yet", "orgs.csv", "Name: Leeds Teaching Hospitals NHS Trust (was Leeds hospitals)", "Closed on 31 March 2026", "Solent NHS Trust", "Northern Devon")
		page.WantNoText(`C:\files`)
		for name, want := range map[string]string{"New": "2", "Changed": "2", "Of these, closed now": "1", "As they are": "0"} {
			if got := rowOf(page, name); got != want {
				t.Errorf("%s: %s, want %s", name, got, want)
			}
		}
		if o, err := a.Store.Organisation(t.Context(), "RR8"); err != nil || o.Name != "Leeds hospitals" {
			t.Fatalf("the trial changed RR8 to %q, %v", o.Name, err)
		}
		address := trial.Header.Get("Location")
		// The file is its sender's, and an admin's.
		anAdmin(t, a).Get(address).Want(http.StatusNotFound)
		anAdmin(t, a).Post(address, nil).Want(http.StatusNotFound)
		page.Form(address).Send().WantRedirect("/admin/organisations")
		if o, err := a.Store.Organisation(t.Context(), "RR8"); err != nil || o.Name != "Leeds Teaching Hospitals NHS Trust" {
			t.Errorf("RR8 is %q, %v", o.Name, err)
		}
		c.Post(address, nil).Want(http.StatusNotFound).WantText("not kept any more")
		send(c, "again.csv", file).Follow().WantText("There is nothing to import")
	})
}

func TestAFileThatNobodyComesBackToGoes(t *testing.T) {
	eachPage(t, func(t *testing.T, a *apptest.App) {
		c := anAdmin(t, a)
		first := send(c, "a.csv", "code,name\nRR8,Leeds\n").Header.Get("Location")
		c.Get(first).Want(http.StatusOK)
		a.Clock.Move(25 * time.Hour)
		c = anAdmin(t, a)
		c.Get(first).Want(http.StatusNotFound)
		send(c, "b.csv", "code,name\nRR8,Leeds\n").Want(http.StatusSeeOther)
		var kept int64
		if err := a.Store.DB(t.Context()).Table("import_files").Count(&kept).Error; err != nil || kept != 1 {
			t.Errorf("%d files are kept (%v), want the newer one alone", kept, err)
		}
	})
}

func TestWhatIsWrongWithAFileOfOrganisationsIsSaid(t *testing.T) {
	eachPage(t, func(t *testing.T, a *apptest.App) {
		c := anAdmin(t, a)
		for name, test := range map[string]struct {
			text   string
			status int
			says   string
		}{
			"no csv":        {"hello", http.StatusUnprocessableEntity, "Line 1: This is neither a file as NHS England publishes it"},
			"empty":         {"", http.StatusUnprocessableEntity, "Line 1: The file is empty"},
			"a zip file":    {"PK\x03\x04rest", http.StatusUnprocessableEntity, "Unpack it"},
			"a bad row":     {"code,name\nRR8,Leeds\n?,Nowhere\n", http.StatusUnprocessableEntity, "Line 3: “?” is no ODS code"},
			"many bad rows": {"code,name\n" + strings.Repeat("?,Nowhere\n", 130), http.StatusUnprocessableEntity, "There is something wrong in 30 more places"},
			"a script":      {"code,name\n<script>alert(1)</script>,x\n", http.StatusUnprocessableEntity, "is no ODS code"},
			"too large":     {"code,name\n" + strings.Repeat("x", 11<<20), http.StatusRequestEntityTooLarge, "larger than 11 MB"},
		} {
			page := send(c, "f.csv", test.text).Want(test.status)
			page.WantText(test.says)
			if len(page.Errors()) == 0 {
				t.Errorf("%s: the error summary is empty", name)
			}
			if len(page.Forms(uploadPath)) != 1 {
				t.Errorf("%s: the form is not there again", name)
			}
		}
		c.PostFiles(uploadPath, nil).WantErrors("Choose a file")
		var kept int64
		if err := a.Store.DB(t.Context()).Table("import_files").Count(&kept).Error; err != nil || kept != 0 {
			t.Errorf("%d files that cannot be read are kept (%v)", kept, err)
		}
	})
}

func TestOnlyAdminsImportOrganisations(t *testing.T) {
	eachPage(t, func(t *testing.T, a *apptest.App) {
		c := a.As(t, apptest.Person(t, a.Store, apptest.WithRole(models.RoleModerator)))
		c.Get(uploadPath).Want(http.StatusForbidden)
		send(c, "f.csv", "code,name\nRR8,Leeds\n").Want(http.StatusForbidden)
		a.Client(t).Get(uploadPath).WantRedirect("/sign-in?next=%2Fadmin%2Fimport%2Forganisations")
		a.Client(t).Post(uploadPath, nil).Want(http.StatusUnauthorized)
	})
}

func TestALongListOfChangesIsCut(t *testing.T) {
	eachPage(t, func(t *testing.T, a *apptest.App) {
		var b strings.Builder
		b.WriteString("code,name\n")
		for i := range 450 {
			fmt.Fprintf(&b, "P%05d,Practice %d\n", i, i)
		}
		page := send(anAdmin(t, a), "f.csv", b.String()).Follow().Want(http.StatusOK).WantText("And 250 more", "Import 450 organisations")
		if n := len(page.All(apptest.Tag("tr"))); n != 201 {
			t.Errorf("%d rows are listed, want 200 below a head", n)
		}
	})
}

// rowOf gives the value of a row of a summary list.
func rowOf(page *apptest.Page, name string) string {
	keys, values := page.All(apptest.Tag("dt")), page.All(apptest.Tag("dd"))
	for i, k := range keys {
		if apptest.Text(k) == name && i < len(values) {
			return apptest.Text(values[i])
		}
	}
	return ""
}
