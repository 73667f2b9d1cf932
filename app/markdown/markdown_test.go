package markdown

import (
	"reflect"
	"strings"
	"sync"
	"testing"

	"grassroots/app/markdown/xsscorpus"
	"grassroots/models"
)

// link is how a link that leaves the text is written.
func link(href, text string) string {
	return `<a href="` + href + `" rel="nofollow ugc noopener">` + text + `</a>`
}

func TestRender(t *testing.T) {
	const table = "<div class=\"gr-scroll\" role=\"region\" tabindex=\"0\" aria-label=\"Table 1\">\n<table>\n<thead>\n<tr>\n"
	for _, tt := range []struct{ name, src, want string }{
		{"nothing", "", ""},
		{"white space", " \n\t\n ", ""},
		{"a paragraph", "One\ntwo", "<p>One\ntwo</p>"},
		{"a hard break", "One  \ntwo\\\nthree", "<p>One<br>\ntwo<br>\nthree</p>"},
		{"emphasis", "*a* **b** ***c*** _d_ __e__", "<p><em>a</em> <strong>b</strong> <em><strong>c</strong></em> <em>d</em> <strong>e</strong></p>"},
		{"strikethrough", "~~a~~ ~b~", "<p><del>a</del> <del>b</del></p>"},
		{"a code span", "`a <b> *c*`", "<p><code>a &lt;b&gt; *c*</code></p>"},
		{"a rule", "a\n\n---\n\nb", "<p>a</p>\n<hr>\n<p>b</p>"},
		{"a quote", "> a\n> b\n\nc", "<blockquote>\n<p>a\nb</p>\n</blockquote>\n<p>c</p>"},
		{"a list", "- a\n- b\n  - c", "<ul>\n<li>a</li>\n<li>b\n<ul>\n<li>c</li>\n</ul>\n</li>\n</ul>"},
		{"a numbered list", "3. a\n4. b", "<ol start=\"3\">\n<li>a</li>\n<li>b</li>\n</ol>"},
		{"a task list", "- [ ] a\n- [x] b", "<ul>\n<li><input type=\"checkbox\" disabled=\"\" aria-label=\"Not done\"> a</li>\n" +
			"<li><input type=\"checkbox\" disabled=\"\" checked=\"\" aria-label=\"Done\"> b</li>\n</ul>"},
		{"fenced code", "```go\na <b>\n\n  c\n```", "<pre><code>a &lt;b&gt;\n\n  c\n</code></pre>"},
		{"indented code", "    a\n    b", "<pre><code>a\nb\n</code></pre>"},
		{"a table", "| a | b | c | d |\n|---|:--|--:|:-:|\n| 1 | 2 | 3 | 4 |", table +
			"<th scope=\"col\">a</th>\n<th align=\"left\" scope=\"col\">b</th>\n<th align=\"right\" scope=\"col\">c</th>\n<th align=\"center\" scope=\"col\">d</th>\n" +
			"</tr>\n</thead>\n<tbody>\n<tr>\n<td>1</td>\n<td align=\"left\">2</td>\n<td align=\"right\">3</td>\n<td align=\"center\">4</td>\n</tr>\n</tbody>\n</table>\n</div>"},
		{"a table with short and long rows", "a|b\n-|-\n1\n1|2|3", table +
			"<th scope=\"col\">a</th>\n<th scope=\"col\">b</th>\n</tr>\n</thead>\n<tbody>\n<tr>\n<td>1</td>\n<td></td>\n</tr>\n<tr>\n<td>1</td>\n<td>2</td>\n</tr>\n</tbody>\n</table>\n</div>"},
		{"a pipe in a cell", "a|b\n-|-\n`x\\|y`|\\| |", table +
			"<th scope=\"col\">a</th>\n<th scope=\"col\">b</th>\n</tr>\n</thead>\n<tbody>\n<tr>\n<td><code>x|y</code></td>\n<td>|</td>\n</tr>\n</tbody>\n</table>\n</div>"},
		{"no table without its rule", "a|b\n1|2", "<p>a|b\n1|2</p>"},
		{"characters of HTML", "a < b & c > d \"e\" 'f'", "<p>a &lt; b &amp; c &gt; d &#34;e&#34; &#39;f&#39;</p>"},
		{"entities", "&copy; &amp; &lt;b&gt; &#65;", "<p>© &amp; &lt;b&gt; A</p>"},
		{"an entity that reorders", "a&#x202e;b&#0;", "<p>ab\ufffd</p>"},
		{"escapes", "\\*a\\* \\<b> \\@c", "<p>*a* &lt;b&gt; @c</p>"},
		{"a tag is text", "a <b>c</b> <br>", "<p>a &lt;b&gt;c&lt;/b&gt; &lt;br&gt;</p>"},
		{"a block of tags is text", "<div class=\"x\">\n\n**a**\n\n</div>", "<p>&lt;div class=&#34;x&#34;&gt;</p>\n<p><strong>a</strong></p>\n<p>&lt;/div&gt;</p>"},
		{"a comment is text", "<!-- a -->", "<p>&lt;!-- a --&gt;</p>"},
		{"footnotes", "a[^n] b[^m] c[^n]\n\n[^m]: two\n[^n]: one", "<p>a<sup id=\"fnref-1\"><a href=\"#fn-1\" class=\"footnote-ref\" role=\"doc-noteref\" aria-label=\"Footnote 1\">1</a></sup>" +
			" b<sup id=\"fnref-2\"><a href=\"#fn-2\" class=\"footnote-ref\" role=\"doc-noteref\" aria-label=\"Footnote 2\">2</a></sup>" +
			" c<sup id=\"fnref-1-2\"><a href=\"#fn-1\" class=\"footnote-ref\" role=\"doc-noteref\" aria-label=\"Footnote 1\">1</a></sup></p>\n" +
			"<section class=\"footnotes\" role=\"doc-endnotes\" aria-label=\"Footnotes\">\n<hr>\n<ol>\n<li id=\"fn-1\">\n<p>one" +
			" <a href=\"#fnref-1\" class=\"footnote-backref\" role=\"doc-backlink\" aria-label=\"Back to reference 1, place 1\">\u21a9\ufe0e</a>" +
			" <a href=\"#fnref-1-2\" class=\"footnote-backref\" role=\"doc-backlink\" aria-label=\"Back to reference 1, place 2\">\u21a9\ufe0e</a></p>\n</li>\n<li id=\"fn-2\">\n<p>two" +
			" <a href=\"#fnref-2\" class=\"footnote-backref\" role=\"doc-backlink\" aria-label=\"Back to reference 2\">\u21a9\ufe0e</a></p>\n</li>\n</ol>\n</section>"},
		{"a note nobody refers to", "a\n\n[^n]: one", "<p>a</p>"},
		{"a reference to no note", "a[^n]", "<p>a[^n]</p>"},
		{"Windows line ends", "a\r\nb\r\n\r\nc", "<p>a\nb</p>\n<p>c</p>"},
		{"invalid text", "a\xffb\x00c", "<p>a\ufffdbc</p>"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			res := New(Options{}).Render(tt.src)
			if res.HTML != tt.want {
				t.Errorf("got\n%s\nwant\n%s", res.HTML, tt.want)
			}
			if err := xsscorpus.Check(res.HTML); err != nil {
				t.Error(err)
			}
			if res.Plain {
				t.Error("shown plain")
			}
		})
	}
}

func TestLinks(t *testing.T) {
	for _, tt := range []struct{ name, src, want string }{
		{"https", "[a](https://nhs.uk/b?c=d&e=f#g)", link("https://nhs.uk/b?c=d&amp;e=f#g", "a")},
		{"http", "[a](http://nhs.uk)", link("http://nhs.uk", "a")},
		{"a path", "[a](/case-studies?q=b)", link("/case-studies?q=b", "a")},
		{"the first page", "[a](/)", link("/", "a")},
		{"mail", "[a](mailto:a@nhs.net)", link("mailto:a@nhs.net", "a")},
		{"mail with a subject", "[a](mailto:a@nhs.net?subject=x)", link("mailto:a@nhs.net", "a")},
		{"a title is left out", "[a](/b \"c\")", link("/b", "a")},
		{"a space", "[a](</b c>)", link("/b%20c", "a")},
		{"letters beyond English", "[a](https://nhs.uk/ŵ)", link("https://nhs.uk/%C5%B5", "a")},
		{"marks in the text", "[*a* `b`](/c)", link("/c", "<em>a</em> <code>b</code>")},
		{"by reference", "[a][b] [b]\n\n[B]: /c", link("/c", "a") + " " + link("/c", "b")},
		{"an angled address", "<https://nhs.uk/a>", link("https://nhs.uk/a", "https://nhs.uk/a")},
		{"an angled mail address", "<a@nhs.net>", link("mailto:a@nhs.net", "a@nhs.net")},
		{"a bare address", "See https://nhs.uk/a. Or (https://nhs.uk/b)", "See " + link("https://nhs.uk/a", "https://nhs.uk/a") + ". Or (" + link("https://nhs.uk/b", "https://nhs.uk/b") + ")"},
		{"a bare www", "www.nhs.uk", link("http://www.nhs.uk", "www.nhs.uk")},
		{"a linked www", "[a](www.nhs.uk/b)", link("https://www.nhs.uk/b", "a")},
		{"a bare mail address", "a@nhs.net", link("mailto:a@nhs.net", "a@nhs.net")},
		{"an address as text of a link", "[<https://nhs.uk>](/a)", link("/a", "https://nhs.uk")},
		{"another scheme", "[a](ftp://nhs.uk)", "a (ftp://nhs.uk)"},
		{"script", "[a](javascript:b)", "a (javascript:b)"},
		{"another scheme, angled", "<ftp://nhs.uk>", "ftp://nhs.uk"},
		{"a path from here", "[a](b.md)", "a (b.md)"},
		{"another host without a scheme", "[a](//nhs.uk)", "a (//nhs.uk)"},
		{"a name before the host", "[a](https://nhs.uk@b.example)", "a (https://nhs.uk@b.example)"},
		{"a long address", "[a](https://nhs.uk/" + strings.Repeat("b", models.MaxURL) + ")", "a (https://nhs.uk/" + strings.Repeat("b", 199-len("https://nhs.uk/")) + "…)"},
		{"marks in the text of what is no link", "[*a* @b](c)", "<em>a</em> " + link("/people/b", "@b") + " (c)"},
		{"no text", "[](/a)", " (/a)"},
		{"no address", "[a]()", "a"},
		{"a footnote in the text", "[a [^1]](/b)\n\n[^1]: c", "FOOTNOTE"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			res := New(Options{}).Render(tt.src)
			if err := xsscorpus.Check(res.HTML); err != nil {
				t.Error(err)
			}
			if tt.want == "FOOTNOTE" {
				if !strings.Contains(res.HTML, "</sup> (/b)") {
					t.Errorf("got %s", res.HTML)
				}
				return
			}
			if want := "<p>" + strings.TrimSpace(tt.want) + "</p>"; strings.ReplaceAll(res.HTML, "<p> ", "<p>") != want {
				t.Errorf("got\n%s\nwant\n%s", res.HTML, want)
			}
		})
	}
}

func TestImages(t *testing.T) {
	img := func(src, alt string) string { return `<img src="` + src + `" alt="` + alt + `" loading="lazy">` }
	for _, tt := range []struct{ name, src, want string }{
		{"an attachment", "![a ward](/attachments/01J/a.png)", img("/attachments/01J/a.png", "a ward")},
		{"a name with a space", "![a](</attachments/01J/a b.png>)", img("/attachments/01J/a%20b.png", "a")},
		{"marks in the description", "![a *b* `c` \"d\"](/attachments/x)", img("/attachments/x", "a b c &#34;d&#34;")},
		{"no description", "![](/attachments/x)", img("/attachments/x", "")},
		{"in a link", "[![a](/attachments/x)](/b)", link("/b", img("/attachments/x", "a"))},
		{"of another host", "![a ward](https://b.example/c.png)", link("https://b.example/c.png", "a ward")},
		{"of another host, without a description", "![](https://b.example/c.png)", link("https://b.example/c.png", "https://b.example/c.png")},
		{"of another host, in a link", "[![a](https://b.example/c.png)](/d)", link("/d", "a")},
		{"of another page of this site", "![a](/sign-out)", link("/sign-out", "a")},
		{"of data", "![a](data:image/png;base64,AA==)", "a (data:image/png;base64,AA==)"},
		{"a way out of the attachments", "![a](/attachments/../sign-out)", link("/attachments/../sign-out", "a")},
	} {
		t.Run(tt.name, func(t *testing.T) {
			res := New(Options{}).Render(tt.src)
			if err := xsscorpus.Check(res.HTML); err != nil {
				t.Error(err)
			}
			if want := "<p>" + tt.want + "</p>"; res.HTML != want {
				t.Errorf("got\n%s\nwant\n%s", res.HTML, want)
			}
		})
	}
}

func TestHeadings(t *testing.T) {
	res := New(Options{}).Render("# Aim\n\n## What *was* done & `how`\n\n### Steps\n\n#### Deep\n\n###### Deepest\n\nAim\n---\n\n## Aim\n\n## aim-2\n\n## 界\n\n#\n\n## [Wales](https://nhs.wales) ŵ")
	want := []models.Heading{
		{Level: 2, ID: "s-aim", Text: "Aim"},
		{Level: 2, ID: "s-what-was-done-how", Text: "What was done & how"},
		{Level: 3, ID: "s-steps", Text: "Steps"},
		{Level: 2, ID: "s-aim-2", Text: "Aim"},
		{Level: 2, ID: "s-aim-3", Text: "Aim"},
		{Level: 2, ID: "s-aim-2-2", Text: "aim-2"},
		{Level: 2, ID: "s-section", Text: "界"},
		{Level: 2, ID: "s-wales-w", Text: "Wales ŵ"},
	}
	if !reflect.DeepEqual(res.Contents, want) {
		t.Errorf("contents\n%+v\nwant\n%+v", res.Contents, want)
	}
	for _, h := range want {
		if !strings.Contains(res.HTML, `id="`+h.ID+`"`) {
			t.Errorf("no %s in %s", h.ID, res.HTML)
		}
	}
	for _, tag := range []string{`<h4 id="s-deep">`, `<h6 id="s-deepest">`} {
		if !strings.Contains(res.HTML, tag) {
			t.Errorf("no %s in %s", tag, res.HTML)
		}
	}
	// The first three levels have a link to themselves, outside the heading.
	for _, anchor := range []string{
		"<h2 id=\"s-aim\">Aim</h2>\n<a class=\"gr-anchor\" href=\"#s-aim\" aria-label=\"Link to this section: Aim\">#</a>\n</div>",
		`<a class="gr-anchor" href="#s-steps" aria-label="Link to this section: Steps">#</a>`,
		`href="#s-what-was-done-how" aria-label="Link to this section: What was done &amp; how">#</a>`,
	} {
		if !strings.Contains(res.HTML, anchor) {
			t.Errorf("no %s in %s", anchor, res.HTML)
		}
	}
	if n := strings.Count(res.HTML, "gr-anchor"); n != len(want) {
		t.Errorf("%d links to headings, want one for each of the contents list, %d", n, len(want))
	}
	if strings.Contains(res.Text, "#") {
		t.Errorf("the link to a heading is among the words: %q", res.Text)
	}
	if err := xsscorpus.Check(res.HTML); err != nil {
		t.Error(err)
	}
	if strings.Contains(res.HTML, "<h1") || strings.Contains(res.HTML, "\"></h2>") {
		t.Errorf("a first level or an empty heading in %s", res.HTML)
	}
}

func TestFragments(t *testing.T) {
	src := "## The aim\n\n[a](#the-aim) [b](#s-the-aim) [c](#comments) [d](#the aim)"
	for prefix, want := range map[string]string{
		"":  `<a href="#s-the-aim">a</a> <a href="#s-the-aim">b</a> <a href="#comments">c</a>`,
		"x": `<a href="#x-s-the-aim">a</a> <a href="#x-s-the-aim">b</a> <a href="#comments">c</a>`,
	} {
		if res := New(Options{Prefix: prefix}).Render(src); !strings.Contains(res.HTML, want) {
			t.Errorf("prefix %q: got %s", prefix, res.HTML)
		}
	}
}

func TestTableLabels(t *testing.T) {
	res := New(Options{}).Render("a|b\n-|-\n\n## Results & *more*\n\nc|d\n-|-\n\n> e|f\n> -|-\n")
	for _, label := range []string{`"Table 1"`, `"Table 2: Results &amp; more"`, `"Table 3: Results &amp; more"`} {
		if !strings.Contains(res.HTML, "aria-label="+label) {
			t.Errorf("no table is called %s in %s", label, res.HTML)
		}
	}
}

func TestMentions(t *testing.T) {
	known := func(handle string) bool { return handle != "nobody" }
	for _, tt := range []struct {
		src  string
		want []string
	}{
		{"@anna", []string{"anna"}},
		{"Thanks @anna-b, @Ben and (@carl)! @anna-b again.", []string{"anna-b", "ben", "carl"}},
		{"**@anna** *@ben*", []string{"anna", "ben"}},
		{"“@anna” – @ben’s", []string{"anna", "ben"}},
		{"@anna- @anna.", []string{"anna"}},
		{"- @anna\n- > @ben", []string{"anna", "ben"}},
		{"a|b\n-|-\n@anna|x", []string{"anna"}},
		{"x[^1]\n\n[^1]: by @anna", []string{"anna"}},
		{"## By @anna", []string{"anna"}},
		{"[see @anna]", []string{"anna"}},
		{"line\n@anna\n@ben", []string{"anna", "ben"}},
		{"@nobody", nil},
		{"anna@nhs.net and anna@ward and é@anna", nil},
		{"https://example.org/@anna and a/@anna", nil},
		{"`@anna` and\n\n    @anna\n\n```\n@anna\n```", nil},
		{"[@anna](/b) ![@anna](/attachments/x)", nil},
		{"\\@anna &#64;anna @@anna @anna@ben", nil},
		{"@nhs.net @anna_b @anna/b @-anna @ anna @", nil},
		{"@" + strings.Repeat("a", 41), nil},
		{"@annaé", nil},
	} {
		t.Run(tt.src, func(t *testing.T) {
			for _, res := range []Result{New(Options{Known: known}).Render(tt.src), New(Options{}).RenderComment(tt.src, known)} {
				if !reflect.DeepEqual(res.Mentions, tt.want) {
					t.Errorf("got %q, want %q", res.Mentions, tt.want)
				}
				for _, handle := range tt.want {
					if !strings.Contains(res.HTML, `<a href="/people/`+handle+`" rel="`+rel+`">@`) {
						t.Errorf("%s is not linked in %s", handle, res.HTML)
					}
				}
				if n := strings.Count(res.HTML, "/people/"); len(tt.want) == 0 && n > 0 {
					t.Errorf("%d links to people in %s", n, res.HTML)
				}
				if err := xsscorpus.Check(res.HTML); err != nil {
					t.Error(err)
				}
			}
		})
	}
}

func TestMentionsKeepTheText(t *testing.T) {
	res := New(Options{}).Render("Hello @Anna, and\n@ben  \nend @nobody_else")
	want := "<p>Hello " + link("/people/anna", "@Anna") + ", and\n" + link("/people/ben", "@ben") + "<br>\nend @nobody_else</p>"
	if res.HTML != want {
		t.Errorf("got\n%s\nwant\n%s", res.HTML, want)
	}
}

func TestRenderComment(t *testing.T) {
	r := New(Options{})
	res := r.RenderComment("# One\n\n### Two\n\n###### Three\n\na\nb[^1]\n\n[^1]: c", nil)
	if res.Contents != nil {
		t.Errorf("contents of a comment: %v", res.Contents)
	}
	for _, want := range []string{"<h4 id=", "<h5 id=", "<h6 id=", "<p>a<br>\nb<sup id="} {
		if !strings.Contains(res.HTML, want) {
			t.Errorf("no %s in %s", want, res.HTML)
		}
	}
	if strings.Contains(res.HTML, "gr-anchor") {
		t.Errorf("headings of a comment have links to themselves: %s", res.HTML)
	}
	// Two comments and a body on one page share no id.
	page := r.Render("# One\n\na[^1]\n\n[^1]: b").HTML + res.HTML + r.RenderComment("# One\n\na[^1]\n\n[^1]: b", nil).HTML +
		r.With(Options{Prefix: "c 01!J"}).RenderComment("# One\n\na[^1]\n\n[^1]: b", nil).HTML
	if err := xsscorpus.Check(page); err != nil {
		t.Error(err)
	}
	if !strings.Contains(page, `id="c01J-s-one"`) {
		t.Errorf("the prefix is not in %s", page)
	}
}

func TestText(t *testing.T) {
	res := New(Options{}).Render("# Aim & *scope*\n\nOne\ntwo **three**[^1] <b>x</b> [link](/a)  \nnext ![a ward](/attachments/x)\n\n- [x] done\n- b\n\n| c | d |\n|---|---|\n| 1 | 2 |\n\n```\ne\n  f\n```\n\n[^1]: Note.")
	want := "Aim & scope\nOne two three <b>x</b> link\nnext a ward\ndone\nb\nc d\n1 2\ne\nf\nNote."
	if res.Text != want {
		t.Errorf("got\n%q\nwant\n%q", res.Text, want)
	}
}

func TestPlain(t *testing.T) {
	src := "# One <b>\ntwo\n\n\n" + strings.Repeat("[^1]", maxFootnotes+1)
	res := New(Options{}).Render(src)
	if !res.Plain || res.Contents != nil || res.Mentions != nil || res.Text != src {
		t.Errorf("got %+v", res)
	}
	if want := "<p># One &lt;b&gt;<br>\ntwo</p>\n<p>[^1]"; !strings.HasPrefix(res.HTML, want) {
		t.Errorf("got %.100s", res.HTML)
	}
	// One paragraph beyond the limits leaves the rest as it is.
	res = New(Options{}).Render("# One\n\n" + strings.Repeat("*a_\n", 8_000) + "\n**two**")
	if res.Plain || len(res.Contents) != 1 || !strings.Contains(res.HTML, "<strong>two</strong>") || !strings.Contains(res.HTML, "*a_<br>\n*a_") {
		t.Errorf("got plain %v, contents %v, %.200s", res.Plain, res.Contents, res.HTML)
	}
	// What is nested too deep is text of the innermost.
	res = New(Options{}).Render(strings.Repeat("> ", 30) + "a")
	if n := strings.Count(res.HTML, "<blockquote>"); n != maxDepth-1 || !strings.Contains(res.HTML, "<p>&gt; ") {
		t.Errorf("%d quotes in %s", n, res.HTML)
	}
}

func TestInlineDepth(t *testing.T) {
	nested := func(n int) string {
		return strings.Repeat("**a *b ", n/2) + "c" + strings.Repeat(" d* e**", n/2)
	}
	if res := New(Options{}).Render(nested(60)); res.Plain || strings.Count(res.HTML, "<em>") != 30 {
		t.Errorf("60 deep: plain %v, %d of 30 in %s", res.Plain, strings.Count(res.HTML, "<em>"), res.HTML)
	}
	if res := New(Options{}).Render(nested(200)); !res.Plain {
		t.Error("200 deep is not plain")
	}
	if res := New(Options{}).Render("![" + nested(200) + "](/attachments/x)"); !res.Plain {
		t.Error("200 deep in an image is not plain")
	}
}

// TestDepthCapKeepsLists holds that a list refused for its depth does not
// spoil the list after it.
func TestDepthCapKeepsLists(t *testing.T) {
	deep := strings.Repeat("> ", maxDepth-1)
	res := New(Options{}).Render(deep + "- a\n" + deep + "- b\n\nNext\n\n- c\n- d\n")
	if !strings.HasSuffix(res.HTML, "<ul>\n<li>c</li>\n<li>d</li>\n</ul>") {
		t.Errorf("got %s", res.HTML)
	}
}

func TestConcurrentUse(t *testing.T) {
	r := New(Options{})
	src := "# Aim\n\n@anna[^1] [a](/b)\n\n| a |\n|---|\n| b |\n\n[^1]: c"
	want := r.Render(src)
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			for range 50 {
				if i%2 == 0 {
					r.With(Options{Prefix: "x"}).RenderComment(src, func(string) bool { return false })
				} else if got := r.Render(src); !reflect.DeepEqual(got, want) {
					t.Errorf("got %+v", got)
					return
				}
			}
		})
	}
	wg.Wait()
}

// TestKnownHeadings holds that the headings of the guided form come out as the
// second level, in order.
func TestKnownHeadings(t *testing.T) {
	var body models.Body
	body.Sections = models.Sections()
	for i := range body.Sections {
		body.Sections[i].Text = "Text."
	}
	res := New(Options{}).Render(body.Join())
	if len(res.Contents) != len(body.Sections) {
		t.Fatalf("%d headings, want %d", len(res.Contents), len(body.Sections))
	}
	for i, s := range body.Sections {
		if res.Contents[i].Text != s.Heading || res.Contents[i].Level != 2 {
			t.Errorf("heading %d is %+v, want %q", i, res.Contents[i], s.Heading)
		}
	}
}
