package casestudies_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"grassroots/app/apptest"
	"grassroots/app/casestudies"
	"grassroots/models"
)

// head is what programs read of a page: the meta elements by their names, the
// canonical address, and what is said in JSON-LD.
func head(t *testing.T, p *apptest.Page) (meta map[string][]string, canonical string, linked map[string]any) {
	t.Helper()
	meta = map[string][]string{}
	for _, n := range p.All(apptest.Tag("meta")) {
		name := apptest.Attr(n, "name") + apptest.Attr(n, "property")
		meta[name] = append(meta[name], apptest.Attr(n, "content"))
	}
	for _, n := range p.All(apptest.Tag("link")) {
		if apptest.Attr(n, "rel") == "canonical" {
			canonical += apptest.Attr(n, "href")
		}
	}
	for _, n := range p.All(func(n *html.Node) bool { return apptest.Attr(n, "type") == "application/ld+json" }) {
		if linked != nil {
			t.Errorf("%s is described twice", p.Path)
		}
		if err := json.Unmarshal([]byte(n.FirstChild.Data), &linked); err != nil {
			t.Errorf("%s: %v", p.Path, err)
		}
	}
	return meta, canonical, linked
}

func TestWhatProgramsReadOfACaseStudy(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, a *apptest.App, cs *casestudies.Feature) {
		nurse := apptest.Person(t, a.Store, apptest.Named("amina", "Amina Yusuf"))
		if _, _, err := a.Store.SaveOrganisation(t.Context(), models.Organisation{Code: "RR8", Name: "Leeds Teaching Hospitals"}); err != nil {
			t.Fatal(err)
		}
		made := post(t, cs, nurse, `"Letters" & <b>`, "They go by MESH.", func(d *models.Document) {
			d.Summary, d.Organisation, d.Tags, d.Licence = "In minutes.", "RR8", []string{"discharge", "letters"}, "CC-BY-4.0"
			d.Connections = []models.Connection{{From: "PPM+", To: "SystmOne", Standard: "hl7-v2", Version: "2.4"}}
		})
		page := a.Client(t).Get("/case-studies/" + made.Slug + "?utm_source=mail").Want(http.StatusOK)
		meta, canonical, linked := head(t, page)
		if canonical != apptest.BaseURL+"/case-studies/"+made.Slug {
			t.Errorf("the page is at %q", canonical)
		}
		for name, want := range map[string]string{"og:title": `"Letters" & <b>`, "og:type": "article", "og:url": canonical, "og:description": "In minutes.", "og:site_name": "Grassroots",
			"og:image": canonical + "/card.png?r=1", "article:tag": "discharge,letters", "article:published_time": "2026-03-04T12:00:00Z", "twitter:card": "summary_large_image"} {
			if got := strings.Join(meta[name], ","); got != want {
				t.Errorf("%s is %q, want %q", name, got, want)
			}
		}
		graph, _ := linked["@graph"].([]any)
		if len(graph) != 2 || linked["@context"] != "https://schema.org" {
			t.Fatalf("it is described as %v", linked)
		}
		article, _ := graph[0].(map[string]any)
		program := a.Client(t)
		program.Header.Set("Accept", "application/ld+json")
		var alone map[string]any
		program.Get("/api/v1/case-studies/" + made.ID).Want(http.StatusOK).JSON(&alone)
		for _, of := range []map[string]any{article, alone} {
			publisher, _ := of["publisher"].(map[string]any)
			about, _ := of["about"].([]any)
			if of["@type"] != "Article" || publisher["name"] != "Leeds Teaching Hospitals" || len(about) != 3 || of["license"] != "https://creativecommons.org/licenses/by/4.0/" {
				t.Errorf("the article is %v", of)
			}
		}
		// What only some may read is told to no program.
		if _, err := cs.Withdraw(t.Context(), &nurse, made.ID, ""); err != nil {
			t.Fatal(err)
		}
		if meta, _, _ := head(t, a.As(t, nurse).Get("/case-studies/"+made.Slug).Want(http.StatusOK)); len(meta["og:title"]) > 0 || meta["robots"][0] != "noindex" {
			t.Errorf("a page for some has %v", meta)
		}
	})
}

func TestEveryPageSaysWhereItIs(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, a *apptest.App, cs *casestudies.Feature) {
		nurse := apptest.Person(t, a.Store)
		post(t, cs, nurse, "Letters", "They go by MESH.")
		c := a.Client(t)
		for path, want := range map[string]string{"/": "/", "/case-studies": "/case-studies", "/case-studies?stage=idea&limit=5": "/case-studies?stage=idea", "/case-studies/letters/history": "/case-studies/letters/history",
			"/case-studies/letters/print": "/case-studies/letters"} {
			if _, canonical, _ := head(t, c.Get(path).Want(http.StatusOK)); canonical != apptest.BaseURL+want {
				t.Errorf("%s is at %q", path, canonical)
			}
		}
		if _, canonical, _ := head(t, c.Get("/case-studies/nothing").Want(http.StatusNotFound)); canonical != "" {
			t.Errorf("what is not there is at %q", canonical)
		}
		_, _, linked := head(t, c.Get("/"))
		if action, _ := linked["potentialAction"].(map[string]any); linked["@type"] != "WebSite" || action["@type"] != "SearchAction" {
			t.Errorf("the start page is %v", linked)
		}
	})
}
