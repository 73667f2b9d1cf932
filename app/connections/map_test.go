package connections_test

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"grassroots/app/apptest"
	"grassroots/models"
)

const mapPath = "/interoperability/map"

// mapped is a site with five connections: two organisations in Yorkshire join
// PPM+ to SystmOne by HL7, one of them also by FHIR on trial; one in London has
// ICE and EMIS Web joined both ways; and somebody unnamed types again.
func mapped(b *bench) {
	live := func(from, to, standard, direction string) models.Connection {
		return models.Connection{From: from, To: to, Standard: standard, Direction: direction, Status: "live"}
	}
	b.join("Letters", "RR8", live("PPM+", "SystmOne", "hl7-v2", "one-way"), models.Connection{From: "PPM+", To: "SystmOne", Standard: "hl7-fhir-r4", Direction: "one-way", Status: "trial"})
	b.join("More letters", "RXF", live("PPM Plus", "TPP", "hl7-v2", "one-way"))
	b.join("Results", "RJ1", live("ICE", "EMIS", "hl7-fhir-r4", "two-way"))
	b.join("By hand", "", models.Connection{From: "EMIS", To: "PPM+", Standard: "re-typed", Direction: "one-way"})
}

// nodes gives the names below the circles of a graph.
func nodes(p *apptest.Page) []string {
	var out []string
	for _, a := range p.All(apptest.Class("gr-node")) {
		var lines []string
		for _, text := range apptest.All(a, apptest.Tag("text")) {
			lines = append(lines, apptest.Text(text))
		}
		out = append(out, strings.Join(lines, " "))
	}
	slices.Sort(out)
	return out
}

// titles gives the titles of the lines of a graph.
func titles(p *apptest.Page) []string {
	var out []string
	for _, path := range p.All(apptest.Tag("path")) {
		for _, title := range apptest.All(path, apptest.Tag("title")) {
			out = append(out, apptest.Text(title))
		}
	}
	slices.Sort(out)
	return out
}

func TestTheMapIsDrawnByTheServer(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		mapped(b)
		p := b.Client(t).Get(mapPath).Want(http.StatusOK)
		p.WantText("5 connections between 4 systems: 3 organisations, 4 case studies", "HL7 version 2 (2)", "HL7 FHIR R4 (2)", "Re-typed by staff (1)")
		if got := nodes(p); !slices.Equal(got, []string{"EMIS Web", "ICE", "PPM+", "SystmOne"}) {
			t.Errorf("the circles are %q", got)
		}
		want := []string{"EMIS Web to PPM+ by Re-typed by staff: 1 case study", "ICE to EMIS Web by HL7 FHIR R4: 1 organisation",
			"PPM+ to SystmOne by HL7 FHIR R4: 1 organisation", "PPM+ to SystmOne by HL7 version 2: 2 organisations"}
		if got := titles(p); !slices.Equal(got, want) {
			t.Errorf("the lines are %q", got)
		}
		svg := p.One(apptest.Class("gr-graph__picture"))
		if d := apptest.Text(p.ByID("map-desc")); d != "4 systems as circles, each a link to its page, and 4 lines between them." || apptest.Attr(svg, "aria-labelledby") != "map-title" {
			t.Errorf("the drawing is described as %q", d)
		}
		circle := p.One(apptest.With("a", "href", "/systems/systmone"))
		if label := apptest.Attr(circle, "aria-label"); label != "SystmOne: Joined to 1 system, 2 organisations, 2 case studies" {
			t.Errorf("a circle is called %q", label)
		}
		for _, attribute := range []string{"style", "onclick"} {
			if n := len(p.All(func(n *html.Node) bool { return apptest.HasAttr(n, attribute) })); n > 0 {
				t.Errorf("%d elements have %s, which the policy of the page refuses", n, attribute)
			}
		}
	})
}

func TestTheMapIsDrawnTheSameEachTime(t *testing.T) {
	drawn := make(chan string, 2)
	t.Cleanup(func() { // when both databases have been asked
		close(drawn)
		if one, other := <-drawn, <-drawn; one != other {
			t.Errorf("it is drawn as\n%s\nand as\n%s", one, other)
		}
	})
	each(t, func(t *testing.T, b *bench) {
		mapped(b)
		for i := range 30 {
			b.join(apptest.Numbered("Study ", i), "RR8", models.Connection{From: fmt.Sprintf("System %d", i%7), To: fmt.Sprintf("System %d", i*i%11), Standard: "hl7-v2"})
		}
		var picture strings.Builder
		if err := html.Render(&picture, b.Client(t).Get(mapPath).Want(http.StatusOK).One(apptest.Class("gr-graph__picture"))); err != nil {
			t.Fatal(err)
		}
		drawn <- picture.String()
	})
}

// found are the sentences that count what views with filters show.
func TestTheMapIsFiltered(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		mapped(b)
		for query, want := range map[string]string{
			"standard=hl7-v2":                      "2 connections between 2 systems: 2 organisations, 2 case studies",
			"standard=HL7v2&standard=re-typed":     "3 connections between 3 systems: 2 organisations, 3 case studies",
			"status=live":                          "3 connections between 4 systems: 3 organisations, 3 case studies",
			"status=unknown":                       "1 connection between 2 systems: 0 organisations, 1 case study",
			"region=london":                        "1 connection between 2 systems: 1 organisation, 1 case study",
			"organisation=rr8":                     "2 connections between 2 systems: 1 organisation, 1 case study",
			"system=EMIS":                          "2 connections between 3 systems: 1 organisation, 2 case studies",
			"system=tpp&status=trial":              "1 connection between 2 systems: 1 organisation, 1 case study",
			"standard=&status=&region=&selected=":  "5 connections between 4 systems: 3 organisations, 4 case studies",
			"view=table&organisation=RXF":          "1 connection between 2 systems: 1 organisation, 1 case study",
			"view=matrix&organisation=RXF":         "1 connection between 2 systems: 1 organisation, 1 case study",
			"view=england&organisation=RXF&sort=":  "1 connection between 2 systems: 1 organisation, 1 case study",
			"region=London&standard=hl7-v2":        "No connections found",
			"system=" + url.QueryEscape("' OR 1"):  "No connections found",
			"standard=%00hl7-v2%E2%80%AE&view=":    "2 connections between 2 systems: 2 organisations, 2 case studies",
			"organisation=RR8&organisation=RXF":    "3 connections between 2 systems: 2 organisations, 2 case studies",
			"status=live&status=trial&system=ice":  "1 connection between 2 systems: 1 organisation, 1 case study",
			"region=North+East+and+Yorkshire&view": "3 connections between 2 systems: 2 organisations, 2 case studies",
		} {
			b.Client(t).Get(mapPath + "?" + query).Want(http.StatusOK).WantText(want)
		}
		for query, says := range map[string]string{
			"form=ice": "no filter called “form”", "view=globe": "no view called “globe”", "status=perhaps": "no status called “perhaps”", "sort=size": "no order called “size”",
			"page=0": "page", "page=x": "page", "page=9999999": "page", "view=table&sort=--from": "no order", "cursor=": "no filter",
			"system=" + strings.Repeat("x&system=y", 50): "more than 50", "direction=view": "no filter",
		} {
			if strings.HasPrefix(query, "system=x") {
				query = ""
				for i := range 51 {
					query += fmt.Sprintf("system=s%d&", i)
				}
			}
			b.Client(t).Get(mapPath + "?" + query).Want(http.StatusBadRequest).WantText(says)
		}
	})
}

func TestTheFiltersOfTheMapOfferWhatThereIs(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		mapped(b)
		p := b.Client(t).Get(mapPath + "?standard=hl7-v2&view=table&sort=-from").Want(http.StatusOK)
		p.WantText("HL7 version 2 2", "HL7 FHIR R4 2", "Re-typed by staff 1", // counted without the filter on standards
			"North East and Yorkshire 2", "PPM+ (2)", "Mid Yorkshire Teaching NHS Trust (1)") // and with it
		p.WantNoText("London 1", "ICE (")
		if got := p.Link("Remove filter Standard: HL7 version 2 ×"); got != mapPath+"?sort=-from&view=table" {
			t.Errorf("the filter is taken away by %s", got)
		}
		f := p.Form(mapPath)
		if f.Method != http.MethodGet && f.Method != "" {
			t.Errorf("the filters are sent by %q", f.Method)
		}
		p = f.Set("system", "ppm-plus").Send().Want(http.StatusOK).WantText("2 connections between 2 systems", "System: PPM+")
		if got := p.Form(mapPath).Values; got.Get("view") != "table" || got.Get("sort") != "-from" || got.Get("standard") != "hl7-v2" {
			t.Errorf("the form is sent with %v", got)
		}
		for text, want := range map[string]string{"Matrix": "?standard=hl7-v2&system=ppm-plus&view=matrix", "Graph": "?standard=hl7-v2&system=ppm-plus"} {
			if got := p.Link(text); got != mapPath+want {
				t.Errorf("the view %s is at %s", text, got)
			}
		}
	})
}

func TestOneSystemOfTheMap(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		mapped(b)
		for _, view := range []string{"graph", "matrix"} {
			p := b.Client(t).Get(mapPath + "?selected=PPM+Plus&view=" + view).Want(http.StatusOK)
			p.WantText("Joined to 2 systems", "2 organisations", "3 case studies")
			rows := p.All(func(n *html.Node) bool {
				return n.Data == "tr" && apptest.Attr(n.Parent, "class") == "nhsuk-table__body"
			})
			var got []string
			for _, r := range rows {
				got = append(got, apptest.Text(r))
			}
			want := []string{"Joined to SystmOne Gives to it PPM+ to SystmOne: 2 organisations Takes from it – Nothing known By HL7 FHIR R4 and HL7 version 2",
				"Joined to EMIS Web Gives to it – Nothing known Takes from it EMIS Web to PPM+: 1 case study By Re-typed by staff"}
			if !slices.Equal(got, want) {
				t.Errorf("%s: it is joined to %q", view, got)
			}
			if view == "graph" && !apptest.HasClass(p.One(func(n *html.Node) bool { return apptest.HasClass(n, "gr-node--selected") }), "gr-node") {
				t.Error("its circle is not marked")
			}
			if got := p.Link("Table"); !strings.Contains(got, "selected=ppm-plus") {
				t.Errorf("the system is lost on the way to %s", got)
			}
		}
		b.Client(t).Get(mapPath+"?selected=ice&standard=hl7-v2").Want(http.StatusOK).WantText("ICE", "No connection of this system is among those that are shown.")
		b.Client(t).Get(mapPath + "?selected=nobody-has-this").Want(http.StatusOK)
	})
}

func TestTheMapAsATable(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		mapped(b)
		rows := func(query string) []string {
			t.Helper()
			p := b.Client(t).Get(mapPath + "?view=table" + query).Want(http.StatusOK)
			var out []string
			for _, tr := range p.All(func(n *html.Node) bool { return n.Data == "tr" && n.Parent.Data == "tbody" }) {
				var cells []string
				for _, link := range apptest.All(tr, apptest.Tag("a"))[:3] {
					cells = append(cells, apptest.Text(link))
				}
				out = append(out, strings.Join(cells, " "))
			}
			return out
		}
		letters, trial, results, typed := "PPM+ SystmOne HL7 version 2", "PPM+ SystmOne HL7 FHIR R4", "ICE EMIS Web HL7 FHIR R4", "EMIS Web PPM+ Re-typed by staff"
		for sort, want := range map[string][]string{
			"":                    {letters, results, trial, typed},
			"&sort=organisations": {typed, results, trial, letters},
			"&sort=from":          {typed, results, letters, trial},
			"&sort=-from":         {letters, trial, results, typed},
			"&sort=to":            {results, typed, letters, trial},
			"&sort=standard":      {results, trial, letters, typed},
			"&sort=status":        {trial, letters, results, typed},
			"&sort=direction":     {letters, trial, typed, results},
			"&sort=-case-studies": {letters, results, trial, typed},
			"&sort=from&status=live&standard=hl7-fhir-r4": {results},
		} {
			if got := rows(sort); !slices.Equal(got, want) {
				t.Errorf("%q gives %q, not %q", sort, got, want)
			}
		}
		p := b.Client(t).Get(mapPath + "?view=table&sort=from").Want(http.StatusOK)
		var sorted []string
		for _, th := range p.All(func(n *html.Node) bool { return apptest.HasAttr(n, "aria-sort") }) {
			sorted = append(sorted, apptest.Text(th)+" "+apptest.Attr(th, "aria-sort"))
		}
		if !slices.Equal(sorted, []string{"From ▲ ascending"}) {
			t.Errorf("the columns are %q", sorted)
		}
		if got := p.Link("From ▲"); got != mapPath+"?sort=-from&view=table" {
			t.Errorf("pressing it again leads to %s", got)
		}
		b.Client(t).Get(mapPath + "?view=table&page=2").Want(http.StatusNotFound)
	})
}

func TestTheTableOfTheMapHasPages(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		for i := range 30 {
			b.join(apptest.Numbered("Study ", i), "RR8", models.Connection{From: apptest.Numbered("A ", i), To: "SystmOne"}, models.Connection{From: apptest.Numbered("B ", i), To: "SystmOne"})
		}
		seen := map[string]bool{}
		address := mapPath + "?view=table&sort=from&status=unknown"
		for pages := 0; address != ""; pages++ {
			p := b.Client(t).Get(address).Want(http.StatusOK)
			for _, th := range p.All(apptest.With("th", "scope", "row")) {
				seen[apptest.Text(th)] = true
			}
			address = ""
			for _, a := range p.All(apptest.With("a", "rel", "next")) {
				address = apptest.Attr(a, "href")
			}
			if want := []string{"rows 1 to 50 of 60", "rows 51 to 60 of 60"}[pages]; !strings.Contains(p.Text(), want) {
				t.Errorf("page %d does not say %q", pages+1, want)
			}
		}
		if len(seen) != 60 {
			t.Errorf("the pages show %d systems", len(seen))
		}
	})
}

func TestTheMapAsAMatrix(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		mapped(b)
		p := b.Client(t).Get(mapPath + "?view=matrix").Want(http.StatusOK)
		var got []string
		for _, a := range p.All(func(n *html.Node) bool { return n.Data == "a" && n.Parent.Data == "td" }) {
			got = append(got, apptest.Attr(a, "aria-label")+" | "+apptest.Text(a)+" | "+apptest.Attr(a, "href"))
		}
		slices.Sort(got)
		want := []string{"EMIS Web to PPM+: 1 case study | 1 | /interoperability?from=emis-web&to=ppm-plus", "ICE to EMIS Web: 1 organisation | 1 | /interoperability?from=ice&to=emis-web",
			"PPM+ to SystmOne: 2 organisations | 2 | /interoperability?from=ppm-plus&to=systmone"}
		if !slices.Equal(got, want) {
			t.Errorf("the cells are %q", got)
		}
		if rows, columns := len(p.All(apptest.With("th", "scope", "row"))), len(p.All(apptest.With("th", "scope", "col"))); rows != 4 || columns != 4 {
			t.Errorf("%d rows, %d columns", rows, columns)
		}
	})
}

func TestTheMapOfEngland(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		mapped(b)
		p := b.Client(t).Get(mapPath + "?view=england").Want(http.StatusOK)
		tiles := map[string]string{}
		for _, a := range p.All(apptest.Class("gr-tile")) {
			tiles[apptest.Attr(a, "aria-label")] = apptest.Attr(a, "href")
		}
		if got, want := tiles["North East and Yorkshire, 2 live: 2 organisations with a live connection, 2 with any"], mapPath+"?region=North+East+and+Yorkshire&view=england"; got != want || len(tiles) != 10 {
			t.Errorf("the tiles are %q", tiles)
		}
		if _, ok := tiles["Wales, 0 live: 0 organisations with a live connection, 0 with any"]; !ok {
			t.Errorf("the tiles are %q", tiles)
		}
		p.WantText("Region Planned On trial Live Stopped Not known Any status Case studies", "North East and Yorkshire 0 1 2 0 0 2 2", "No region known 0 0 0 0 0 0 1", "All 0 1 3 0 0 3 4")
		p = b.Client(t).Get(mapPath + "?view=england&region=London").Want(http.StatusOK).WantText("1 connection between 2 systems")
		if !apptest.HasClass(p.One(func(n *html.Node) bool { return apptest.HasClass(n, "gr-tile--selected") }), "gr-tile") {
			t.Error("the region that is chosen is not marked")
		}
	})
}

func TestAMapWithNothingOnIt(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		for _, view := range []string{"graph", "table", "matrix", "england"} {
			b.Client(t).Get(mapPath+"?view="+view).Want(http.StatusOK).WantText("No connections yet", "Post an idea")
		}
		var data mapJSON
		b.Client(t).Get(mapPath + ".json").Want(http.StatusOK).JSON(&data)
		if data.Systems == nil || data.Lines == nil || len(data.Systems)+len(data.Lines) > 0 {
			t.Errorf("the data are %+v", data)
		}
		mapped(b)
		for _, view := range []string{"graph", "table", "matrix", "england"} {
			p := b.Client(t).Get(mapPath+"?region=Wales&view="+view).Want(http.StatusOK).WantText("No connections found", "Nothing matches", "Region: Wales")
			if got := p.Form(mapPath).Values["region"]; !slices.Equal(got, []string{"Wales"}) {
				t.Errorf("%s: the filter that finds nothing is shown as %q", view, got)
			}
		}
	})
}

type mapJSON struct {
	Systems   []struct{ Slug, Name, Label, Facts string }
	Lines     [][6]int
	Standards []struct {
		Name  string
		Style int
	}
	Styles []struct{ Colour string }
	Note   string
}

func TestTheDataOfTheMap(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		mapped(b)
		for _, c := range []*apptest.Client{b.Client(t), b.As(t, b.owner)} {
			var data mapJSON
			p := c.Get(mapPath + ".json?status=live").Want(http.StatusOK).JSON(&data)
			var lines []string
			for _, l := range data.Lines {
				lines = append(lines, fmt.Sprintf("%s %s %s %v", data.Systems[l[0]].Slug, data.Systems[l[1]].Slug, data.Standards[l[2]].Name, l[3:]))
			}
			if want := []string{"ppm-plus systmone HL7 version 2 [2 2 3]", "ice emis-web HL7 FHIR R4 [1 1 7]"}; !slices.Equal(lines, want) {
				t.Errorf("the lines are %q", lines)
			}
			tag := p.Header.Get("ETag")
			if got := p.Header.Get("Cache-Control"); tag == "" || got != "no-cache" || !strings.HasPrefix(p.Header.Get("Content-Type"), "application/json") {
				t.Errorf("the answer has %v", p.Header)
			}
			c.Header.Set("If-None-Match", tag)
			if p := c.Get(mapPath + ".json?status=live").Want(http.StatusNotModified); p.Body != "" {
				t.Errorf("an answer to who has it has %d bytes", len(p.Body))
			}
			c.Get(mapPath + ".json").Want(http.StatusOK)
		}
		b.join("Another", "RWK", models.Connection{From: "ICE", To: "PPM+", Status: "live"})
		var data mapJSON
		b.Client(t).Get(mapPath + ".json?status=live").Want(http.StatusOK).JSON(&data)
		if len(data.Lines) != 3 {
			t.Errorf("a new connection is not among %v", data.Lines)
		}
		b.Client(t).Get(mapPath + ".json?view=globe").Want(http.StatusBadRequest)
	})
}

func TestTheMapForgetsWhatIsWithdrawn(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		cs := b.join("Letters", "RR8", models.Connection{From: "PPM+", To: "<script>alert(1)</script> & Söhne"})
		p := b.Client(t).Get(mapPath).Want(http.StatusOK).WantText("1 connection between 2 systems")
		if strings.Contains(p.Body, "<script>alert") {
			t.Error("the name of a system is taken for HTML")
		}
		b.must(b.Store.SetStatus(t.Context(), cs.ID, models.Withdrawn))
		b.Site.ContentChanged()
		b.Client(t).Get(mapPath).Want(http.StatusOK).WantText("No connections yet")
	})
}

func TestTheMapAsksTheDatabaseLittle(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		b.join("First", "RR8", models.Connection{From: "PPM+", To: "SystmOne", Standard: "hl7-v2"})
		asked := func(path string) int {
			b.Site.ContentChanged()
			return len(b.Statements(func() { b.Client(t).Get(path).Want(http.StatusOK) }))
		}
		paths := []string{mapPath, mapPath + "?view=table", mapPath + "?view=matrix", mapPath + "?view=england", mapPath + ".json", mapPath + "?system=ice&selected=emis-web&standard=hl7-v2"}
		before := map[string]int{}
		for _, path := range paths {
			before[path] = asked(path)
			if before[path] > 7 { // the lists of systems and standards among them
				t.Errorf("%s asks %d times", path, before[path])
			}
		}
		for i := range 60 {
			b.join(apptest.Numbered("Study ", i), []string{"RR8", "RXF", "RJ1"}[i%3], models.Connection{From: "ICE", To: "System " + strconv.Itoa(i), Standard: "hl7-v2"}, models.Connection{From: "EMIS", To: "ICE"})
		}
		for _, path := range paths {
			if got := asked(path); got > max(before[path], 7) {
				t.Errorf("%s asks %d times with more connections, %d before", path, got, before[path])
			}
			if n := len(b.Statements(func() { b.Client(t).Get(path).Want(http.StatusOK) })); n > 0 {
				t.Errorf("%s asks %d times although it was just asked for", path, n)
			}
		}
		// Those who are signed in are given what was counted for all.
		if n := len(b.Statements(func() { b.As(t, b.owner).Get(mapPath + "?view=england").Want(http.StatusOK) })); n > 7 { // signing in among them
			t.Errorf("a signed-in reader's map asks %d times", n)
		}
	})
}

func TestAMapOfManySystemsSaysWhatItLeavesOut(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		for i := range 5 {
			var joined []models.Connection
			for j := range 10 {
				joined = append(joined, models.Connection{From: "SystmOne", To: fmt.Sprintf("System %d", i*10+j), Standard: "hl7-v2"})
			}
			b.join(apptest.Numbered("Study ", i), "RR8", joined...)
		}
		p := b.Client(t).Get(mapPath).Want(http.StatusOK).WantText("Drawn are the 40 most joined of 51 systems, and 39 lines between them. The table has all.")
		if n := len(nodes(p)); n != 40 {
			t.Errorf("%d circles", n)
		}
		p = b.Client(t).Get(mapPath + "?selected=System+9").Want(http.StatusOK) // its slug sorts last
		if n := len(p.All(apptest.Class("gr-node--selected"))); n != 1 {
			t.Errorf("the system that is looked at is drawn %d times", n)
		}
		b.Client(t).Get(mapPath + "?view=matrix").Want(http.StatusOK).WantText("Shown are the 40 most joined of 51 systems.")
		var data mapJSON
		b.Client(t).Get(mapPath + ".json").JSON(&data)
		if len(data.Systems) != 51 || len(data.Lines) != 50 || data.Note != "" {
			t.Errorf("the script draws %d systems and %d lines, and says %q", len(data.Systems), len(data.Lines), data.Note)
		}
	})
}
