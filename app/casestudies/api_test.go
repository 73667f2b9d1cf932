package casestudies_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"grassroots/app/apptest"
	"grassroots/app/casestudies"
	"grassroots/models"
	"grassroots/models/format"
	"grassroots/search"
)

const studiesPath = "/api/v1/case-studies"

type apiStudy struct {
	ID, Title, Stage, Body, Slug, URL, Organisation string
	Revision, Votes, Comments, Adoptions            int
	Created, Updated                                time.Time
	Tags                                            []string
}

type apiStudies struct {
	Items      []apiStudy
	NextCursor *string `json:"next_cursor"`
	Total      int
	Facets     map[string]map[string]int
}

// idea is the least that can be posted.
func idea(title string) map[string]any {
	return map[string]any{"title": title, "stage": "idea", "body": "It is typed twice."}
}

func TestAProgramPostsReadsChangesAndWithdraws(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, a *apptest.App, _ *casestudies.Feature) {
		program, anybody := a.Program(t, apptest.Person(t, a.Store)), a.Client(t)
		anybody.Header.Set("Accept", "*/*")
		sent := idea("Letters in minutes")
		sent["organisation"], sent["tags"] = "rr8", []string{"Discharge"}
		sent["authors"] = []map[string]string{{"name": "Amina Yusuf", "email": "amina@nhs.net"}}
		var made, now apiStudy
		posted := program.Send(http.MethodPost, studiesPath, sent).Want(http.StatusCreated).JSON(&made)
		if made.Slug != "letters-in-minutes" || made.URL != apptest.BaseURL+"/case-studies/letters-in-minutes" || made.Revision != 1 || made.Votes != 0 || made.Organisation != "RR8" ||
			!slices.Equal(made.Tags, []string{"discharge"}) || made.Created.IsZero() {
			t.Errorf("posted: %s", posted.Body)
		}
		if got, want := posted.Header.Get("Location"), apptest.BaseURL+studiesPath+"/"+made.ID; got != want {
			t.Errorf("it is at %q, want %q", got, want)
		}
		path := studiesPath + "/" + made.ID
		read := anybody.Get(path).Want(http.StatusOK).JSON(&now)
		if now.Title != made.Title || read.Header.Get("ETag") != posted.Header.Get("ETag") || strings.Contains(read.Body, "amina@nhs.net") {
			t.Errorf("read: %s", read.Body)
		}
		anybody.Get(studiesPath + "/letters-in-minutes").Want(http.StatusOK)

		// What was read can be changed and sent back as it is.
		var whole map[string]any
		read.JSON(&whole)
		whole["stage"], whole["note"] = "trial", "Trial began"
		program.Header.Set("If-Match", read.Header.Get("ETag"))
		changed := program.Send(http.MethodPut, path, whole).Want(http.StatusOK).JSON(&now)
		if now.Stage != "trial" || now.Revision != 2 || changed.Header.Get("ETag") == read.Header.Get("ETag") {
			t.Errorf("changed: %s", changed.Body)
		}
		cs, err := a.Store.CaseStudy(t.Context(), made.ID)
		if err != nil || len(cs.Authors) != 1 || cs.Authors[0].Email != "amina@nhs.net" {
			t.Errorf("writing back what was read lost the author's address: %+v %v", cs.Authors, err)
		}
		program.Send(http.MethodPut, path, whole).WantProblem(http.StatusPreconditionFailed)
		program.Do(http.MethodDelete, path, nil, "").WantProblem(http.StatusPreconditionFailed)
		program.Header.Set("If-Match", `"somebody else's"`)
		program.Send(http.MethodPut, path, whole).WantProblem(http.StatusPreconditionFailed)
		program.Header.Set("If-Match", "*")
		program.Send(http.MethodPut, path, whole).Want(http.StatusOK) // and changes nothing
		var revisions struct{ Items []struct{ Revision int } }
		if program.Get(path + "/revisions").Want(http.StatusOK).JSON(&revisions); len(revisions.Items) != 2 || revisions.Items[0].Revision != 2 {
			t.Errorf("the revisions are %+v", revisions)
		}

		program.Do(http.MethodDelete, path, nil, "").Want(http.StatusNoContent)
		for _, c := range []*apptest.Client{program, anybody} {
			for _, under := range []string{"", "/revisions", "/similar"} {
				c.Get(path + under).WantProblem(http.StatusGone)
			}
		}
		program.Header.Del("If-Match")
		program.Send(http.MethodPut, path, whole).WantProblem(http.StatusGone)
		program.Do(http.MethodPut, path+"/vote", nil, "").WantProblem(http.StatusGone)
	})
}

func TestACaseStudyComesInEachForm(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, a *apptest.App, _ *casestudies.Feature) {
		program := a.Program(t, apptest.Person(t, a.Store))
		file := "---\nformat: grassroots/case-study/1\ntitle: Letters in minutes\nstage: trial\ntags: [discharge]\nfavourite_colour: green\n---\nSent by **MESH**.\n"
		var made apiStudy
		program.Do(http.MethodPost, studiesPath, strings.NewReader(file), "text/markdown; charset=utf-8").Want(http.StatusCreated).JSON(&made)
		path := studiesPath + "/" + made.ID
		c := a.Client(t)
		tags := map[string]bool{}
		for accept, want := range map[string]string{"": "application/json", "application/json": "application/json", "text/markdown": "text/markdown; charset=utf-8",
			"application/ld+json": "application/ld+json", "text/html, */*;q=0.1": "application/json"} {
			c.Header.Set("Accept", accept)
			p := c.Get(path).Want(http.StatusOK)
			if got := p.Header.Get("Content-Type"); got != want {
				t.Errorf("asked for %q, it comes as %q", accept, got)
			}
			tags[p.Header.Get("ETag")] = true
			switch accept {
			case "text/markdown":
				again, err := format.Parse("again.md", []byte(p.Body))
				if err != nil || again.Title != made.Title || again.ID != made.ID || again.Extra["favourite_colour"] != "green" {
					t.Errorf("the file does not read back: %v\n%s", err, p.Body)
				}
			case "application/ld+json":
				if !json.Valid([]byte(p.Body)) || !strings.Contains(p.Body, "schema.org") {
					t.Errorf("JSON-LD is %s", p.Body)
				}
			}
			c.Header.Set("If-None-Match", `"another", W/`+p.Header.Get("ETag"))
			if again := c.Get(path).Want(http.StatusNotModified); again.Body != "" || again.Header.Get("ETag") != p.Header.Get("ETag") {
				t.Errorf("304 with %q", again.Body)
			}
			c.Header.Del("If-None-Match")
		}
		if len(tags) != 3 {
			t.Errorf("three forms have the tags %v", tags)
		}
		c.Header.Set("Accept", "image/png")
		c.Get(path).WantProblem(http.StatusNotAcceptable)
		c.Header.Set("Accept", "application/json")
		head := c.Do(http.MethodHead, path, nil, "").Want(http.StatusOK)
		if head.Body != "" || !tags[head.Header.Get("ETag")] || head.Header.Get("Content-Length") == "0" {
			t.Errorf("HEAD answers %q with %v", head.Body, head.Header)
		}
		broken := strings.Replace(file, "stage: trial", "stage: running", 1)
		problem := program.Do(http.MethodPost, studiesPath, strings.NewReader(broken), "text/markdown").WantProblem(http.StatusUnprocessableEntity)
		if len(problem.Errors) == 0 || problem.Errors[0].Field != "stage" {
			t.Errorf("a file with an unknown stage: %+v", problem)
		}
	})
}

func TestWhatIsWrongWithACaseStudyIsSaid(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, a *apptest.App, cs *casestudies.Feature) {
		owner := apptest.Person(t, a.Store)
		program, other, nobody := a.Program(t, owner), a.Program(t, apptest.Person(t, a.Store)), a.Client(t)
		with := func(field string, value any) map[string]any {
			sent := idea("Letters in minutes")
			sent[field] = value
			return sent
		}
		for name, c := range map[string]struct {
			sent   any
			status int
			field  string
		}{
			"nothing":            {map[string]any{}, 422, ""},
			"no title":           {with("title", " "), 422, "title"},
			"no such stage":      {with("stage", "running"), 422, "stage"},
			"a number as title":  {with("title", 7), 422, "title"},
			"another field":      {with("colour", "red"), 422, "colour"},
			"another casing":     {with("Title", "x"), 422, "Title"},
			"an author's colour": {with("authors", []map[string]string{{"name": "A", "colour": "red"}}), 422, "authors[0].colour"},
			"a connection":       {with("connections", []map[string]string{{"from": "A"}}), 422, "connections[0]"},
			"no list of tags":    {with("tags", "discharge"), 422, "tags"},
			"no such setting":    {with("settings", []string{"The moon"}), 422, "settings"},
			"an id of its own":   {with("id", "letters"), 422, "id"},
			"a list":             {[]int{1}, 422, "body"},
			"more than 1 MB":     {with("body", strings.Repeat("a", 1<<20)), 413, ""},
			"a body too long":    {with("body", strings.Repeat("a", models.MaxBody+1)), 422, "body"},
		} {
			p := program.Send(http.MethodPost, studiesPath, c.sent).WantProblem(c.status)
			if c.field != "" && (len(p.Errors) == 0 || !strings.HasPrefix(p.Errors[0].Field, c.field) || p.Errors[0].Message == "") {
				t.Errorf("%s: the problem names %+v", name, p.Errors)
			}
		}
		send := func(c *apptest.Client, body, contentType string) *apptest.Page {
			return c.Do(http.MethodPost, studiesPath, strings.NewReader(body), contentType)
		}
		send(program, `{"title":`, "application/json").WantProblem(http.StatusBadRequest)
		send(program, `{"title":"a"} {"title":"b"}`, "application/json").WantProblem(http.StatusBadRequest)
		send(program, "", "application/json").WantProblem(http.StatusBadRequest)
		send(program, "title=x", "application/x-www-form-urlencoded").WantProblem(http.StatusUnsupportedMediaType)
		send(program, "{}", "application/octet-stream").WantProblem(http.StatusUnsupportedMediaType)
		// Who is nobody is told so before anything else.
		nobody.Header.Set("Accept", "*/*")
		refused := send(nobody, `{"title":`, "application/json")
		refused.WantProblem(http.StatusUnauthorized)
		if got := refused.Header.Get("WWW-Authenticate"); !strings.HasPrefix(got, "Bearer") {
			t.Errorf("WWW-Authenticate is %q", got)
		}
		wrong := a.Client(t)
		wrong.Header.Set("Authorization", "Bearer grt_nonsense")
		wrong.Get(studiesPath).WantProblem(http.StatusUnauthorized)
		program.Header.Set("Sec-Fetch-Site", "cross-site")
		program.Send(http.MethodPost, studiesPath, idea("From elsewhere")).WantProblem(http.StatusForbidden)
		program.Header.Del("Sec-Fetch-Site")
		program.Header.Set("Origin", "https://elsewhere.example")
		program.Send(http.MethodPost, studiesPath, idea("From elsewhere")).WantProblem(http.StatusForbidden)
		program.Header.Del("Origin")

		made := post(t, cs, owner, "Letters in minutes", "Body")
		path := studiesPath + "/" + made.ID
		other.Send(http.MethodPut, path, idea("Mine")).WantProblem(http.StatusForbidden)
		other.Do(http.MethodDelete, path, nil, "").WantProblem(http.StatusForbidden)
		program.Send(http.MethodPost, studiesPath, with("id", made.ID)).WantProblem(http.StatusConflict)
		for _, id := range []string{"no-such", "01JD3Z6V7Q8R9S0T1V2W3X4Y5Z", "%00", "%ff"} {
			for _, under := range []string{"", "/revisions", "/similar", "/comments-of"} {
				nobody.Get(studiesPath + "/" + id + under).WantProblem(http.StatusNotFound)
			}
			program.Send(http.MethodPut, studiesPath+"/"+id, idea("x")).WantProblem(http.StatusNotFound)
			program.Do(http.MethodPut, studiesPath+"/"+id+"/vote", nil, "").WantProblem(http.StatusNotFound)
		}
		for _, query := range []string{"limit=0", "limit=101", "limit=1.5", "limit=x", "sort=best", "stage=running", "cursor=x", "colour=red", "facets=2", "Q=x", "%ff=1",
			"cursor=" + models.Cursor{Sort: models.SortNew, Value: 1e300, ID: made.ID}.String(), "q=" + strings.Repeat("a", 2001)} {
			nobody.Get(studiesPath + "?" + query).WantProblem(http.StatusBadRequest)
		}
		for method, path := range map[string]string{"PATCH": studiesPath, "BREW": studiesPath, "TRACE": studiesPath, "POST": path, "OPTIONS": path + "/vote"} {
			p := program.Do(method, path, nil, "")
			if p.WantProblem(http.StatusMethodNotAllowed); p.Header.Get("Allow") == "" {
				t.Errorf("%s %s says nothing of what is allowed", method, path)
			}
		}
		program.Do("BREW", "/api/v1/teapots", nil, "").WantProblem(http.StatusNotFound)
		if log := a.Log.String(); strings.Contains(log, "level=ERROR") {
			t.Errorf("a wrong request is logged as a fault of ours:\n%s", log)
		}
	})
}

func TestAListIsFilteredCountedAndPaged(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, a *apptest.App, cs *casestudies.Feature) {
		owner := apptest.Person(t, a.Store)
		for i := range 5 {
			a.Clock.Move(time.Minute)
			post(t, cs, owner, apptest.Numbered("Letters ", i), "Body", func(d *models.Document) {
				d.Stage, d.Organisation, d.Tags = models.StageTrial, "RR8", []string{"letters"}
			})
		}
		a.Clock.Move(time.Minute)
		post(t, cs, owner, "Something else", "Body", func(d *models.Document) {
			d.Evidence, d.NICEEvidence = []models.Evidence{{Kind: "rct", Title: "A trial"}}, &models.NICEEvidence{Tier: "C"}
		})
		if _, err := cs.IndexTouched(t.Context()); err != nil {
			t.Fatal(err)
		}
		c := a.Client(t)
		var titles []string
		path := studiesPath + "?stage=trial&tag=letters&sort=new&limit=2&facets=1"
		for next := path; next != ""; {
			var page apiStudies
			p := c.Get(next).Want(http.StatusOK).JSON(&page)
			if page.Total != 5 || page.Facets["stage"]["trial"] != 5 || page.Facets["organisation"]["RR8"] != 5 {
				t.Fatalf("a page is %s", p.Body)
			}
			for _, s := range page.Items {
				titles = append(titles, s.Title)
			}
			next = ""
			if page.NextCursor != nil {
				next = path + "&cursor=" + *page.NextCursor
			}
		}
		if want := []string{"Letters 0004", "Letters 0003", "Letters 0002", "Letters 0001", "Letters 0000"}; !slices.Equal(titles, want) {
			t.Errorf("the pages have %q", titles)
		}
		var found apiStudies
		p := c.Get(studiesPath + "?q=leters").Want(http.StatusOK).JSON(&found)
		if found.Total != 5 || found.Facets != nil {
			t.Errorf("a misspelt word finds %s", p.Body)
		}
		for _, by := range []string{"evidence=rct", "nice_tier=C", "nice_tier=B&nice_tier=C&evidence=rct&q=something"} {
			var one apiStudies
			if p := c.Get(studiesPath + "?" + by).Want(http.StatusOK).JSON(&one); one.Total != 1 || one.Items[0].Title != "Something else" {
				t.Errorf("%s finds %s", by, p.Body)
			}
			c.Get("/case-studies?"+by).Want(http.StatusOK).WantText("Something else", "Randomised trial", "Tier C").WantNoText("Letters 0001")
		}
		welsh := a.Client(t)
		welsh.Header.Set("Cookie", "grassroots_language=cy")
		// Whose name something is does not change, though its words are ours elsewhere.
		welsh.Get("/case-studies?stage=trial&nice_tier=C&tag=in-use+and+idea").Want(http.StatusOK).WantText("Tynnu’r hidlydd Haen tystiolaeth NICE: Haen C ×", "Tynnu’r hidlydd Tag: in-use and idea ×")
		if got := c.Get(studiesPath + "?tag=none").Want(http.StatusOK).Body; got != `{"items":[],"next_cursor":null,"total":0}`+"\n" {
			t.Errorf("nothing is %s", got)
		}
		tag := p.Header.Get("ETag")
		c.Header.Set("If-None-Match", tag)
		c.Get(studiesPath + "?q=leters").Want(http.StatusNotModified)
		post(t, cs, owner, "Letters again", "Body")
		if _, err := cs.IndexTouched(t.Context()); err != nil {
			t.Fatal(err)
		}
		if fresh := c.Get(studiesPath + "?q=leters").Want(http.StatusOK); !strings.HasPrefix(tag, `W/"`) || fresh.Header.Get("ETag") == tag {
			t.Errorf("the list changed, its tag %s did not", tag)
		}
	})
}

func TestSuggestionsAreOfEveryKind(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, a *apptest.App, _ *casestudies.Feature) {
		docs := []search.Document{{Kind: search.KindPerson, ID: "1", Title: "Leeds Person", URL: "/people/leeds"}, {Kind: search.KindOrganisation, ID: "RR8", Title: "Leeds Teaching Hospitals", URL: "/organisations/RR8"},
			{Kind: search.KindSystem, ID: "lcr", Title: "Leeds Care Record", URL: "/systems/lcr"}, {Kind: search.KindStandard, ID: "l", Title: "Leeds Standard", URL: "/standards/l"}}
		owner := apptest.Person(t, a.Store)
		for _, c := range []models.Collection{{Title: "Leeds reads", Audience: models.ToEverybody}, {Title: "Leeds secret", Audience: models.ToEditors}} {
			c.ID, c.OwnerID = a.Store.NewID(), owner.ID
			if err := a.Store.CreateCollection(t.Context(), &c); err != nil {
				t.Fatal(err)
			}
			docs = append(docs, search.Document{Kind: search.KindCollection, ID: c.ID, Title: c.Title, URL: "/collections/" + c.Slug}) // the index may not have heard that one is closed
		}
		if err := a.Site.Index.Upsert(t.Context(), docs...); err != nil {
			t.Fatal(err)
		}
		var suggested struct {
			Items []struct {
				Title, URL, Kind string
				Marks            [][2]int
			}
		}
		a.Client(t).Get("/search/suggest?q=leed").Want(http.StatusOK).JSON(&suggested)
		kinds := map[string]bool{}
		for _, s := range suggested.Items {
			if s.Title == "Leeds secret" {
				t.Error("a collection is suggested that is for its editors alone")
			}
			kinds[s.Kind] = s.URL != "" && len(s.Marks) == 1 && s.Marks[0] == [2]int{0, 5}
		}
		for _, kind := range []string{"person", "organisation", "system", "standard", "collection"} {
			if !kinds[kind] {
				t.Errorf("no %s is suggested with what was typed marked: %+v", kind, suggested.Items)
			}
		}
	})
}

func TestAVoteByAProgram(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, a *apptest.App, cs *casestudies.Feature) {
		made := post(t, cs, apptest.Person(t, a.Store), "Letters", "Body")
		program := a.Program(t, apptest.Person(t, a.Store))
		for _, c := range []struct{ method, want string }{{http.MethodPut, `{"votes":1,"voted":true}`}, {http.MethodPut, `{"votes":1,"voted":true}`},
			{http.MethodDelete, `{"votes":0,"voted":false}`}, {http.MethodDelete, `{"votes":0,"voted":false}`}} {
			if got := strings.TrimSpace(program.Do(c.method, studiesPath+"/"+made.ID+"/vote", nil, "").Want(http.StatusOK).Body); got != c.want {
				t.Errorf("%s answers %s, want %s", c.method, got, c.want)
			}
		}
	})
}

func TestARequestWithAKeyIsDoneOnce(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, a *apptest.App, _ *casestudies.Feature) {
		owner := apptest.Person(t, a.Store)
		program := a.Program(t, owner)
		program.Header.Set("Idempotency-Key", "one")
		first := program.Send(http.MethodPost, studiesPath, idea("Letters")).Want(http.StatusCreated)
		again := program.Send(http.MethodPost, studiesPath, idea("Letters")).Want(http.StatusCreated)
		for _, name := range []string{"Location", "ETag", "Content-Type"} {
			if first.Header.Get(name) == "" || first.Header.Get(name) != again.Header.Get(name) {
				t.Errorf("%s is %q, then %q", name, first.Header.Get(name), again.Header.Get(name))
			}
		}
		if first.Body != again.Body || again.Header.Get("Idempotent-Replayed") != "true" || first.Header.Get("Idempotent-Replayed") != "" {
			t.Errorf("the answer is %s, then %s", first.Body, again.Body)
		}
		program.Send(http.MethodPost, studiesPath, idea("Something else")).WantProblem(http.StatusUnprocessableEntity)
		program.Do(http.MethodPost, studiesPath, strings.NewReader("{}"), "text/markdown").WantProblem(http.StatusUnprocessableEntity)

		// The key is one of a person's, and of a day.
		other := a.Program(t, apptest.Person(t, a.Store))
		other.Header.Set("Idempotency-Key", "one")
		other.Send(http.MethodPost, studiesPath, idea("Letters")).Want(http.StatusCreated)
		a.Clock.Move(24*time.Hour + time.Second)
		program.Send(http.MethodPost, studiesPath, idea("Something else")).Want(http.StatusCreated)

		// What was refused has not been done, so its key is free.
		program.Header.Set("Idempotency-Key", "two")
		program.Send(http.MethodPost, studiesPath, idea(" ")).WantProblem(http.StatusUnprocessableEntity)
		program.Send(http.MethodPost, studiesPath, idea("Mended")).Want(http.StatusCreated)
		for _, bad := range []string{strings.Repeat("k", 256), "two words", "naïve"} {
			program.Header.Set("Idempotency-Key", bad)
			program.Send(http.MethodPost, studiesPath, idea("Never")).WantProblem(http.StatusBadRequest)
		}
		if n, err := a.Store.CountCaseStudies(t.Context(), models.ListQuery{}); err != nil || n != 4 {
			t.Errorf("there are %d case studies, want 4 (%v)", n, err)
		}
	})
}

func TestManyRequestsWithOneKeyAtOnceAreDoneOnce(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, a *apptest.App, _ *casestudies.Feature) {
		owner := apptest.Person(t, a.Store)
		programs := make([]*apptest.Client, 20)
		for i := range programs {
			programs[i] = a.Program(t, owner)
			programs[i].Header.Set("Idempotency-Key", "one-for-all")
		}
		answers := make([]string, len(programs))
		var group sync.WaitGroup
		for i, program := range programs {
			group.Go(func() {
				p := program.Send(http.MethodPost, studiesPath, idea("Letters"))
				answers[i] = fmt.Sprint(p.Status, p.Header.Get("Location"), p.Body)
			})
		}
		group.Wait()
		slices.Sort(answers)
		if got := slices.Compact(answers); len(got) != 1 || !strings.HasPrefix(got[0], "201") {
			t.Errorf("twenty at once are answered %q", got)
		}
		if n, err := a.Store.CountCaseStudies(t.Context(), models.ListQuery{}); err != nil || n != 1 {
			t.Errorf("there are %d case studies, want 1 (%v)", n, err)
		}
	})
}

func TestAKeptAnswerIsCommittedWithTheWrite(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, a *apptest.App, _ *casestudies.Feature) {
		program := a.Program(t, apptest.Person(t, a.Store))
		program.Header.Set("Idempotency-Key", "one")
		// The answer cannot be kept, as when the process ends before it is: then nothing is done either.
		if err := a.Store.DB(t.Context()).Exec("ALTER TABLE idempotency_keys RENAME COLUMN headers TO was_headers").Error; err != nil {
			t.Fatal(err)
		}
		if p := program.Send(http.MethodPost, studiesPath, idea("Letters")); p.Status < 500 {
			t.Fatalf("the answer is %d %s", p.Status, p.Body)
		}
		if err := a.Store.DB(t.Context()).Exec("ALTER TABLE idempotency_keys RENAME COLUMN was_headers TO headers").Error; err != nil {
			t.Fatal(err)
		}
		if n, err := a.Store.CountCaseStudies(t.Context(), models.ListQuery{}); err != nil || n != 0 {
			t.Errorf("there are %d case studies, want none (%v)", n, err)
		}
		program.Send(http.MethodPost, studiesPath, idea("Letters")).Want(http.StatusCreated)
	})
}

// A parameter without a value is a mistake where it cannot be empty, and not left out.
func TestAParameterOfTheAPIHasAValue(t *testing.T) {
	each(t, func(t *testing.T, a *apptest.App, _ *casestudies.Feature) {
		c := a.Client(t)
		for path, want := range map[string]int{"limit=": http.StatusBadRequest, "facets=": http.StatusBadRequest, "cursor=": http.StatusOK, "q=": http.StatusOK, "tag=": http.StatusOK, "": http.StatusOK} {
			c.Get("/api/v1/case-studies?" + path).Want(want)
		}
	})
}
