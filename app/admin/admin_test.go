package admin_test

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"grassroots/app/admin"
	"grassroots/app/apptest"
	"grassroots/app/jobs"
	"grassroots/app/mail"
	"grassroots/app/web"
	"grassroots/models"
	"grassroots/models/store"
	"grassroots/search"
)

func each(t *testing.T, f func(t *testing.T, a *apptest.App), options ...apptest.Option) {
	t.Helper()
	apptest.Each(t, func(site *web.Site) []apptest.Routes {
		queue := jobs.New(site.Store, jobs.Config{Logger: site.Log, Now: site.Now})
		mailer, err := mail.New(site.Store, queue, mail.Config{Logger: site.Log})
		if err != nil {
			t.Fatal(err)
		}
		return []apptest.Routes{admin.New(site, mailer)}
	}, f, options...)
}

func anAdmin(t *testing.T, a *apptest.App) models.Person {
	t.Helper()
	return apptest.Person(t, a.Store, apptest.Named("ada", "Ada Min"), apptest.WithRole(models.RoleAdmin))
}

func TestOnlyAdminsGetIn(t *testing.T) {
	each(t, func(t *testing.T, a *apptest.App) {
		apptest.Person(t, a.Store, apptest.Named("tom", "Tom Rees"))
		gets := []string{"/admin", "/admin/synonyms", "/admin/organisations", "/admin/organisations/RR8", "/admin/mail", "/admin/people", "/admin/people/tom"}
		posts := []string{"/admin/synonyms", "/admin/synonyms/restore", "/admin/organisations/RR8", "/admin/people/find", "/admin/people/tom/grant", "/admin/people/tom/revoke"}
		for _, role := range []models.Role{models.RoleMember, models.RoleLead, models.RoleOrganiser, models.RoleModerator} {
			c := a.As(t, apptest.Person(t, a.Store, apptest.WithRole(role)))
			for _, path := range gets {
				c.Get(path).Want(http.StatusForbidden)
			}
			for _, path := range posts {
				c.Post(path, url.Values{"role": {"admin"}}).Want(http.StatusForbidden)
			}
		}
		nobody := a.Client(t)
		for _, path := range gets {
			nobody.Get(path).WantRedirect("/sign-in?next=" + url.QueryEscape(path))
		}
		for _, path := range posts {
			nobody.Post(path, nil).Want(http.StatusUnauthorized)
		}
		if n, err := a.Store.CountPeople(t.Context(), store.PeopleQuery{Role: models.RoleAdmin}); err != nil || n != 0 {
			t.Errorf("there are %d admins, %v", n, err)
		}
	})
}

func TestTheOverview(t *testing.T) {
	each(t, func(t *testing.T, a *apptest.App) {
		c := a.As(t, anAdmin(t, a))
		c.Get("/admin").Want(http.StatusOK).WantText("1 person", "Every one of 0 organisations has a name", "as they came")
		apptest.Person(t, a.Store, func(p *models.Person) { p.Organisation = "XX99" })
		c.Get("/admin").Want(http.StatusOK).WantText("2 people", "1 of 1 organisation to name")
	})
}

// finds tells whether the search finds a document by other words.
func finds(t *testing.T, a *apptest.App, words string) bool {
	t.Helper()
	result, err := a.Site.Index.Search(t.Context(), search.Query{Text: words, Limit: 5})
	if err != nil {
		t.Fatal(err)
	}
	return len(result.Hits) > 0
}

func TestSynonymsAreSavedAndUsed(t *testing.T) {
	each(t, func(t *testing.T, a *apptest.App) {
		err := a.Site.Index.Upsert(t.Context(), search.Document{Kind: search.KindCaseStudy, ID: "1", Title: "Zorbing for beginners"})
		if err != nil {
			t.Fatal(err)
		}
		c := a.As(t, anAdmin(t, a))
		page := c.Get("/admin/synonyms").Want(http.StatusOK).WantNoText("Restore the defaults")
		text := page.Form("/admin/synonyms").Values.Get("synonyms")
		if strings.TrimSpace(text) != strings.TrimSpace(search.DefaultSynonymsText()) {
			t.Fatalf("the form has %.200q", text)
		}
		if finds(t, a, "quoximode") {
			t.Fatal("the word is known before it is a synonym")
		}
		page.Form("/admin/synonyms").Set("synonyms", text+"\r\nzorbing, quoximode # a note\r\n").Send().
			WantRedirect("/admin/synonyms").Follow().Want(http.StatusOK).WantText("The synonyms are saved and in use.", "Restore the defaults")
		if !finds(t, a, "quoximode") {
			t.Error("the new synonym finds nothing")
		}
		kept, err := a.Store.Setting(t.Context(), web.SynonymsSetting)
		if err != nil || !strings.HasSuffix(kept, "zorbing, quoximode # a note\n") {
			t.Errorf("the next start would read %.200q, %v", kept, err)
		}
		c.Get("/admin").WantText("changed here")
		c.Get("/admin/synonyms").Form("/admin/synonyms/restore").Send().WantRedirect("/admin/synonyms").Follow().WantText("The default synonyms are restored and in use.")
		if finds(t, a, "quoximode") {
			t.Error("the synonym is there after the defaults were restored")
		}
		c.Get("/admin").WantText("as they came")
	})
}

func TestSynonymsWithFaults(t *testing.T) {
	each(t, func(t *testing.T, a *apptest.App) {
		c := a.As(t, anAdmin(t, a))
		form := func() *apptest.Form { return c.Get("/admin/synonyms").Form("/admin/synonyms") }
		bad := "one, two\nalone\na => b => c\n, x"
		page := form().Set("synonyms", bad).Send()
		page.WantErrors("Line 2: a group needs at least two words or phrases, with commas between them", "Line 3: more than one arrow",
			"Line 4: a word is missing between commas or beside the arrow")
		if got := strings.TrimPrefix(page.Form("/admin/synonyms").Values.Get("synonyms"), "\n"); got != bad {
			t.Errorf("the form has %q", got)
		}
		many := form().Set("synonyms", strings.Repeat("alone\n", 60)).Send().Want(http.StatusUnprocessableEntity).Errors()
		if len(many) != 21 || many[20] != "40 further lines have something wrong" {
			t.Errorf("%d errors, the last %q", len(many), many[len(many)-1])
		}
		for what, text := range map[string]string{"invalid UTF-8": "a, b\xff", "too much": strings.Repeat("aa, bb\n", 60_000), "a long word": strings.Repeat("a", 100_000),
			"an NHS number": "letters, NHS number 999 026 0184",
			"a script":      "</textarea><script>alert(1)</script>, x\nalone"} {
			got := form().Set("synonyms", text).Send()
			if got.Status != http.StatusUnprocessableEntity || len(got.All(apptest.Tag("script"))) != 1 {
				t.Errorf("%s: status %d", what, got.Status)
			}
		}
		if got := form().Set("synonyms", "a\x00b, c\u202ed").Send(); got.Status != http.StatusSeeOther {
			t.Errorf("characters that cannot be seen: status %d", got.Status)
		}
		saved, err := a.Store.Setting(t.Context(), web.SynonymsSetting)
		if err != nil || saved != "ab, cd\n" {
			t.Errorf("saved %q, %v", saved, err)
		}
	})
}

func TestTwoAdminsEditTheSynonyms(t *testing.T) {
	each(t, func(t *testing.T, a *apptest.App) {
		first, second := a.As(t, anAdmin(t, a)), a.As(t, apptest.Person(t, a.Store, apptest.WithRole(models.RoleAdmin)))
		slow := first.Get("/admin/synonyms").Form("/admin/synonyms").Set("synonyms", "mine, ours")
		second.Get("/admin/synonyms").Form("/admin/synonyms").Set("synonyms", "theirs, other").Send().Want(http.StatusSeeOther)
		conflict := slow.Send().Want(http.StatusConflict).WantText("Saved by somebody else", "theirs, other")
		form := conflict.Form("/admin/synonyms")
		if got := strings.TrimSpace(form.Values.Get("synonyms")); got != "mine, ours" {
			t.Errorf("the form has %q", got)
		}
		form.Set("synonyms", "mine, ours\ntheirs, other").Send().Want(http.StatusSeeOther)
	})
}

// away is a search engine that cannot be reached.
type away struct{ search.Index }

func (away) SetSynonyms(context.Context, search.Synonyms) error { return search.ErrUnavailable }

func TestSynonymsWhileTheEngineIsAway(t *testing.T) {
	each(t, func(t *testing.T, a *apptest.App) {
		c := a.As(t, anAdmin(t, a))
		c.Get("/admin/synonyms").Form("/admin/synonyms").Set("synonyms", "one, two").Send().WantRedirect("/admin/synonyms").Follow().
			Want(http.StatusOK).WantText("The synonyms are saved, but the search engine is away", "Search is away for the moment")
		if kept, err := a.Store.Setting(t.Context(), web.SynonymsSetting); err != nil || kept != "one, two\n" {
			t.Errorf("kept %q, %v", kept, err)
		}
	}, apptest.WithIndex(away{}))
}

func TestSavedSynonymsThatCannotBeReadAnyMore(t *testing.T) {
	each(t, func(t *testing.T, a *apptest.App) {
		if err := a.Store.SetSetting(t.Context(), web.SynonymsSetting, "alone", "somebody"); err != nil {
			t.Fatal(err)
		}
		a.As(t, anAdmin(t, a)).Get("/admin/synonyms").Want(http.StatusOK).WantText("0 groups are in use")
	})
}

func TestOrganisationsAreNamed(t *testing.T) {
	each(t, func(t *testing.T, a *apptest.App) {
		person := apptest.Person(t, a.Store, func(p *models.Person) { p.Organisation = "XX99" })
		if _, _, err := a.Store.SaveOrganisation(t.Context(), models.Organisation{Code: "RR8", Name: "Leeds Teaching Hospitals NHS Trust", ICBCode: "QWO", ICBName: "West Yorkshire"}); err != nil {
			t.Fatal(err)
		}
		c := a.As(t, anAdmin(t, a))
		page := c.Get("/admin/organisations").Want(http.StatusOK).WantText("1 code to name", "XX99").WantNoText("RR8")
		c.Get("/admin/organisations?all=1").Want(http.StatusOK).WantText("2 organisations", "RR8", "XX99")
		c.Get("/admin/organisations?all=1&q=leeds").Want(http.StatusOK).WantText("1 organisation", "RR8").WantNoText("XX99")
		c.Get("/admin/organisations?q=leeds").Want(http.StatusOK).WantText("None found")

		form := c.Get(page.Link("XX99")).Want(http.StatusOK).WantText("0 case studies and 1 person").Form("/admin/organisations/XX99")
		form.Set("name", "Sample  Hospice").Set("kind", "Hospice").Set("region", "London").Set("postcode", "se1 7eh").Send().
			WantRedirect("/admin/organisations").Follow().WantText("Organisation XX99 is now called Sample Hospice.", "Every organisation has a name")
		saved, err := a.Store.Organisation(t.Context(), "XX99")
		if err != nil || saved.Name != "Sample Hospice" || saved.Region != "London" || saved.Postcode != "SE1 7EH" || !saved.Named || saved.People != 1 {
			t.Fatalf("saved %+v, %v", saved, err)
		}
		if p, err := a.Store.PersonByID(t.Context(), person.ID); err != nil || p.OrgName != "Sample Hospice" {
			t.Errorf("the person is at %q, %v", p.OrgName, err)
		}
		// What the form does not ask for stays.
		c.Get("/admin/organisations/rr8").Form("/admin/organisations/RR8").Set("kind", "Acute trust").Send().Want(http.StatusSeeOther)
		if o, err := a.Store.Organisation(t.Context(), "RR8"); err != nil || o.ICBCode != "QWO" || o.Kind != "Acute trust" || o.Name == "" {
			t.Errorf("kept %+v, %v", o, err)
		}

		wrong := url.Values{"name": {""}, "kind": {strings.Repeat("k", 101)}, "region": {"Atlantis"}, "postcode": {"12345678901"}}
		bad := c.Post("/admin/organisations/XX99", wrong)
		bad.WantErrors("Enter the organisation's name, 200 characters or fewer", "The kind must be 100 characters or fewer", "Choose a region from the list",
			"A postcode has 10 characters or fewer")
		if got := bad.Form("/admin/organisations/XX99").Values.Get("postcode"); got != "12345678901" {
			t.Errorf("the form has the postcode %q", got)
		}
		for _, name := range []string{"a\x00b", "a\xffb", "a\u202eb", strings.Repeat("a", 100_000), `"><script>alert(1)</script>`} {
			got := c.Post("/admin/organisations/XX99", url.Values{"name": {name}})
			if got.Status != http.StatusSeeOther && got.Status != http.StatusUnprocessableEntity {
				t.Errorf("%.20q: status %d", name, got.Status)
			}
		}
		for _, code := range []string{"ZZ1", "x", "%00", strings.Repeat("A", 3000)} {
			c.Get("/admin/organisations/" + code).Want(http.StatusNotFound)
			c.Post("/admin/organisations/"+code, url.Values{"name": {"x"}}).Want(http.StatusNotFound)
		}
		c.Get("/admin/organisations?cursor=x").Want(http.StatusBadRequest)
	})
}

func TestOrganisationsArePaged(t *testing.T) {
	each(t, func(t *testing.T, a *apptest.App) {
		for i := range 120 {
			if _, _, err := a.Store.SaveOrganisation(t.Context(), models.Organisation{Code: apptest.Numbered("ZZ", i)}); err != nil {
				t.Fatal(err)
			}
		}
		c := a.As(t, anAdmin(t, a))
		page := c.Get("/admin/organisations").Want(http.StatusOK).WantText("120 codes to name")
		codes := func() []string {
			var out []string
			for _, to := range page.Links() {
				if code, ok := strings.CutPrefix(to, "/admin/organisations/ZZ"); ok {
					out = append(out, code)
				}
			}
			return out
		}
		var got []string
		for range 3 {
			got = append(got, codes()...)
			if next := page.All(apptest.With("a", "rel", "next")); len(next) == 1 {
				page = c.Get(apptest.Attr(next[0], "href")).Want(http.StatusOK)
			}
		}
		if len(got) != 120 || !slices.IsSorted(got) {
			t.Fatalf("%d codes: %v", len(got), got)
		}
		page = c.Get(apptest.Attr(page.One(apptest.With("a", "rel", "prev")), "href"))
		if !slices.Equal(codes(), got[50:100]) {
			t.Errorf("back leads to %v", codes())
		}
	})
}

func TestRolesAreGrantedAndRevoked(t *testing.T) {
	each(t, func(t *testing.T, a *apptest.App) {
		me := anAdmin(t, a)
		tom := apptest.Person(t, a.Store, apptest.Named("tom", "Tom Rees"), func(p *models.Person) { p.Organisation = "RR8" })
		c, his := a.As(t, me), a.As(t, tom)
		his.Get("/admin").Want(http.StatusForbidden)

		page := c.Get("/admin/people?q=rees").Want(http.StatusOK).WantText("1 person", "Tom Rees").WantNoText("@nhs.net")
		roles := c.Get(page.Link("Tom Rees")).Want(http.StatusOK).WantText("No role beyond that of a member")
		roles.Form("/admin/people/tom/grant").Set("role", "lead").Send().WantRedirect("/admin/people/tom").Follow().WantText("Tom Rees now has the role Lead for RR8.")
		c.Post("/admin/people/tom/grant", url.Values{"role": {"admin"}, "organisation": {"ignored"}}).Want(http.StatusSeeOther)
		his.Get("/admin").Want(http.StatusOK) // at once

		got, err := a.Store.PersonByHandle(t.Context(), "tom")
		if err != nil || !got.Has(models.RoleAdmin) || !slices.Contains(got.Grants, models.Grant{Role: models.RoleLead, Organisation: "RR8"}) {
			t.Fatalf("grants %v, %v", got.Grants, err)
		}
		c.Get("/admin/people?role=lead").Want(http.StatusOK).WantText("Tom Rees").WantNoText("Ada Min @ada")
		c.Get("/admin/people?role=wizard").Want(http.StatusBadRequest)

		forms := c.Get("/admin/people/tom").Forms("/admin/people/tom/revoke")
		if len(forms) != 2 {
			t.Fatalf("%d roles can be revoked", len(forms))
		}
		for _, f := range forms {
			f.Send().WantRedirect("/admin/people/tom")
		}
		his.Get("/admin").Want(http.StatusForbidden)

		// The only admin stays one.
		last := c.Post("/admin/people/ada/revoke", url.Values{"role": {"admin"}}).Want(http.StatusConflict)
		if got := last.Errors(); len(got) != 1 || got[0] != "This is the only admin. Make somebody else an admin first." {
			t.Errorf("the error summary says %q", got)
		}
		c.Get("/admin").Want(http.StatusOK)
		c.Post("/admin/people/tom/grant", url.Values{"role": {"admin"}}).Want(http.StatusSeeOther)
		c.Post("/admin/people/ada/revoke", url.Values{"role": {"admin"}}).WantRedirect("/me")
		c.Get("/admin").Want(http.StatusForbidden)
		if log := a.Log.String(); !strings.Contains(log, "a role was granted") || !strings.Contains(log, tom.ID) || strings.Contains(log, "@nhs.net") {
			t.Errorf("the log: %s", log)
		}
	})
}

func TestRolesWithFaults(t *testing.T) {
	each(t, func(t *testing.T, a *apptest.App) {
		apptest.Person(t, a.Store, apptest.Named("tom", "Tom Rees"))
		c := a.As(t, anAdmin(t, a))
		c.Post("/admin/people/tom/grant", nil).WantErrors("Choose a role")
		c.Post("/admin/people/tom/grant", url.Values{"role": {"member"}}).WantErrors("Choose a role")
		page := c.Post("/admin/people/tom/grant", url.Values{"role": {"lead"}, "organisation": {"?"}})
		page.WantErrors("Enter the ODS code of the organisation, such as RR8")
		if v := page.Form("/admin/people/tom/grant").Values; v.Get("role") != "lead" || v.Get("organisation") != "?" {
			t.Errorf("the form has %v", v)
		}
		c.Post("/admin/people/tom/grant", url.Values{"role": {"lead"}, "organisation": {"ZZ9"}}).WantErrors("No organisation here has the code ZZ9")
		for _, role := range []string{"wizard", "lead", "member", ""} { // none that he has and that can be revoked
			c.Post("/admin/people/tom/revoke", url.Values{"role": {role}}).WantRedirect("/admin/people/tom").Follow().WantText("does not have that role any more")
		}
		c.Post("/admin/people/nobody/grant", url.Values{"role": {"admin"}}).Want(http.StatusNotFound)
		c.Get("/admin/people/%00").Want(http.StatusNotFound)
		for _, text := range []string{"a\x00", "\xff", "\u202e", strings.Repeat("a", 100_000)} {
			for _, field := range []string{"role", "organisation"} {
				form := url.Values{"role": {"lead"}, "organisation": {"RR8"}}
				form.Set(field, text)
				c.Post("/admin/people/tom/grant", form).Want(http.StatusUnprocessableEntity)
			}
			c.Post("/admin/people/tom/revoke", url.Values{"role": {"lead"}, "organisation": {text}}).Want(http.StatusSeeOther)
			c.Post("/admin/people/find", url.Values{"email": {text}}).Want(http.StatusUnprocessableEntity)
		}
	})
}

func TestAPersonIsFoundByAddress(t *testing.T) {
	each(t, func(t *testing.T, a *apptest.App) {
		apptest.Person(t, a.Store, apptest.Named("tom", "Tom Rees"))
		c := a.As(t, anAdmin(t, a))
		form := c.Get("/admin/people").Want(http.StatusOK).Form("/admin/people/find")
		form.Set("email", "TOM@nhs.net").Send().WantRedirect("/admin/people/tom").Follow().Want(http.StatusOK).WantNoText("tom@nhs.net")
		page := form.Set("email", "nobody@nhs.net").Send()
		page.WantErrors("Nobody here has this e-mail address")
		if got := page.Form("/admin/people/find").Values.Get("email"); got != "nobody@nhs.net" {
			t.Errorf("the form has %q", got)
		}
	})
}

func TestWhatBecameOfTheMail(t *testing.T) {
	each(t, func(t *testing.T, a *apptest.App) {
		c := a.As(t, anAdmin(t, a))
		c.Get("/admin/mail").Want(http.StatusOK).WantText("There is no such e-mail.")
		var last store.Email
		for i := range 60 {
			last = store.Email{ToAddress: apptest.Numbered("person", i) + "@trust.nhs.uk", Subject: "Secret subject", Text: "Secret text"}
			if err := a.Store.AddEmail(t.Context(), &last); err != nil {
				t.Fatal(err)
			}
			a.Clock.Move(time.Second)
		}
		if err := a.Store.EmailFailed(t.Context(), last.ID, "the mail server refused the message for good, with code 550", true); err != nil {
			t.Fatal(err)
		}
		c.Get("/admin").WantText("1 could not be delivered")
		page := c.Get("/admin/mail").Want(http.StatusOK).WantText("trust.nhs.uk", "Waiting (59)", "Failed (1)", "with code 550", "Send again").WantNoText("person00", "Secret")
		if got := len(page.All(apptest.Class("nhsuk-table__cell"))); got != 4*50 {
			t.Errorf("%d cells", got)
		}
		rest := c.Get(apptest.Attr(page.One(apptest.With("a", "rel", "next")), "href")).Want(http.StatusOK)
		if got := len(rest.All(apptest.Class("nhsuk-table__cell"))); got != 4*10 {
			t.Errorf("%d cells on the second page", got)
		}
		failed := page.Form("/admin/mail").Set("state", "failed").Send().Want(http.StatusOK)
		if got := len(failed.All(apptest.Class("nhsuk-table__cell"))); got != 4 {
			t.Errorf("%d cells of what failed", got)
		}
		c.Get("/admin/mail?state=lost").Want(http.StatusBadRequest)
		c.Get("/admin/mail?before=x").Want(http.StatusBadRequest)
	})
}

// No page's statements grow with its rows.
func TestStatementsDoNotGrow(t *testing.T) {
	each(t, func(t *testing.T, a *apptest.App) {
		c := a.As(t, anAdmin(t, a))
		measure := func() map[string]int {
			out := map[string]int{}
			for _, path := range []string{"/admin", "/admin/organisations", "/admin/mail", "/admin/people", "/admin/people/ada"} {
				c.Get(path).Want(http.StatusOK)
				out[path] = len(a.Statements(func() { c.Get(path).Want(http.StatusOK) }))
			}
			return out
		}
		few := measure()
		for i := range 30 {
			if err := a.Store.AddEmail(t.Context(), &store.Email{ToAddress: "a@nhs.net", Subject: "s", Text: "t"}); err != nil {
				t.Fatal(err)
			}
			apptest.Person(t, a.Store, func(p *models.Person) { p.Organisation = apptest.Numbered("Z", i) }, apptest.WithRole(models.RoleLead), apptest.WithRole(models.RoleOrganiser))
		}
		many := measure()
		for path, n := range few {
			if n == 0 || many[path] != n {
				t.Errorf("%s runs %d statements with few rows and %d with many", path, n, many[path])
			}
		}
	})
}
