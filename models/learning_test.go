package models

import (
	"slices"
	"strings"
	"testing"
)

func TestLearningPoints(t *testing.T) {
	for _, c := range []struct {
		name, body string
		want       []string
	}{
		{"nothing", "", nil},
		{"no mark", "## Aim\n\n- One\n- Two\n", nil},
		{"a list", "## What we learnt\n\n- Ask the **ward** first\n- Count [before](https://example.nhs.uk) you begin\n\n## Contact\n\n- Not this\n", []string{"Ask the ward first", "Count before you begin"}},
		{"other words and signs", "# Lessons learned #\n1. One\n2) Two\n* [x] Three\n+ `Four`\n", []string{"One", "Two", "Three", "Four"}},
		{"long entries", "## What we learnt\n- One that\ngoes on\n  and on\n\n  after a gap\n- Two\n\nA paragraph.\n- Three\n", []string{"One that goes on and on after a gap", "Two", "Three"}},
		{"a list in a list", "## What we learnt\n- One:\n  - first\n  - second\n- Two\n", []string{"One: first second", "Two"}},
		{"headings within", "## What we learnt\n### At first\n- One\n### Later\n- Two\n", []string{"One", "Two"}},
		{"a quotation", "## What failed\n\nMuch.\n\n> **Learning point:** Send a\n> test message.\n\n> Somebody said so.\n", []string{"Send a test message."}},
		{"two quotations", "> **learning point:** One\n\n> **Learning point:** Two", []string{"One", "Two"}},
		{"code", "```\n## What we learnt\n- Not this\n```\n\n## What we learnt\n\n- This\n\n```\n- nor this\n```\n", []string{"This"}},
		{"twice and empty", "## What we learnt\n- One\n- \n- One\n", []string{"One"}},
		{"marks that are none", "## What we learnt\n- 2 * 3 and snake_case_name stay, \\*so\\* do these\n", []string{"2 * 3 and snake_case_name stay, *so* do these"}},
		{"no list", "## What we learnt\n\nA paragraph is none.\n", nil},
	} {
		if got := LearningPoints(c.body); !slices.Equal(got, c.want) {
			t.Errorf("%s: got %q, want %q", c.name, got, c.want)
		}
		if got := LearningPoints(strings.ReplaceAll(c.body, "\n", "\r\n")); !slices.Equal(got, c.want) {
			t.Errorf("%s with other ends of lines: got %q", c.name, got)
		}
	}
	many := LearningPoints("## What we learnt\n" + strings.Repeat("- "+strings.Repeat("long ", 200)+"\n", 2) + strings.Join(strings.Split(strings.Repeat("x", 50), ""), "\n- "))
	for _, p := range many {
		if runeLen(p) > MaxLearningPoint {
			t.Errorf("%d characters", runeLen(p))
		}
	}
	if n := len(many); n > MaxLearningPoints {
		t.Errorf("%d points", n)
	}
}
