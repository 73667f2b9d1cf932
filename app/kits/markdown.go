package kits

import (
	"fmt"
	"strings"

	"grassroots/models"
	"grassroots/templates"
)

// escaped are the characters that mean something in Markdown.
var escaped = strings.NewReplacer(`\`, `\\`, "`", "\\`", "*", `\*`, "_", `\_`, "[", `\[`, "]", `\]`, "<", `\<`, ">", `\>`, "#", `\#`, "|", `\|`, "~", `\~`, "!", `\!`)

func plain(text string) string { return escaped.Replace(models.CleanLine(text)) }

// sheet is a text in Markdown that is being written.
type sheet struct {
	strings.Builder
	base string
	say  func(string) string // what says our own words in the language of the reader
}

func (s *sheet) line(format string, args ...any) { fmt.Fprintf(s, format+"\n", args...) }

func (s *sheet) heading(text string) { s.line("\n## %s\n", s.say(text)) }

// demo marks what is invented for the demonstration.
func (s *sheet) demo(is bool) string {
	if !is {
		return ""
	}
	return " (" + s.say("Invented for the demonstration") + ")"
}

// words writes what somebody wrote, as a quotation.
func (s *sheet) words(text string) {
	for l := range strings.Lines(text) {
		if l = plain(l); l != "" {
			s.line("> %s\n>", l)
		}
	}
	s.line("")
}

// address gives where a page is in full.
func (s *sheet) address(to string) string {
	if strings.HasPrefix(to, "/") {
		to = s.base + to
	}
	return strings.NewReplacer("<", "%3C", ">", "%3E", " ", "%20").Replace(to)
}

func (s *sheet) link(text, to string) string { return "[" + plain(text) + "](<" + s.address(to) + ">)" }

// said writes what adopters said, each by their name, or that nobody did.
func (s *sheet) said(title string, list []templates.KitSaid, none string) {
	s.line("### %s\n", s.say(title))
	if len(list) == 0 {
		s.line("%s\n", s.say(none))
	}
	for _, a := range list {
		s.line("%s%s:\n", s.link(a.Name, a.URL), s.demo(a.Demo))
		s.words(a.Text)
	}
}

// markdown writes a kit as a text, in the language of say; base is the address of the site.
func (k *kit) markdown(base string, say func(string) string) string {
	p, s := k.page(), &sheet{base: base, say: say}
	s.line("# %s: %s\n", say("Replication kit"), plain(p.Title))
	s.line("%s\n", say(templates.KitMadeFrom(p)))
	s.line("%s: <%s>", say("As it is by now"), s.address(p.StudyURL+"/kit"))
	s.copy(p)
	s.agree(p)
	s.heading("Documents")
	if len(p.Documents) == 0 {
		s.line("%s", say(templates.KitNoDocuments))
	}
	for _, d := range p.Documents {
		s.line("- %s", s.link(d.Text, d.URL))
	}
	s.heading("What it cost")
	s.section("By the case study", p.Cost, templates.KitNoCost)
	s.said("By those who adopted it", p.Costs, templates.KitNoCosts)
	s.figures("In figures, by those who adopted it", p.Money, templates.KitNoFigures)
	if len(p.Money) > 0 {
		s.line("%s", say(templates.KitApart))
	}
	s.heading("What came of it, in figures")
	s.figures("", p.Measures, templates.KitNoMeasures)
	s.time(p)
	s.heading("Pitfalls")
	s.section("What failed, by the case study", p.Failed, templates.KitNoFailed)
	s.section("What to adapt, by the case study", p.Adapt, templates.KitNoAdapt)
	s.said("Why others stopped", p.Stopped, templates.KitNoStopped)
	s.said("What others changed", p.Changed, templates.KitNoChanged)
	s.said("What others needed", p.Needed, templates.KitNoNeeded)
	s.contact(p)
	s.other(p)
	return s.String()
}

func (s *sheet) section(title, text, none string) {
	s.line("### %s\n", s.say(title))
	if text == "" {
		s.line("%s\n", s.say(none))
		return
	}
	s.words(text)
}

func (s *sheet) copy(p templates.KitPage) {
	s.heading("What to copy")
	if len(p.Steps) == 0 {
		s.line("%s", s.say(templates.KitNoSteps))
	}
	for i, step := range p.Steps {
		s.line("%d. %s", i+1, plain(step))
	}
	s.heading("What was joined to what")
	if len(p.Joins) == 0 {
		s.line("%s", s.say(templates.KitNoJoins))
	}
	for _, j := range p.Joins {
		facts := []string{plain(j.Standard), plain(j.Transport), plain(j.Data), plain(s.say(j.State))}
		s.line("- %s → %s", plain(j.From), plain(j.To))
		for i, name := range []string{"By", "Over", "Carries", "State"} {
			if facts[i] != "" {
				s.line("  - %s: %s", s.say(name), facts[i])
			}
		}
	}
}

func (s *sheet) agree(p templates.KitPage) {
	s.heading("Who must agree")
	rows := templates.GovernanceRows(p.Document)
	if len(rows) == 0 && p.Agree == "" {
		s.line("%s\n", s.say(templates.KitNoAgree))
	}
	for _, r := range rows {
		if r.Value != "" {
			s.line("- %s: %s", s.say(r.Key), plain(s.say(r.Value)))
		}
	}
	if p.Agree != "" {
		s.line("")
		s.words(p.Agree)
	}
	if len(p.Systems) > 0 {
		s.line("\n%s %s", s.say("These systems were joined, so ask whoever runs them where you are:"), plain(strings.Join(p.Systems, ", ")))
	}
	s.line("")
	s.section("People and roles", p.People, templates.KitNoPeople)
}

func (s *sheet) time(p templates.KitPage) {
	s.heading("Time line")
	for _, st := range p.Stages {
		s.line("- %s: %s", s.say(st.Stage.Label()), s.say(day(st.At)))
	}
	s.line("\n### %s\n", s.say("From first interest to use"))
	if len(p.Waits) == 0 {
		s.line("%s", s.say(templates.KitNoWaits))
	}
	for _, w := range p.Waits {
		s.line("- %s: %s%s", s.link(w.Name, w.URL), s.say(templates.FormatCount(w.Days, "day", "days")), s.demo(w.Demo))
	}
	switch {
	case p.Median >= 0:
		s.line("\n%s", s.say("The median: "+templates.FormatCount(p.Median, "day", "days")))
	case len(p.Waits) > 0:
		s.line("\n%s", s.say(templates.KitNoMedian))
	}
}

func (s *sheet) contact(p templates.KitPage) {
	s.heading("Contact")
	for _, a := range p.Authors {
		name := plain(a.Name)
		if a.URL != "" {
			name = s.link(a.Name, a.URL)
		}
		if a.Role != "" {
			name += ", " + plain(a.Role)
		}
		s.line("- %s", name)
	}
	for _, o := range p.Owners {
		s.line("- %s, %s%s", s.link(o.Name, o.URL), plain(o.Organisation), s.demo(o.Demo))
	}
	if p.AskURL != "" {
		s.line("\n%s", s.link(s.say("Ask those who wrote it"), p.AskURL))
	}
}

// figures writes tables of what adopters say in figures, as lists: a row for each, with what it
// tells. A title that is empty has none.
func (s *sheet) figures(title string, tables []templates.ReportTable, none string) {
	if title != "" {
		s.line("### %s\n", s.say(title))
	}
	if len(tables) == 0 {
		s.line("%s\n", s.say(none))
	}
	for _, t := range tables {
		s.line("%s:\n", s.say(t.Title))
		for _, row := range t.Rows {
			s.line("- %s%s", s.link(row[0].Text, row[0].URL), s.demo(row[0].Demo))
			for i, c := range row[1:] {
				text := c.Text
				if !c.Theirs {
					text = s.say(text)
				}
				s.line("  - %s: %s", s.say(t.Columns[i+1]), plain(text))
			}
		}
		s.line("")
	}
}

// other writes the sections of the case study that the kit is not made of.
func (s *sheet) other(p templates.KitPage) {
	if len(p.Other) == 0 {
		return
	}
	s.heading("Other sections of the case study")
	if p.Found {
		s.line("%s\n", s.say(templates.KitOtherParts))
	} else {
		s.line("%s\n", s.say(templates.KitOwnHeadings))
	}
	for _, o := range p.Other {
		switch {
		case p.Found && o.Heading != "":
			s.line("- %s", plain(o.Heading))
		case !p.Found:
			if o.Heading != "" {
				s.line("### %s\n", plain(o.Heading))
			}
			s.words(o.Text)
		}
	}
}
