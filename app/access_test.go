package app_test

import (
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"testing"

	"grassroots/app"
	"grassroots/app/apptest"
	"grassroots/app/casestudies"
	"grassroots/app/jobs"
	"grassroots/app/mail"
	"grassroots/app/uploads"
	"grassroots/app/web"
	"grassroots/assets"
	"grassroots/models"
	"grassroots/models/store"
	"grassroots/models/store/storetest"
)

// The whole application, and a person of each kind.
type wholeSite struct {
	*apptest.App
	t      *testing.T
	whole  *app.App
	author models.Person
	actors []actor
	files  *uploads.Store
	queue  *jobs.Queue
	mailer *mail.Service
}

// keptFiles counts the contents of files that are kept.
func (w *wholeSite) keptFiles() (n int) {
	w.t.Helper()
	if err := w.files.Each(w.t.Context(), func(string, int64) error { n++; return nil }); err != nil {
		w.t.Fatal(err)
	}
	return n
}

type actor struct {
	name     string
	person   *models.Person // nil: nobody
	coAuthor bool
}

func newWholeSite(t *testing.T, change ...func(*app.Deps)) *wholeSite {
	t.Helper()
	return wholeSiteOn(t, storetest.NewOn(t, store.SQLite), change...)
}

func wholeSiteOn(t *testing.T, st *store.Store, change ...func(*app.Deps)) *wholeSite {
	t.Helper()
	log := slog.New(slog.DiscardHandler)
	files, err := uploads.Open(t.Context(), "file://"+t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	queue := jobs.New(st, jobs.Config{Logger: log, Now: st.Now})
	mailer, err := mail.New(st, queue, mail.Config{Logger: log})
	if err != nil {
		t.Fatal(err)
	}
	deps := app.Deps{Config: web.Config{BaseURL: apptest.BaseURL, Secret: []byte("a secret of the tests")}, Store: st, Index: apptest.EmptyIndex(t), Queue: queue,
		Mail: mailer, Uploads: files, Assets: &assets.Assets{}, Log: log, Now: st.Now}
	for _, f := range change {
		f(&deps)
	}
	whole := app.New(deps)
	w := &wholeSite{t: t, whole: whole, files: files, queue: deps.Queue, mailer: mailer, App: apptest.Around(whole.App, whole.Site)}
	at := func(code string) func(*models.Person) { return func(p *models.Person) { p.Organisation = code } }
	person := func(change ...func(*models.Person)) *models.Person {
		p := apptest.Person(t, st, change...)
		return &p
	}
	author, coAuthor := person(at("RR8")), person(at("RWY"))
	w.author = *author
	w.actors = []actor{
		{name: "nobody"}, {name: "author", person: author}, {name: "co-author", person: coAuthor, coAuthor: true},
		{name: "member who says here", person: person(at("RR8"))}, {name: "colleague", person: person(at("RR8"), func(p *models.Person) { p.Confirmed = "RR8" })}, {name: "member elsewhere", person: person(at("RWY"))},
		{name: "lead here", person: person(at("RR8"), apptest.WithRole(models.RoleLead))},
		{name: "lead elsewhere", person: person(at("RWY"), apptest.WithRole(models.RoleLead))},
		{name: "organiser here", person: person(at("RR8"), apptest.WithRole(models.RoleOrganiser))},
		{name: "moderator elsewhere", person: person(at("RWY"), apptest.WithRole(models.RoleModerator))},
		{name: "admin elsewhere", person: person(at("RWY"), apptest.WithRole(models.RoleAdmin))},
	}
	return w
}

// things are what a route may be about, made anew for each request.
type things struct {
	study   models.CaseStudy
	comment models.Comment
	handle  string            // of a person who works at RR8, by what they say
	list    models.Collection // of the author, edited by the co-author, with the case study in it
	call    models.Campaign   // of the author, open for entries
}

func (w *wholeSite) things(a actor, right models.Right, withdrawn bool) things {
	w.t.Helper()
	return w.thingsFor("", a, right, withdrawn)
}

func (w *wholeSite) thingsFor(visibility models.Visibility, a actor, right models.Right, withdrawn bool) things {
	w.t.Helper()
	ctx := w.t.Context()
	var co models.Person
	for _, other := range w.actors {
		if other.coAuthor {
			co = *other.person
		}
	}
	d := models.Document{Title: "Letters in minutes", Visibility: visibility, Stage: models.StageTrial, Organisation: "RR8", Body: "Text", Authors: []models.Author{{Name: co.Name, Handle: co.Handle}}}
	study, err := w.whole.CaseStudies.Create(ctx, &w.author, casestudies.Publication{Document: d})
	if err != nil {
		w.t.Fatal(err)
	}
	writer := w.author
	if right == models.AnswerOfficially && a.person != nil { // it is an own comment that is marked
		writer = *a.person
	}
	if right == models.MarkHelpful { // it is of somebody else
		writer = *w.actors[len(w.actors)-1].person
	}
	// Not through the feature, which bounds how many a person writes in an hour.
	comment := models.Comment{ID: w.Store.NewID(), CaseStudyID: study.ID, AuthorID: writer.ID, Kind: models.Experience, Body: "It works here too.", CreatedAt: w.Store.Now()}
	if err := w.Store.AddComment(ctx, &comment, nil); err != nil {
		w.t.Fatal(err)
	}
	if withdrawn {
		if study, err = w.whole.CaseStudies.Withdraw(ctx, &w.author, study.ID, ""); err != nil {
			w.t.Fatal(err)
		}
	}
	list := models.Collection{ID: w.Store.NewID(), OwnerID: w.author.ID, Title: "Where to begin", Audience: models.ToEverybody, Items: []models.Collected{{CaseStudyID: study.ID}}}
	if err := w.Store.CreateCollection(ctx, &list); err != nil {
		w.t.Fatal(err)
	}
	if err := w.Store.DB(ctx).Exec("INSERT INTO collection_editors (collection_id, person_id, invited_by, invited_at, accepted_at) VALUES (?, ?, ?, ?, ?)", list.ID, co.ID, w.author.ID, w.Store.Now(), w.Store.Now()).Error; err != nil {
		w.t.Fatal(err)
	}
	call := models.Campaign{ID: w.Store.NewID(), OwnerID: w.author.ID, Title: "Time to care", Brief: "Show us.", Template: models.CampaignIdeas, PublishedAt: &study.CreatedAt,
		Steps: []models.CampaignStep{{Stage: models.CampaignOpen, Starts: study.CreatedAt}, {Stage: models.CampaignResults, Starts: study.CreatedAt.AddDate(0, 1, 0)}}}
	if err := w.Store.CreateCampaign(ctx, &call); err != nil {
		w.t.Fatal(err)
	}
	return things{study, comment, w.author.Handle, list, call}
}

// address fills a route's parameters with what it is about.
func (th things) address(path string) string {
	id, slug := th.study.ID, th.study.Slug
	switch {
	case strings.Contains(path, "/me/lead"): // which is else of the organisation that somebody leads
		path += "?organisation=:code"
	case strings.HasPrefix(path, "/comments/"), strings.HasPrefix(path, "/api/v1/comments/"):
		id = th.comment.ID
	case strings.HasPrefix(path, "/collections/"), strings.HasPrefix(path, "/api/v1/collections/"):
		id, slug = th.list.ID, th.list.Slug
	case strings.HasPrefix(path, "/campaigns/"), strings.HasPrefix(path, "/api/v1/campaigns/"):
		id, slug = th.call.ID, th.call.Slug
	case strings.Contains(path, "/reading-lists/"):
		id = th.list.ID
	case strings.HasPrefix(path, "/systems"), strings.HasPrefix(path, "/standards"), strings.HasPrefix(path, "/organisations"):
		slug = "x"
	}
	return strings.NewReplacer(":number<int>", "1", ":n", "1", ":id", id, ":slug", slug, ":code", "RR8", ":handle", th.handle, ":name", "x", ":file", "x",
		":secret", "x", ":case_study", th.study.ID, ":study", th.study.ID, ":delivery", "x", ":kind", "x").Replace(path)
}

// ask sends the request of a route as somebody, and tells whether it was let
// through.
func (w *wholeSite) ask(a actor, method, path string) (status int, through bool) {
	w.t.Helper()
	var client *apptest.Client
	switch api := strings.HasPrefix(path, "/api/"); {
	case a.person == nil:
		client = w.Client(w.t)
	case api:
		client = w.Program(w.t, *a.person)
	default:
		client = w.As(w.t, *a.person)
	}
	body, kind := bodyFor(method, path)
	answer := client.Do(method, path, strings.NewReader(body), kind)
	signIn := answer.Status == http.StatusSeeOther && strings.HasPrefix(answer.Header.Get("Location"), "/sign-in?next=")
	return answer.Status, !signIn && answer.Status != http.StatusUnauthorized && answer.Status != http.StatusForbidden
}

// bodyFor gives a request something to say where nothing would be refused before
// it matters who asks.
func bodyFor(method, path string) (body, kind string) {
	switch {
	case path == "/mcp":
		return "", "application/json"
	case strings.HasSuffix(path, "/decision") && strings.HasPrefix(path, "/api/"):
		return `{"status": "planned", "reason": "We have the money"}`, "application/json"
	case strings.HasPrefix(path, "/api/v1/me/lead/priorities"):
		return `{"priorities": ["discharge"]}`, "application/json"
	case strings.HasSuffix(path, "/response-time") && strings.HasPrefix(path, "/api/"):
		return `{"days": 7}`, "application/json"
	case strings.HasPrefix(path, "/api/v1/comments/") && strings.HasSuffix(path, "/helped"):
		return `{"helped": true}`, "application/json"
	case strings.HasPrefix(path, "/api/v1/comments/"), method == http.MethodPost && strings.HasSuffix(path, "/comments") && strings.HasPrefix(path, "/api/"):
		return `{"body": "It works here too."}`, "application/json"
	case strings.HasPrefix(path, "/api/v1/collections/") && strings.Contains(path, "/items/"):
		return `{"note": "Read the end first"}`, "application/json"
	case strings.HasPrefix(path, "/api/v1/collections"):
		return `{"title": "Where to begin"}`, "application/json"
	case strings.HasPrefix(path, "/api/"):
		return `{"title": "Letters in minutes", "stage": "trial", "body": "Text"}`, "application/json"
	case strings.HasSuffix(path, "/helped"):
		return "helped=true", "application/x-www-form-urlencoded"
	case strings.HasSuffix(path, "/official"):
		return "official=true", "application/x-www-form-urlencoded"
	case strings.HasSuffix(path, "/files"):
		return "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"x.png\"\r\n\r\nno picture\r\n--x--\r\n", "multipart/form-data; boundary=x"
	}
	return "", "application/x-www-form-urlencoded"
}

// events counts what is recorded of people.
func (w *wholeSite) events() (n int64) {
	w.t.Helper()
	if err := w.Store.DB(w.t.Context()).Table("audit_events").Where("action <> 'session.begin' AND action <> 'token.make' OR request <> ''").Count(&n).Error; err != nil {
		w.t.Fatal(err)
	}
	return n
}

// wantEvent fails the test when a request that wrote something, as far as its
// answer tells, is not on record, or one that wrote nothing is.
func (w *wholeSite) wantEvent(before int64, a actor, method, path string, status int) {
	w.t.Helper()
	after := w.events()
	if a.person != nil && !strings.HasPrefix(path, "/api/") {
		before++ // the beginning of the session that the request is sent in
	}
	if path == "/admin/audit.csv" || strings.HasSuffix(path, "/vote") && method == http.MethodDelete {
		return // a taking out of the record, which is recorded; and the taking back of a vote that was never given
	}
	wrote := method != http.MethodGet && status < 400 && !slices.Contains(web.ReadsByPost(), method+" "+path)
	if signIn := status == http.StatusSeeOther && a.person == nil; signIn {
		return // refused, with a way to sign in
	}
	if wrote && after <= before || !wrote && after > before {
		w.t.Errorf("%s %s as %s: %d, and %d events are recorded of it", method, path, a.name, status, after-before)
	}
}

// objective are the rights that depend on what is asked for: of these a route
// that is refused may also say that there is no such thing, or no more.
func objective(r models.Right) bool {
	return slices.ContainsFunc(r.Parties(), func(p models.Party) bool { return p == models.PartyAuthor || p == models.PartyLead })
}

func TestEveryRouteKeepsToTheTable(t *testing.T) {
	t.Parallel()
	w := newWholeSite(t)
	ruled := map[string]bool{}
	for _, route := range w.Fiber.GetRoutes(true) {
		if strings.HasPrefix(route.Path, "/assets/") || strings.HasPrefix(route.Path, "/apptest/") {
			continue
		}
		right, ok := web.Access(route.Method, route.Path)
		if !ok {
			t.Errorf("no rule says who may %s %s", route.Method, route.Path)
			continue
		}
		if route.Method != http.MethodHead {
			ruled[route.Method+" "+route.Path] = true
			w.walk(route.Method, route.Path, right)
		}
	}
	for _, route := range web.RuledRoutes() {
		if !ruled[route] {
			t.Errorf("%s has a rule and is no route", route)
		}
	}
}

func (w *wholeSite) walk(method, path string, right models.Right) {
	about := strings.Contains(path, ":slug") || strings.Contains(path, ":id")
	var th things
	for _, a := range w.actors {
		if about || th.study.ID == "" {
			th = w.things(a, right, strings.HasSuffix(path, "/bring-back"))
		}
		subject := models.Subject{AuthorID: w.author.ID, Organisation: "RR8", CoAuthor: a.coAuthor}
		wanted := a.person.May(right, subject)
		if right == models.Watch { // tests ask from no address at all
			wanted = wanted || a.person.MightDo(right)
		}
		recorded := w.events()
		status, through := w.ask(a, method, th.address(path))
		w.wantEvent(recorded, a, method, path, status)
		if !wanted && objective(right) && (status == http.StatusNotFound || status == http.StatusGone) {
			through = false
		}
		if through != wanted || status >= 500 && status != http.StatusServiceUnavailable {
			w.t.Errorf("%s %s (%s) as %s: %d, which lets through: %v; the table: %v", method, path, right, a.name, status, through, wanted)
		}
	}
}

// routesOfStudies are the addresses at which a case study, or something of it,
// is read.
func (w *wholeSite) routesOfStudies() []string {
	var out []string
	for _, route := range w.Fiber.GetRoutes(true) {
		if route.Method != http.MethodGet || !strings.HasPrefix(route.Path, "/case-studies/:slug") && !strings.HasPrefix(route.Path, "/api/v1/case-studies/:id") &&
			!strings.HasPrefix(route.Path, "/comments/:id") && !strings.HasPrefix(route.Path, "/api/v1/comments/:id") && !strings.HasPrefix(route.Path, "/exchange/case-studies/:id") {
			continue
		}
		// One address leads on to a revision, which is an address of its own.
		if right, _ := web.Access(route.Method, route.Path); right != models.EditStudy && right != models.EditComment && right != models.Moderate && !strings.HasSuffix(route.Path, "/compare") {
			out = append(out, route.Path)
		}
	}
	return out
}

// What not everybody may read is, at every address, gone or not to be found for
// those who may not, and some of it is there for those who may.
func TestWhatIsNotForEverybodyIsHidden(t *testing.T) {
	t.Parallel()
	w := newWholeSite(t)
	paths := w.routesOfStudies()
	if len(paths) < 12 {
		t.Errorf("only %d addresses of a case study were looked at", len(paths))
	}
	for _, c := range []struct {
		name       string
		visibility models.Visibility
		withdrawn  bool
		right      models.Right
		denied     int
	}{
		{"withdrawn", "", true, models.ReadWithdrawn, http.StatusGone},
		{"for the organisation, withdrawn", models.ToOrganisation, true, models.ReadWithdrawn, http.StatusNotFound},
		{"for those who sign in", models.ToSignedIn, false, models.ReadSignedIn, http.StatusNotFound},
		{"for the organisation", models.ToOrganisation, false, models.ReadOrganisation, http.StatusNotFound},
	} {
		for _, a := range w.actors {
			th := w.thingsFor(c.visibility, a, models.ReadPublic, c.withdrawn)
			may := a.person.May(c.right, models.Subject{AuthorID: w.author.ID, Organisation: "RR8", CoAuthor: a.coAuthor})
			read := 0
			for _, path := range paths {
				status, _ := w.ask(a, http.MethodGet, th.address(path))
				if status == http.StatusOK || status == http.StatusSeeOther {
					read++
				}
				if !may && status != c.denied && status != http.StatusNotFound {
					t.Errorf("GET %s of a case study %s as %s: %d", path, c.name, a.name, status)
				}
			}
			if may != (read > 3) {
				t.Errorf("a case study %s as %s: %d addresses show it; the table: %v", c.name, a.name, read, may)
			}
		}
	}
}

// What is for one organisation is in no list, table, feed, map or search that
// others see, by none of its words.
func TestWhatIsLimitedIsNowhereElse(t *testing.T) {
	t.Parallel()
	w := newWholeSite(t)
	ctx := t.Context()
	d := models.Document{Title: "Zanzibar letters", Summary: "Zanzibar in short", Visibility: models.ToOrganisation, Stage: models.StageTrial, Organisation: "RR8", Body: "Zanzibar text",
		Tags: []string{"zanzibar"}, Campaign: "zanzibar", Connections: []models.Connection{{From: "Zanzibar EPR", To: "SystmOne", Standard: "zanzibar-1"}}}
	study, err := w.whole.CaseStudies.Create(ctx, &w.author, casestudies.Publication{Document: d})
	if err != nil {
		t.Fatal(err)
	}
	comment := models.Comment{ID: w.Store.NewID(), CaseStudyID: study.ID, AuthorID: w.author.ID, Kind: models.Experience, Body: "Zanzibar too", HTML: "<p>Zanzibar too</p>", CreatedAt: w.Store.Now()}
	if err := w.Store.AddComment(ctx, &comment, nil); err != nil {
		t.Fatal(err)
	}
	if _, err := w.whole.CaseStudies.IndexTouched(ctx); err != nil {
		t.Fatal(err)
	}
	var paths []string
	for _, route := range w.Fiber.GetRoutes(true) {
		if route.Method == http.MethodGet && !strings.ContainsAny(route.Path, ":*") {
			paths = append(paths, route.Path)
		}
	}
	paths = append(paths, "/case-studies?q=zanzibar", "/case-studies?organisation=RR8", "/case-studies?tag=zanzibar", "/api/v1/search?q=zanzibar", "/api/v1/case-studies?facets=1&q=zanzibar",
		"/api/v1/case-studies?facets=1", "/search/suggest?q=zanzi", "/case-studies/similar?title=Zanzibar+letters", "/organisations/RR8", "/people/"+w.author.Handle, "/sitemaps/case-studies.xml",
		"/feeds/case-studies.atom?q=zanzibar", "/case-studies.csv?q=zanzibar", "/organisations/RR8/feed.atom", "/systems/systmone", "/interoperability?from=zanzibar-epr", "/me/shared?q=zanzibar",
		"/api/v1/me/case-studies", "/api/v1/connections?to=systmone")
	seen := 0
	for _, a := range w.actors {
		if a.person.May(models.ReadOrganisation, models.Subject{AuthorID: w.author.ID, Organisation: "RR8", CoAuthor: a.coAuthor}) {
			continue
		}
		for _, path := range paths {
			client := w.Client(t)
			if a.person != nil && strings.HasPrefix(path, "/api/") {
				client = w.Program(t, *a.person)
			} else if a.person != nil {
				client = w.As(t, *a.person)
			}
			answer := client.Get(path)
			if answer.Status == http.StatusOK {
				seen++
			}
			// What was asked for may be repeated.
			if text := strings.NewReplacer("q=zanzibar", "", "“zanzibar”", "", `value="zanzibar"`, "", "Search: zanzibar", "").Replace(answer.Body); strings.Contains(text, "Zanzibar letters") ||
				strings.Contains(text, "Zanzibar in short") || strings.Contains(text, "Zanzibar t") || strings.Contains(text, "Zanzibar EPR") || strings.Contains(text, study.ID) || strings.Contains(text, study.Slug) {
				t.Errorf("%s shows it to %s", path, a.name)
			}
		}
	}
	if seen < 100 {
		t.Errorf("only %d answers were looked at", seen)
	}
	there, nowhere := w.Client(t).Get("/case-studies/"+study.Slug), w.Client(t).Get("/case-studies/there-is-no-such-thing")
	if there.Status != nowhere.Status || strings.ReplaceAll(there.Body, study.Slug, "there-is-no-such-thing") != nowhere.Body {
		t.Error("who may not read it is told that it is there")
	}
	reader := w.actors[slices.IndexFunc(w.actors, func(a actor) bool { return a.name == "colleague" })]
	w.As(t, *reader.person).Get("/me/shared?q=zanzibar").Want(http.StatusOK).WantText("Zanzibar letters", "1 case study", "For: The organisation alone")
	var listed struct {
		Items []struct{ Title, Visibility string }
		Total int
	}
	w.Program(t, *reader.person).Get("/api/v1/me/case-studies").Want(http.StatusOK).JSON(&listed)
	if listed.Total != 1 || len(listed.Items) != 1 || listed.Items[0].Title != "Zanzibar letters" || listed.Items[0].Visibility != "organisation" {
		t.Errorf("the API lists %+v", listed)
	}
}
