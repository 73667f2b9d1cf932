package comments_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"grassroots/app/apptest"
	"grassroots/app/comments"
	"grassroots/models"
)

type apiComment struct {
	ID        string
	CaseStudy string  `json:"case_study"`
	ReplyTo   *string `json:"reply_to"`
	Kind      string
	Body      string
	HTML      string
	Official  bool
	Author    *struct {
		Handle, Name, Role, Organisation string
		StaffGroup                       string `json:"staff_group"`
		OrganisationName                 string `json:"organisation_name"`
		YearsExperience                  *int   `json:"years_experience"`
	}
	Created time.Time
	Edited  *time.Time
	Deleted bool
	URL     string
	Replies []apiComment
}

type apiComments struct {
	Items      []apiComment
	NextCursor *string `json:"next_cursor"`
	Total      int
}

// said is what a program sends.
type said struct {
	Body     string `json:"body"`
	Kind     string `json:"kind,omitempty"`
	ReplyTo  string `json:"reply_to,omitempty"`
	Official bool   `json:"official,omitempty"`
}

func TestAProgramComments(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		years := 12
		nurse := b.person("priya-nair", "Priya Nair", func(p *models.Person) {
			p.JobTitle, p.StaffGroup, p.YearsExperience, p.Organisation = "Ward manager", "Nursing and Midwifery Registered", &years, "RR8"
		})
		program := b.Program(t, nurse)
		var first, reply apiComment
		made := program.Send(http.MethodPost, "/api/v1/case-studies/"+b.study.Slug+"/comments", said{Body: "Did **every** ward join?"}).Want(http.StatusCreated).JSON(&first)
		if first.Kind != "suggestion" || first.Body != "Did **every** ward join?" || !strings.Contains(first.HTML, "<strong>every</strong>") || first.CaseStudy != b.study.ID ||
			first.ReplyTo != nil || first.Edited != nil || first.Deleted || first.Official || first.Replies == nil || first.Created.IsZero() {
			t.Errorf("the comment is %s", made.Body)
		}
		if a := first.Author; a == nil || a.Handle != "priya-nair" || a.Name != "Priya Nair" || a.Role != "Ward manager" || a.StaffGroup != "Nursing and Midwifery Registered" ||
			a.YearsExperience == nil || *a.YearsExperience != 12 || a.Organisation != "RR8" || a.OrganisationName != "Organisation RR8" {
			t.Errorf("its author is %s", made.Body)
		}
		if strings.Contains(made.Body, nurse.Email) {
			t.Error("the answer has an e-mail address")
		}
		if got, want := made.Header.Get("Location"), apptest.BaseURL+"/api/v1/comments/"+first.ID; got != want {
			t.Errorf("it is at %q, want %q", got, want)
		}
		b.Program(t, b.owner).Send(http.MethodPost, "/api/v1/case-studies/"+b.study.ID+"/comments", said{Body: "All but two.", Kind: "result", ReplyTo: first.ID, Official: true}).
			Want(http.StatusCreated).JSON(&reply)
		if reply.ReplyTo == nil || *reply.ReplyTo != first.ID || reply.Kind != "result" || !reply.Official {
			t.Errorf("the reply is %+v", reply)
		}
		var one apiComment
		b.Client(t).Get(made.Header.Get("Location")).Want(http.StatusOK).JSON(&one)
		if len(one.Replies) != 1 || one.Replies[0].ID != reply.ID || one.Replies[0].Replies == nil {
			t.Errorf("the thread is %+v", one)
		}
		// The page shows the same.
		wantShown(t, b.Client(t).Get(b.path()), "Did every ward join?", "All but two.")
	})
}

func TestCommentsArePagedByThread(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		nurse := b.person("priya-nair", "Priya Nair")
		first := b.say(nurse, comments.NewComment{Body: "First"})
		b.say(nurse, comments.NewComment{Body: "Second"})
		b.say(nurse, comments.NewComment{Body: "Third"})
		b.say(nurse, comments.NewComment{Body: "Answer", ReplyTo: first.ID})
		b.say(b.owner, comments.NewComment{Body: "From us", Official: true})
		if _, err := b.comments.Delete(t.Context(), &nurse, first.ID); err != nil {
			t.Fatal(err)
		}
		var bodies []string
		path := "/api/v1/case-studies/" + b.study.ID + "/comments?limit=3"
		for next := path; next != ""; {
			var page apiComments
			b.Client(t).Get(next).Want(http.StatusOK).JSON(&page)
			if page.Total != 4 {
				t.Errorf("the total is %d, want the 4 threads", page.Total)
			}
			for _, c := range page.Items {
				if c.Deleted != (c.Author == nil) || c.Deleted != (c.Body == "") {
					t.Errorf("a comment that is deleted: %v, with author %+v and body %q", c.Deleted, c.Author, c.Body)
				}
				bodies = append(bodies, c.Body)
				for _, r := range c.Replies {
					bodies = append(bodies, "- "+r.Body)
				}
			}
			next = ""
			if page.NextCursor != nil {
				next = path + "&cursor=" + *page.NextCursor
			}
		}
		if got, want := strings.Join(bodies, " | "), "From us |  | - Answer | Second | Third"; got != want {
			t.Errorf("the threads are %q, want %q", got, want)
		}
		// Nothing is never null.
		quiet := b.addStudy("Nobody has said anything")
		if got := b.Client(t).Get("/api/v1/case-studies/" + quiet.ID + "/comments").Want(http.StatusOK).Body; got != `{"items":[],"next_cursor":null,"total":0}`+"\n" {
			t.Errorf("no comments are %s", got)
		}
		for _, query := range []string{"limit=0", "limit=101", "limit=x", "cursor=x", "cursor=01JD3Z6V7Q8R9S0T1V2W3X4Y5Z", "sort=new"} {
			b.Client(t).Get("/api/v1/case-studies/" + b.study.ID + "/comments?" + query).WantProblem(http.StatusBadRequest)
		}
	})
}

func TestAProgramChangesAndDeletesAComment(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		nurse, other := b.person("priya-nair", "Priya Nair"), b.person("sam-lee", "Sam Lee")
		path := "/api/v1/comments/" + b.say(nurse, comments.NewComment{Body: "Before", Kind: models.Experience}).ID
		program := b.Program(t, nurse)
		read := program.Get(path).Want(http.StatusOK)
		tag := read.Header.Get("ETag")
		program.Header.Set("If-None-Match", tag)
		program.Get(path).Want(http.StatusNotModified)
		program.Header.Del("If-None-Match")

		program.Header.Set("If-Match", tag)
		var now apiComment
		changed := program.Send(http.MethodPut, path, said{Body: "After"}).Want(http.StatusOK).JSON(&now)
		if now.Body != "After" || now.Kind != "experience" || now.Edited == nil || changed.Header.Get("ETag") == tag {
			t.Errorf("the changed comment is %s with ETag %s", changed.Body, changed.Header.Get("ETag"))
		}
		program.Send(http.MethodPut, path, said{Body: "Too late"}).WantProblem(http.StatusPreconditionFailed)
		program.Do(http.MethodDelete, path, nil, "").WantProblem(http.StatusPreconditionFailed)
		program.Header.Set("If-Match", "nonsense")
		program.Do(http.MethodDelete, path, nil, "").WantProblem(http.StatusPreconditionFailed)
		program.Header.Set("If-Match", changed.Header.Get("ETag"))

		b.Program(t, other).Send(http.MethodPut, path, said{Body: "Mine"}).WantProblem(http.StatusForbidden)
		b.Program(t, other).Do(http.MethodDelete, path, nil, "").WantProblem(http.StatusForbidden)
		b.Client(t).Send(http.MethodPut, path, said{Body: "Nobody's"}).WantProblem(http.StatusUnauthorized)
		b.Client(t).Do(http.MethodDelete, path, nil, "").WantProblem(http.StatusUnauthorized)

		program.Do(http.MethodDelete, path, nil, "").Want(http.StatusNoContent)
		program.Header.Del("If-Match")
		program.Do(http.MethodDelete, path, nil, "").Want(http.StatusNoContent)
		program.Send(http.MethodPut, path, said{Body: "Again"}).WantProblem(http.StatusGone)
		var gone apiComment
		if program.Get(path).Want(http.StatusOK).JSON(&gone); !gone.Deleted || gone.Author != nil || gone.HTML != "" {
			t.Errorf("the deleted comment is %+v", gone)
		}
	})
}

func TestWhatIsWrongWithACommentIsSaid(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		program := b.Program(t, b.owner)
		path := "/api/v1/case-studies/" + b.study.ID + "/comments"
		for name, c := range map[string]struct {
			sent   any
			status int
			field  string
		}{
			"nothing":          {said{}, 422, "body"},
			"no body":          {map[string]string{"kind": "question"}, 422, "body"},
			"spaces":           {said{Body: " \n "}, 422, "body"},
			"too much":         {said{Body: strings.Repeat("a", models.MaxComment+1)}, 422, "body"},
			"no such kind":     {said{Body: "Hello", Kind: "praise"}, 422, "kind"},
			"another field":    {map[string]string{"body": "Hello", "colour": "red"}, 422, "colour"},
			"another casing":   {map[string]string{"Body": "Hello"}, 422, ""},
			"a number":         {map[string]int{"body": 3}, 422, "body"},
			"a list":           {[]string{"Hello"}, 422, "body"},
			"nothing to reply": {said{Body: "Hello", ReplyTo: "01JD3Z6V7Q8R9S0T1V2W3X4Y5Z"}, 404, ""},
			"more than 1 MB":   {said{Body: strings.Repeat("a", 1<<20)}, 413, ""},
		} {
			p := program.Send(http.MethodPost, path, c.sent).WantProblem(c.status)
			if c.field != "" && (len(p.Errors) == 0 || p.Errors[0].Field != c.field || p.Errors[0].Message == "") {
				t.Errorf("%s: the problem names %+v", name, p.Errors)
			}
		}
		program.Do(http.MethodPost, path, strings.NewReader(`{"body":`), "application/json").WantProblem(http.StatusBadRequest)
		program.Do(http.MethodPost, path, strings.NewReader(""), "application/json").WantProblem(http.StatusBadRequest)
		program.Do(http.MethodPost, path, strings.NewReader("body=Hello"), "application/x-www-form-urlencoded").WantProblem(http.StatusUnsupportedMediaType)
		// null is nothing.
		program.Do(http.MethodPost, path, strings.NewReader(`{"body":"Hello","reply_to":null}`), "application/json").Want(http.StatusCreated)
		b.Program(t, b.person("priya-nair", "Priya Nair")).Send(http.MethodPost, path, said{Body: "Ours", Official: true}).WantProblem(http.StatusForbidden)
		b.Client(t).Send(http.MethodPost, path, said{}).WantProblem(http.StatusUnauthorized)
		program.Send(http.MethodPost, "/api/v1/case-studies/no-such/comments", said{Body: "Hello"}).WantProblem(http.StatusNotFound)
		for _, id := range []string{"no-such", "01JD3Z6V7Q8R9S0T1V2W3X4Y5Z", "%00"} {
			program.Get("/api/v1/comments/" + id).WantProblem(http.StatusNotFound)
		}

		if err := b.Store.SetStatus(t.Context(), b.study.ID, models.Withdrawn); err != nil {
			t.Fatal(err)
		}
		program.Get(path).WantProblem(http.StatusGone)
		program.Send(http.MethodPost, path, said{Body: "Hello"}).WantProblem(http.StatusGone)
	})
}
