package comments_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"grassroots/app/apptest"
	"grassroots/app/comments"
	"grassroots/models"
)

// hostile are texts that would break a page, or its reader, if they could.
func hostile() map[string]string {
	return map[string]string{
		"script":        `<script>alert(1)</script>`,
		"handler":       `<img src=x onerror=alert(1)>`,
		"link":          `[press](javascript:alert(1))`,
		"entity link":   `[press](&#106;avascript:alert(1))`,
		"data link":     `<data:text/html;base64,PHNjcmlwdD4=>`,
		"end of field":  `</textarea><script>alert(1)</script>`,
		"attribute":     `" onfocus="alert(1)" autofocus="`,
		"right to left": "\u202egpj.exe\u202c and \u2066more",
		"invalid":       "caf\xe9 \xff\xfe",
		"nul":           "a\x00b",
		"one word":      strings.Repeat("w", models.MaxComment),
		"marks":         strings.Repeat("[", 2000) + strings.Repeat("*", 2000),
		"quotes":        strings.Repeat(">", 4000) + "deep",
		"template":      `{{ .Secret }} ${7*7} <% x %>`,
	}
}

func TestHostileTextIsInert(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		for name, text := range hostile() {
			client := b.As(t, b.person("p-"+strings.ReplaceAll(name, " ", "-"), "Name "+models.CleanLine(text)[:1]))
			page := client.Post(b.path()+"/comments", url.Values{"kind": {"question"}, "body": {text}, "preview": {"1"}}).Want(http.StatusOK)
			wantInert(t, name+" in the preview", page)
			page = client.Post(b.path()+"/comments", url.Values{"kind": {"<b>"}, "body": {text}, "parent": {text}, "official": {text}})
			wantInert(t, name+" in the form", page)
			client.Post(b.path()+"/comments", url.Values{"kind": {"question"}, "body": {text}}).Want(http.StatusSeeOther)
		}
		page := b.As(t, b.owner).Get(b.path()).Want(http.StatusOK)
		wantInert(t, "the thread", page)
		if got := len(shown(page)); got != len(hostile()) {
			t.Errorf("%d comments are shown, want %d", got, len(hostile()))
		}
		list, err := b.comments.List(t.Context(), nil, b.study.ID, "", 100)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range list.Items {
			if strings.ContainsAny(c.Body, "\x00\u202e\u2066") || strings.ToValidUTF8(c.Body, "") != c.Body {
				t.Errorf("%q is kept as it came", c.Body)
			}
		}
	})
}

// wantInert fails the test when something that a person wrote became a part of
// the page that can act.
func wantInert(t *testing.T, what string, p *apptest.Page) {
	t.Helper()
	for _, n := range p.All(func(*html.Node) bool { return true }) {
		if n.Data == "script" && apptest.Attr(n, "src") == "" {
			t.Errorf("%s: a script element", what)
		}
		for _, a := range n.Attr {
			value := strings.ToLower(strings.TrimSpace(a.Val))
			if strings.HasPrefix(a.Key, "on") || a.Key == "autofocus" || (a.Key == "href" || a.Key == "src") && (strings.HasPrefix(value, "javascript:") || strings.HasPrefix(value, "data:")) {
				t.Errorf("%s: <%s %s=%q>", what, n.Data, a.Key, a.Val)
			}
		}
	}
	if strings.ContainsAny(p.Body, "\x00\u202e\u2066") {
		t.Errorf("%s: a control character is in the page", what)
	}
}

func TestCommentsCannotBePlantedFromElsewhere(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		client := b.As(t, b.owner)
		client.Header.Set("Origin", "https://elsewhere.example")
		client.Header.Set("Sec-Fetch-Site", "cross-site")
		client.Post(b.path()+"/comments", url.Values{"kind": {"question"}, "body": {"Planted"}}).Want(http.StatusForbidden)
		if b.count() != 0 {
			t.Error("the comment was saved")
		}
	})
}

func TestImportingAgainChangesNothing(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		top := comments.ImportedComment{ID: b.Store.NewID(), CaseStudyID: b.study.ID, AuthorID: b.owner.ID, Kind: models.Result, Body: "Half the calls, @owen-owner", Created: b.Store.Now().AddDate(-1, 0, 0)}
		reply := top
		reply.ID, reply.ParentID, reply.Body = b.Store.NewID(), top.ID, "And by night?"
		for round, want := range []bool{true, false} {
			for _, in := range []comments.ImportedComment{top, reply} {
				created, err := b.comments.Import(t.Context(), in)
				if err != nil || created != want {
					t.Errorf("round %d: created %v, %v", round, created, err)
				}
			}
		}
		if b.count() != 2 {
			t.Errorf("%d comments are counted, want 2", b.count())
		}
		c, err := b.Store.Comment(t.Context(), top.ID)
		if err != nil || !c.CreatedAt.Equal(top.Created) {
			t.Errorf("it was written %v, %v", c.CreatedAt, err)
		}
		nested := reply
		nested.ID, nested.ParentID = b.Store.NewID(), reply.ID
		if _, err := b.comments.Import(t.Context(), nested); models.KindOf(err) != models.Invalid {
			t.Errorf("a reply to a reply gives %v, want invalid", err)
		}
		bad := top
		bad.ID = "1"
		if _, err := b.comments.Import(t.Context(), bad); models.KindOf(err) != models.Invalid {
			t.Errorf("an id that is none gives %v, want invalid", err)
		}
	})
}
