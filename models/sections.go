package models

import "strings"

// Section is one part of a guided case study. The body stays plain Markdown:
// a section is what stands under its heading.
type Section struct {
	Key     string // form field, after "section_"
	Heading string // the second-level heading in the body
	Hint    string
	Text    string
}

// FailedHeading is the heading of the part that tells of what failed.
const FailedHeading = "What failed"

// Sections lists the parts that reports of digital change have, in order,
// without text. The first two are the whole of a raw idea.
func Sections() []Section {
	return []Section{
		{Key: "problem", Heading: "Problem and baseline", Hint: "What goes wrong today, for whom, and how often? Give a figure from before if you have one."},
		{Key: "help", Heading: "What would help", Hint: "What would you change? Half a thought is enough."},
		{Key: "aim", Heading: "Aim", Hint: "What did you set out to reach, by when?"},
		{Key: "setting", Heading: "Setting", Hint: "Where is this: wards, clinics, teams, how many people and patients?"},
		{Key: "done", Heading: "What was done", Hint: "The steps in order, so that another team could repeat them."},
		{Key: "systems", Heading: "Systems joined", Hint: "Which systems exchange what, and how? List each link below as well."},
		{Key: "people", Heading: "People and roles", Hint: "Who was needed, in which role, for how long?"},
		{Key: "cost", Heading: "Cost and time", Hint: "Money, staff time and calendar time, one-off and running. Say what you do not know."},
		{Key: "governance", Heading: "Information governance and clinical safety", Hint: "Data protection impact assessment, agreements, DCB0129 and DCB0160, who signed."},
		{Key: "results", Heading: "Measures and results", Hint: "What was measured, before and after, how, over what period?"},
		{Key: "failed", Heading: FailedHeading, Hint: "What did not work, and what would you not do again? This is what others read first."},
		{Key: "learnt", Heading: LearntHeading, Hint: "One thing a line, each beginning with a hyphen and a space. They are gathered by topic under What others learnt."},
		{Key: "adapt", Heading: "What to adapt", Hint: "What would another trust have to change?"},
		{Key: "sustainability", Heading: "Sustainability", Hint: "Who owns it now, who pays, what happens when its people leave?"},
		{Key: "contact", Heading: "Contact", Hint: "The team to ask, not a private number."},
	}
}

// Body is a body taken apart: what stands before the first heading, the known
// sections, and what stands under headings that are not ours.
type Body struct {
	Intro    string
	Sections []Section
	Other    string
}

// SplitBody takes a body apart. A known heading counts once; headings inside
// fenced code are text. Join puts it together again.
func SplitBody(text string) Body {
	body := Body{Sections: Sections()}
	byHeading := make(map[string]int, len(body.Sections))
	for i, s := range body.Sections {
		byHeading[strings.ToLower(s.Heading)] = i
	}
	parts := make([]strings.Builder, len(body.Sections))
	seen := make([]bool, len(body.Sections))
	var intro, other strings.Builder
	into := &intro
	fence := ""
	for line := range strings.Lines(text) {
		fence = nextFence(fence, line)
		if heading, ok := strings.CutPrefix(line, "## "); ok && fence == "" {
			i, known := byHeading[strings.ToLower(strings.TrimSpace(heading))]
			if known && !seen[i] {
				seen[i] = true
				into = &parts[i]
				continue
			}
			into = &other
		}
		into.WriteString(line)
	}
	body.Intro, body.Other = strings.Trim(intro.String(), "\n"), strings.Trim(other.String(), "\n")
	for i := range body.Sections {
		body.Sections[i].Text = strings.Trim(parts[i].String(), "\n")
	}
	return body
}

// nextFence gives the fence that is open after a line, given the one before.
func nextFence(open, line string) string {
	f := fenceOf(line)
	switch {
	case f == "":
		return open
	case open == "":
		return f
	case strings.HasPrefix(f, open) && strings.Trim(strings.TrimSpace(line), open[:1]) == "":
		return ""
	}
	return open
}

// fenceOf gives the run of backticks or tildes that opens or closes a fenced
// code block on this line, or nothing.
func fenceOf(line string) string {
	t := strings.TrimLeft(line, " ")
	if len(line)-len(t) > 3 {
		return ""
	}
	for _, c := range []string{"`", "~"} {
		if n := len(t) - len(strings.TrimLeft(t, c)); n >= 3 {
			return t[:n]
		}
	}
	return ""
}

// OtherHeading is the heading given to further text that brings none.
const OtherHeading = "Anything else"

// Join makes Markdown out of the parts: the introduction, the sections in their
// order, then the rest. Parts without text are left out.
func (b Body) Join() string {
	var parts []string
	if text := strings.TrimSpace(CleanText(b.Intro)); text != "" {
		parts = append(parts, text)
	}
	for _, s := range b.Sections {
		if text := strings.TrimSpace(CleanText(s.Text)); text != "" {
			parts = append(parts, "## "+s.Heading+"\n\n"+text)
		}
	}
	if text := strings.TrimSpace(CleanText(b.Other)); text != "" {
		if !strings.HasPrefix(text, "## ") {
			text = "## " + OtherHeading + "\n\n" + text
		}
		parts = append(parts, text)
	}
	return strings.Join(parts, "\n\n")
}
