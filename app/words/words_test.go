package words

import (
	"testing"
	"testing/fstest"

	"grassroots/models"
)

func book(t *testing.T, messages string) *Book {
	t.Helper()
	b, err := load(fstest.MapFS{"catalogue/pages.cy.json": {Data: []byte(messages)}})
	if err != nil {
		t.Fatal(err)
	}
	return b
}

const few = `[
	{"id": "Menu", "other": "Dewislen"},
	{"id": "Remove filter {a}", "other": "Tynnu’r hidlydd {a}"},
	{"id": "# comments", "zero": "# sylw", "one": "# sylw", "two": "# sylw (dau)", "few": "# sylw (tri)", "many": "# sylw (chwech)", "other": "# sylw (llawer)"},
	{"id": "See <0>the list</0> of {1}", "other": "Gweler <0>rhestr</0> {1}"},
	{"id": "{0} wrote on {1}", "other": "Ysgrifennodd {0} ar {1}"},
	{"id": "# March #", "other": "# Mawrth #"},
	{"id": "{a} of {b}", "other": "{a} o {b}"},
	{"id": "{a} of # wrote", "other": "Ysgrifennodd {a}, # i gyd"},
	{"id": "Tom & Ann’s", "other": "Tom & Ann"},
	{"id": "Saved", "other": "Wedi’i gadw"},
	{"id": " unread", "other": "x"}
]`

func TestText(t *testing.T) {
	t.Parallel()
	b := book(t, few)
	for _, c := range []struct{ text, want string }{
		{"Menu", "Dewislen"},
		{"  Menu\n", "  Dewislen\n"},
		{"Remove filter Menu", "Tynnu’r hidlydd Dewislen"},
		{"Remove filter ward 12", "Tynnu’r hidlydd ward 12"},
		{"1 comments", "1 sylw"},
		{"2 comments", "2 sylw (dau)"},
		{"3 comments", "3 sylw (tri)"},
		{"6 comments", "6 sylw (chwech)"},
		{"1,234 comments", "1,234 sylw (llawer)"},
		{"Ward 9 of 12 wrote", "Ysgrifennodd Ward 9, 12 i gyd"},
		{"3 March 2026", "3 Mawrth 2026"},
		{"Menu of Leeds Teaching", "Dewislen o Leeds Teaching"},
		{"Ward 9 of 3 March 2026", "Ward 9 o 3 Mawrth 2026"},
		{"12", "12"},
	} {
		if got, ok := b.Text(models.Welsh, c.text); got != c.want || !ok {
			t.Errorf("%q is %q, %v; want %q", c.text, got, ok, c.want)
		}
	}
	// The last two fit a pattern that fits nearly everything, and would be half in English.
	for _, missing := range []string{"Nobody has said this", "Other sections of the case study", "Menu of other things"} {
		if got, ok := b.Text(models.Welsh, missing); got != missing || ok {
			t.Errorf("what is not in the catalogue came as %q, %v", got, ok)
		}
	}
	if got, ok := b.Text(models.English, "Menu"); got != "Menu" || !ok {
		t.Errorf("English came as %q, %v", got, ok)
	}
}

func TestHTML(t *testing.T) {
	t.Parallel()
	b := book(t, few)
	for _, c := range []struct{ page, want string }{
		{`<p>Menu</p>`, `<p>Dewislen</p>`},
		{`<html lang="en-GB"><p> Menu </p></html>`, `<html lang="cy"><p> Dewislen </p></html>`},
		{`<li><a href="/x">Menu</a></li>`, `<li><a href="/x">Dewislen</a></li>`},
		{`<p>See <a href="/x">the list</a> of <bdi>Menu</bdi></p>`, `<p>Gweler <a href="/x">rhestr</a> <bdi>Menu</bdi></p>`},
		{`<p><bdi>Ann &amp; Tom</bdi> wrote on <time datetime="2026-03-03">3 March 2026</time></p>`, `<p>Ysgrifennodd <bdi>Ann &amp; Tom</bdi> ar <time datetime="2026-03-03">3 Mawrth 2026</time></p>`},
		{`<button aria-label="Menu" type="submit"><svg viewBox="0 0 1 1"><path d="M1"></path></svg></button>`, `<button aria-label="Dewislen" type="submit"><svg viewBox="0 0 1 1"><path d="M1"></path></svg></button>`},
		{`<p dir="auto">Menu</p>`, `<p dir="auto" lang="en-GB">Menu</p>`},
		{`<div lang="fr" dir="auto"><p>Menu</p><div>Menu</div></div><p>Menu</p>`, `<div lang="fr" dir="auto"><p>Menu</p><div>Menu</div></div><p>Dewislen</p>`},
		{`<div data-words="theirs"><h2>Menu <a aria-label="Menu">x</a></h2></div>`, `<div data-words="theirs" lang="en-GB"><h2>Menu <a aria-label="Dewislen">x</a></h2></div>`},
		{`<textarea name="a">Menu</textarea><pre>Menu</pre><code>Menu</code>`, `<textarea name="a">Menu</textarea><pre>Menu</pre><code>Menu</code>`},
		{`<bdi data-words="ours">Menu</bdi> <span translate="no">Menu</span>`, `<bdi data-words="ours">Dewislen</bdi> <span translate="no">Menu</span>`},
		{`<p>Tom &amp; Ann’s</p>`, `<p>Tom &amp; Ann</p>`},
		{`<title>Menu</title><input value="Menu"/>`, `<title>Dewislen</title><input value="Menu"/>`},
		{"<p>Menu</p>\x00vote\x01<b>Saved</b>\x01<b>Save</b>\x00", "<p>Dewislen</p>\x00vote\x01<b>Wedi’i gadw</b>\x01<b>Save</b>\x00"},
		{`<p>Remove filter {0} <b>Menu</b></p>`, `<p>Tynnu’r hidlydd {0} <b>Dewislen</b></p>`},
		{`<p>Remove filter &lt;/0&gt; <b>Menu</b></p>`, `<p>Tynnu’r hidlydd &lt;/0&gt; <b>Dewislen</b></p>`},
		{`<p>Remove filter {a} &lt;script&gt;</p>`, `<p>Tynnu’r hidlydd {a} &lt;script&gt;</p>`},
		{`<p>Unknown <a>thing</a></p>`, `<p>Unknown <a>thing</a></p>`},
		{`<p>Menu <b>of</p></b>`, `<p>Menu <b>of</p></b>`},
		{`<p>Menu`, `<p>Dewislen`},
	} {
		if got := string(b.HTML(models.Welsh, []byte(c.page))); got != c.want {
			t.Errorf("%s\nis  %s\nwant %s", c.page, got, c.want)
		}
		if got := string(b.HTML(models.English, []byte(c.page))); got != c.page {
			t.Errorf("English was changed: %s to %s", c.page, got)
		}
	}
}

func TestMissing(t *testing.T) {
	t.Parallel()
	b := book(t, few)
	got := b.Missing(models.Welsh, []byte(`<p>Menu</p><p>See <b>2 things</b> of <bdi>theirs</bdi></p><img alt="A chart"/><time>5 May</time>`))
	want := []string{"See <0># things</0> of {1}", "A chart", "# May"}
	if len(got) != len(want) {
		t.Fatalf("missing are %q, want %q", got, want)
	}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("missing are %q, want %q", got, want)
		}
	}
}

// FuzzHTML: no page breaks it, and a page without words of the catalogue stays.
func FuzzHTML(f *testing.F) {
	for _, page := range []string{"<p>Menu</p>", "<p>See <a>the list</a> of <bdi>x</bdi></p>", "<a><b></a></b>", "<bdi>", "\x00a\x01b\x00", "<time>x<b>y</time>", "<svg><title>Menu</title></svg>"} {
		f.Add(page)
	}
	b, err := load(fstest.MapFS{"catalogue/pages.cy.json": {Data: []byte(few)}})
	if err != nil {
		f.Fatal(err)
	}
	none, err := load(fstest.MapFS{"catalogue/pages.cy.json": {Data: []byte(`[{"id": "no page has this", "other": "x"}]`)}})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, page string) {
		b.HTML(models.Welsh, []byte(page))
		b.Missing(models.Welsh, []byte(page))
		none.HTML(models.Welsh, []byte(page))
	})
}
