package markdown

import (
	"strings"
	"testing"

	"grassroots/app/markdown/xsscorpus"
	"grassroots/models"
)

// places puts a text into every part of Markdown that takes one.
func places() map[string]func(string) string {
	line := func(s string) string { return strings.ReplaceAll(s, "\n", " ") }
	return map[string]func(string) string{
		"body":             func(s string) string { return s },
		"after text":       func(s string) string { return "Text " + s + " text" },
		"link":             func(s string) string { return "[x](" + s + ")" },
		"angled link":      func(s string) string { return "[x](<" + line(s) + ">)" },
		"link text":        func(s string) string { return "[" + s + "](/ok)" },
		"link title":       func(s string) string { return "[x](/ok \"" + s + "\")" },
		"autolink":         func(s string) string { return "<" + s + ">" },
		"bare address":     func(s string) string { return "https://example.org/" + s },
		"www":              func(s string) string { return "www.example.org/" + s },
		"mail":             func(s string) string { return "<mailto:" + s + ">" },
		"image":            func(s string) string { return "![x](" + s + ")" },
		"attachment":       func(s string) string { return "![x](/attachments/" + line(s) + ")" },
		"image text":       func(s string) string { return "![" + s + "](/attachments/x.png)" },
		"foreign image":    func(s string) string { return "![" + s + "](https://example.org/x.png)" },
		"image in a link":  func(s string) string { return "[![" + s + "](" + s + ")](" + s + ")" },
		"table head":       func(s string) string { return "| a " + line(s) + " | b |\n|:-|-:|\n| c | d |" },
		"table cell":       func(s string) string { return "| a | b |\n|:-|-:|\n| c " + line(s) + " | d |" },
		"table rule":       func(s string) string { return "| a | b |\n|:-" + line(s) + "|-:|\n| c | d |" },
		"table label":      func(s string) string { return "## " + line(s) + "\n\n| a | b |\n|:-|-:|\n| c | d |" },
		"footnote":         func(s string) string { return "a[^1]\n\n[^1]: " + s },
		"footnote name":    func(s string) string { return "a[^" + line(s) + "]\n\n[^" + line(s) + "]: b" },
		"definition":       func(s string) string { return "[x]\n\n[x]: " + s },
		"definition name":  func(s string) string { return "[" + line(s) + "]\n\n[" + line(s) + "]: /ok" },
		"definition title": func(s string) string { return "[x]\n\n[x]: /ok \"" + s + "\"" },
		"heading":          func(s string) string { return "# " + line(s) },
		"underlined":       func(s string) string { return s + "\n===" },
		"heading id":       func(s string) string { return "# x {#" + line(s) + "}" },
		"info string":      func(s string) string { return "```" + line(s) + "\nx\n```" },
		"code":             func(s string) string { return "~~~\n" + s + "\n~~~" },
		"indented code":    func(s string) string { return "    " + s },
		"code span":        func(s string) string { return "`` " + s + " ``" },
		"list":             func(s string) string { return "- [ ] " + s + "\n- [x] " + s },
		"numbered list":    func(s string) string { return "1. " + s },
		"quote":            func(s string) string { return "> " + s },
		"emphasis":         func(s string) string { return "**" + s + "** *" + s + "* ~~" + s + "~~" },
		"handle":           func(s string) string { return "@anna" + s + " @" + s },
		"fragment":         func(s string) string { return "## x\n\n[x](#" + line(s) + ")" },
		"too deep":         func(s string) string { return strings.Repeat(">", 40) + s },
		"plain":            func(s string) string { return s + strings.Repeat(" [^", maxFootnotes+1) },
		"twice":            func(s string) string { return s + "\n\n" + s },
		"escaped":          func(s string) string { return strings.ReplaceAll(s, "<", "\\<") },
	}
}

// render gives the HTML of both ways to render a text.
func renderBoth(r *Renderer, src string) []string {
	return []string{r.Render(src).HTML, r.RenderComment(src, nil).HTML}
}

func TestHostileTextIsInert(t *testing.T) {
	r := New(Options{})
	for place, put := range places() {
		t.Run(place, func(t *testing.T) {
			t.Parallel()
			for _, payload := range xsscorpus.Payloads() {
				for _, out := range renderBoth(r, put(payload)) {
					if err := xsscorpus.Check(out); err != nil {
						t.Errorf("%q: %v", payload, err)
					}
					if again := r.sanitise(out); again != out {
						t.Errorf("%q: sanitising changes what is safe:\n%q\n%q", payload, out, again)
					}
				}
			}
		})
	}
}

// TestTagsAreShown holds that the author of a text sees the tags that were not
// taken, rather than losing them.
func TestTagsAreShown(t *testing.T) {
	r := New(Options{})
	for _, payload := range xsscorpus.Payloads() {
		if !strings.HasPrefix(payload, "<script>") {
			continue
		}
		if out := r.Render(payload); !strings.Contains(out.HTML, "&lt;script&gt;") || !strings.Contains(out.Text, "<script>") {
			t.Errorf("%q is shown as %q, read as %q", payload, out.HTML, out.Text)
		}
	}
}

// TestThePolicyStandsAlone holds that the allow-list would stop what the
// rendering is meant to stop.
func TestThePolicyStandsAlone(t *testing.T) {
	r := New(Options{})
	for _, payload := range xsscorpus.Payloads() {
		for _, raw := range []string{payload, "<p>" + payload + "</p>", `<a href="` + payload + `" rel="` + rel + `">x</a>`, `<img src="` + payload + `" alt="x">`, `<h2 id="` + payload + `">x</h2>`} {
			out := models.CleanText(r.sanitise(raw))
			for _, bad := range []string{"<script", "<svg", "<math", "<style", "<iframe", "<form", "<img src=\"http", " on", "\"javascript:"} {
				if i := strings.Index(strings.ToLower(tagsOf(out)), bad); i >= 0 {
					t.Errorf("%q became %q", raw, out)
				}
			}
		}
	}
}

// tagsOf gives what stands between < and > in a text, without attribute values
// that are only words.
func tagsOf(s string) string {
	var b strings.Builder
	for s != "" {
		_, after, found := strings.Cut(s, "<")
		if !found {
			break
		}
		tag, rest, _ := strings.Cut(after, ">")
		tag, _, _ = strings.Cut(tag, " alt=")
		b.WriteString("<" + tag + ">")
		s = rest
	}
	return b.String()
}

func FuzzRender(f *testing.F) {
	for _, payload := range xsscorpus.Payloads() {
		f.Add(payload)
	}
	for _, put := range places() {
		f.Add(put("x"))
	}
	r := New(Options{})
	f.Fuzz(func(t *testing.T, src string) {
		if len(src) > 5_000 {
			t.Skip("bounds have a test of their own")
		}
		for _, out := range renderBoth(r, src) {
			if err := xsscorpus.Check(out); err != nil {
				t.Error(err)
			}
			if again := r.sanitise(out); again != out {
				t.Errorf("sanitising %q again gives %q", out, again)
			}
		}
	})
}
