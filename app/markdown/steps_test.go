package markdown_test

import (
	"slices"
	"strings"
	"testing"

	"grassroots/app/markdown"
)

func TestStepsOfACaseStudy(t *testing.T) {
	t.Parallel()
	r := markdown.New(markdown.Options{})
	for _, c := range []struct {
		name, src string
		want      []string
	}{
		{"under the usual heading", "## Aim\n\n- Faster\n\n## What was done\n\n1. Ask **the lab**.\n2. Join [the systems](https://x.test).\n\n## Results\n\n- Less", []string{"Ask the lab.", "Join the systems."}},
		{"tasks, lists in lists and headings below", "# What we did:\n\n- [x] Agree\n  1. with the lab\n  2. with the wards\n\n### Then\n\n* Go live\n\n# Cost\n\n- Nothing", []string{"Agree", "with the lab", "with the wards", "Go live"}},
		{"elsewhere, where nothing is under it", "Before.\n\n## What was done\n\nWe did it.\n\n## People\n\n- A nurse\n\n## Cost\n\n- Much", []string{"A nurse"}},
		{"before any heading", "- One\n- Two", []string{"One", "Two"}},
		{"in code and quotes there is none", "## Steps\n\n```\n- no\n```\n\n> - no\n\n    - no", nil},
		{"an item of several paragraphs", "## How\n\n1. First\n\n   And more of it.\n\n2. Second", []string{"First", "Second"}},
		{"not every how", "## How we measured\n\n- A clock\n\n## Steps\n\n- Begin", []string{"Begin"}},
		{"HTML is the text that it is", "## Steps\n\n- <script>alert(1)</script> it", []string{"<script>alert(1)</script> it"}},
		{"none", "Only words.", nil},
	} {
		if got := markdown.Steps(r.Parts(c.src)); !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, not %q", c.name, got, c.want)
		}
	}
	if got := markdown.Steps(r.Parts("## Steps\n\n" + strings.Repeat("> ", 100_000) + "- deep")); len(got) > 1 {
		t.Errorf("a hostile text has %d steps", len(got))
	}
}

func TestPartsOfAText(t *testing.T) {
	t.Parallel()
	parts := markdown.New(markdown.Options{}).Parts("Before <https://a.test>.\n\n## Documents\n\nSee [the form](https://b.test/form), not [this](javascript:alert(1)).\n\n- and https://c.test/x")
	if len(parts) != 2 || parts[0].Links[0].URL != "https://a.test" || parts[1].Heading != "Documents" || parts[1].Text != "See the form, not this.\n\nand https://c.test/x" {
		t.Fatalf("%+v", parts)
	}
	if got := parts[1].Links; len(got) != 2 || got[0] != (markdown.Link{Text: "the form", URL: "https://b.test/form"}) || got[1].URL != "https://c.test/x" {
		t.Errorf("links %+v", got)
	}
}
