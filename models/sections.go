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
		{Key: "failed", Heading: "What failed", Hint: "What did not work, and what would you not do again? This is what others read first."},
		{Key: "adapt", Heading: "What to adapt", Hint: "What would another trust have to change?"},
		{Key: "sustainability", Heading: "Sustainability", Hint: "Who owns it now, who pays, what happens when its people leave?"},
		{Key: "contact", Heading: "Contact", Hint: "The team to ask, not a private number."},
	}
}

// OtherSection is the key of what stands under no known heading.
const OtherSection = "other"

// SplitBody takes a body apart into the known sections and the rest: text
// before the first heading, unknown headings, repeated known ones. Headings
// inside fenced code are text. JoinBody puts it together again.
func SplitBody(body string) (sections []Section, other string) {
	sections = Sections()
	byHeading := make(map[string]int, len(sections))
	for i, s := range sections {
		byHeading[strings.ToLower(s.Heading)] = i
	}
	parts := make([]strings.Builder, len(sections))
	seen := make([]bool, len(sections))
	var rest strings.Builder
	into := &rest
	fence := ""
	for line := range strings.Lines(body) {
		trimmed := strings.TrimSpace(line)
		if f := fenceOf(line); f != "" {
			if fence == "" {
				fence = f
			} else if strings.HasPrefix(f, fence) && strings.Trim(trimmed, fence[:1]) == "" {
				fence = ""
			}
		}
		if heading, ok := strings.CutPrefix(line, "## "); ok && fence == "" {
			i, known := byHeading[strings.ToLower(strings.TrimSpace(heading))]
			if known && !seen[i] {
				seen[i] = true
				into = &parts[i]
				continue
			}
			into = &rest
		}
		into.WriteString(line)
	}
	for i := range sections {
		sections[i].Text = strings.Trim(parts[i].String(), "\n")
	}
	return sections, strings.Trim(rest.String(), "\n")
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

// JoinBody makes a body out of sections, in their order, and the rest, which
// comes last. Sections without text are left out.
func JoinBody(sections []Section, other string) string {
	var parts []string
	for _, s := range sections {
		if text := strings.TrimSpace(CleanText(s.Text)); text != "" {
			parts = append(parts, "## "+s.Heading+"\n\n"+text)
		}
	}
	if text := strings.TrimSpace(CleanText(other)); text != "" {
		parts = append(parts, text)
	}
	return strings.Join(parts, "\n\n")
}
