package templates_test

import (
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"grassroots/templates"
)

// byTag matches elements by their name.
func byTag(name string) func(*html.Node) bool {
	return func(n *html.Node) bool { return n.Data == name }
}

// byClass matches elements that have a class.
func byClass(class string) func(*html.Node) bool {
	return func(n *html.Node) bool {
		value, _ := attr(n, "class")
		return strings.Contains(" "+value+" ", " "+class+" ")
	}
}

// only gives the one element that matches.
func only(t *testing.T, root *html.Node, match func(*html.Node) bool) *html.Node {
	t.Helper()
	found := find(root, match)
	if len(found) != 1 {
		t.Fatalf("%d elements match, want 1", len(found))
	}
	return found[0]
}

func TestTitle(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name  string
		shell templates.Shell
		want  string
	}{
		{"start page", templates.Shell{}, "Grassroots"},
		{"a page", templates.Shell{Title: "People"}, "People - Grassroots"},
		{"with errors", templates.Shell{Title: "People", Errors: []templates.FieldError{{Message: "x"}}}, "Error: People - Grassroots"},
		{"right to left", templates.Shell{Title: rlo + "People\n"}, "People - Grassroots"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if got := text(only(t, parse(t, render(t, templates.Layout(c.shell))), byTag("title"))); got != c.want {
				t.Errorf("title %q, want %q", got, c.want)
			}
		})
	}
}

func TestLayoutKeepsThePolicyOfThePage(t *testing.T) {
	t.Parallel()
	root := parse(t, render(t, templates.Layout(templates.Shell{Title: "People", CSS: "/assets/app.css", JS: "/assets/app.js", Icon: "/assets/icon.svg"})))
	if n := find(root, byTag("style")); len(n) > 0 {
		t.Error("a style element, which the content security policy refuses")
	}
	src, _ := attr(only(t, root, byTag("script")), "src")
	if src != "/assets/app.js" {
		t.Errorf("the script is %q", src)
	}
	for _, e := range find(root, func(*html.Node) bool { return true }) {
		if value, ok := attr(e, "style"); ok {
			t.Errorf("<%s style=%q>", e.Data, value)
		}
	}
	only(t, root, byTag("main"))
}

func TestJSONLD(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, in, want string }{
		{"a document", `{"name":"A & B"}`, `{"name":"A \u0026 B"}`},
		{"one that would end its element", `{"name":"</script><b>"}`, `{"name":"\u003c/script\u003e\u003cb\u003e"}`},
		{"not JSON", `{"name":`, ""},
		{"none", "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			root := parse(t, render(t, templates.Layout(templates.Shell{JSONLD: c.in})))
			got := ""
			for _, e := range find(root, byTag("script")) {
				if kind, _ := attr(e, "type"); kind == "application/ld+json" {
					got = text(e)
				}
			}
			if got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

func TestNavigationMarksWhereOneIs(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ path, text, current string }{
		{"/case-studies", "Case studies", "page"},
		{"/case-studies/discharge-letters", "Case studies", "true"},
		{"/case-studies/new", "Post an idea", "page"},
		{"/people/priya-nair", "People", "true"},
		{"/organisations", "Organisations", "page"},
		{"/peoplesoft", "", ""},
		{"/", "", ""},
	} {
		t.Run(c.path, func(t *testing.T) {
			t.Parallel()
			root := parse(t, render(t, templates.Layout(templates.Shell{Path: c.path})))
			marked := find(root, func(n *html.Node) bool { _, ok := attr(n, "aria-current"); return ok })
			if c.text == "" {
				if len(marked) > 0 {
					t.Errorf("%q is marked", text(marked[0]))
				}
				return
			}
			if len(marked) != 1 || text(marked[0]) != c.text {
				t.Fatalf("%d items are marked, want %q alone", len(marked), c.text)
			}
			if value, _ := attr(marked[0], "aria-current"); value != c.current {
				t.Errorf("aria-current is %q, want %q", value, c.current)
			}
		})
	}
}

func TestAccount(t *testing.T) {
	t.Parallel()
	account := func(s templates.Shell) string {
		return text(only(t, parse(t, render(t, templates.Layout(s))), byTag("header")))
	}
	signedOut := render(t, templates.Layout(templates.Shell{Path: "/case-studies/a&b"}))
	if !strings.Contains(signedOut, `href="/sign-in?next=%2Fcase-studies%2Fa%26b"`) {
		t.Error("signing in does not lead back")
	}
	member := account(templates.Shell{Person: &templates.Person{Name: "Priya Nair", Unread: 3}})
	for _, want := range []string{"Priya Nair", "3 unread", "Sign out"} {
		if !strings.Contains(member, want) {
			t.Errorf("header %q lacks %q", member, want)
		}
	}
	if strings.Contains(member, "Admin") {
		t.Errorf("header %q offers a member what only others may do", member)
	}
	admin := account(templates.Shell{Person: &templates.Person{Name: " ", CanAdminister: true}})
	for _, want := range []string{"Your account", "Admin"} {
		if !strings.Contains(admin, want) {
			t.Errorf("header %q lacks %q", admin, want)
		}
	}
}

func TestInputsKeepTheirValues(t *testing.T) {
	t.Parallel()
	const typed = "\nfirst line\n\"quoted\" <b> " + rlo
	area := only(t, parse(t, render(t, templates.Textarea(templates.TextareaProps{Name: "b", Value: typed}))), byTag("textarea"))
	if got := area.FirstChild.Data; got != typed {
		t.Errorf("textarea has %q, want %q", got, typed)
	}
	value := strings.ReplaceAll(typed, "\n", " ")
	input := only(t, parse(t, render(t, templates.TextInput(templates.TextInputProps{Name: "b", Value: value}))), byTag("input"))
	if got, _ := attr(input, "value"); got != value {
		t.Errorf("input has %q, want %q", got, value)
	}
	options := []templates.Option{{Value: "a", Text: "A"}, {Value: "b", Text: "B"}}
	chosen := func(c, name string) string {
		for _, e := range find(parse(t, c), func(n *html.Node) bool { _, ok := attr(n, name); return ok }) {
			v, _ := attr(e, "value")
			return v
		}
		return ""
	}
	if got := chosen(render(t, templates.Select(templates.SelectProps{Name: "s", Empty: "Choose", Options: options, Value: "b"})), "selected"); got != "b" {
		t.Errorf("select has %q chosen", got)
	}
	if got := chosen(render(t, templates.Radios(templates.RadiosProps{Name: "s", Options: options, Value: "b"})), "checked"); got != "b" {
		t.Errorf("radios have %q chosen", got)
	}
	if got := chosen(render(t, templates.Checkboxes(templates.CheckboxesProps{Name: "s", Options: options, Values: []string{"b"}})), "checked"); got != "b" {
		t.Errorf("checkboxes have %q chosen", got)
	}
}

func TestAnInputShowsItsOwnErrorsOnly(t *testing.T) {
	t.Parallel()
	errors := []templates.FieldError{{Field: "title", Message: "Enter a title"}, {Field: "body", Message: "Too long"}}
	got := text(parse(t, render(t, templates.TextInput(templates.TextInputProps{Name: "title", Label: "Title", Errors: errors}))))
	if want := "Title Error: Enter a title"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got := render(t, templates.TextInput(templates.TextInputProps{Name: "cost", Errors: errors})); strings.Contains(got, "rror") {
		t.Errorf("an input without an error shows one: %s", got)
	}
}

func TestVoteButton(t *testing.T) {
	t.Parallel()
	p := templates.VoteButtonProps{ActionURL: "/case-studies/a/vote", Votes: 1204, Voted: true, SignedIn: true, Title: "Letters", BackURL: "/case-studies?q=a"}
	root := parse(t, render(t, templates.VoteButton(p)))
	button := only(t, root, byTag("button"))
	if pressed, _ := attr(button, "aria-pressed"); pressed != "true" {
		t.Errorf("aria-pressed is %q", pressed)
	}
	if got, want := text(button), "Voted for Letters, 1,204 votes"; got != want {
		t.Errorf("button reads %q, want %q", got, want)
	}
	sent := map[string]string{}
	for _, e := range find(root, byTag("input")) {
		name, _ := attr(e, "name")
		sent[name], _ = attr(e, "value")
	}
	if sent["voted"] != "false" || sent["back"] != p.BackURL {
		t.Errorf("the form sends %v", sent)
	}
	p.SignedIn, p.Voted = false, false
	link := only(t, parse(t, render(t, templates.VoteButton(p))), byTag("a"))
	if got, want := text(link), "Vote for Letters (sign in first), 1,204 votes"; got != want {
		t.Errorf("link reads %q, want %q", got, want)
	}
	if href, _ := attr(link, "href"); href != "/sign-in?next=%2Fcase-studies%3Fq%3Da" {
		t.Errorf("someone signed out is led to %q", href)
	}
}

func TestDeletedCommentShowsNothingOfItself(t *testing.T) {
	t.Parallel()
	got := render(t, templates.Comment(templates.CommentProps{ID: "c", Deleted: true, Official: true, Kind: "Question",
		Author: templates.BylineProps{Name: "Priya"}, Body: "<p>secret</p>", When: time.Now()}))
	for _, gone := range []string{"Priya", "secret", "Question", "official", "<time"} {
		if strings.Contains(got, gone) {
			t.Errorf("a deleted comment shows %q", gone)
		}
	}
}

func TestEmptyThingsAreLeftOut(t *testing.T) {
	t.Parallel()
	for name, got := range map[string]string{
		"pagination":  render(t, templates.CursorPagination(templates.CursorPaginationProps{})),
		"breadcrumbs": render(t, templates.Breadcrumbs(nil)),
		"errors":      render(t, templates.ErrorSummary(nil)),
		"facet":       render(t, templates.Facet(templates.FacetProps{Name: "tag", Legend: "Tag"})),
		"date":        render(t, templates.DateText(time.Time{})),
		"tags":        render(t, templates.TagLinks(nil)),
	} {
		if got != "" {
			t.Errorf("%s: %q", name, got)
		}
	}
}

func TestStages(t *testing.T) {
	t.Parallel()
	seen := map[string]string{}
	for stage, want := range map[string]string{"idea": "Idea", "trial": "Trial", "in-use": "In use", "spreading": "Spreading", "stopped": "Stopped"} {
		tag := only(t, parse(t, render(t, templates.Tag(stage))), byClass("nhsuk-tag"))
		if got := text(tag); got != want {
			t.Errorf("%s reads %q, want %q", stage, got, want)
		}
		class, _ := attr(tag, "class")
		if other, taken := seen[class]; taken {
			t.Errorf("%s and %s have the same colour", stage, other)
		}
		seen[class] = stage
	}
}
