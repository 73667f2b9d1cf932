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
}

func (s *sheet) line(format string, args ...any) { fmt.Fprintf(s, format+"\n", args...) }

func (s *sheet) heading(text string) { s.line("\n## %s\n", text) }

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
	s.line("### %s\n", title)
	if len(list) == 0 {
		s.line("%s\n", none)
	}
	for _, a := range list {
		s.line("%s:\n", s.link(a.Name, a.URL))
		s.words(a.Text)
	}
}

// markdown writes a kit as a text; base is the address of the site.
func (k *kit) markdown(base string) string {
	p, s := k.page(), &sheet{base: base}
	s.line("# Replication kit: %s\n", plain(p.Title))
	s.line("%s\n", templates.KitMadeFrom(p))
	s.line("As it is by now: <%s>", s.address(p.StudyURL+"/kit"))
	s.copy(p)
	s.agree(p)
	s.heading("Documents")
	if len(p.Documents) == 0 {
		s.line("%s", templates.KitNoDocuments)
	}
	for _, d := range p.Documents {
		s.line("- %s", s.link(d.Text, d.URL))
	}
	s.heading("What it cost")
	s.section("By the case study", p.Cost, templates.KitNoCost)
	s.said("By those who adopted it", p.Costs, templates.KitNoCosts)
	s.time(p)
	s.heading("Pitfalls")
	s.section("What failed, by the case study", p.Failed, templates.KitNoFailed)
	s.section("What to adapt, by the case study", p.Adapt, templates.KitNoAdapt)
	s.said("Why others stopped", p.Stopped, templates.KitNoStopped)
	s.said("What others changed", p.Changed, templates.KitNoChanged)
	s.said("What others needed", p.Needed, templates.KitNoNeeded)
	s.contact(p)
	return s.String()
}

func (s *sheet) section(title, text, none string) {
	s.line("### %s\n", title)
	if text == "" {
		s.line("%s\n", none)
		return
	}
	s.words(text)
}

func (s *sheet) copy(p templates.KitPage) {
	s.heading("What to copy")
	if len(p.Steps) == 0 {
		s.line("%s", templates.KitNoSteps)
	}
	for i, step := range p.Steps {
		s.line("%d. %s", i+1, plain(step))
	}
	s.heading("What was joined to what")
	if len(p.Joins) == 0 {
		s.line("%s", templates.KitNoJoins)
	}
	for _, j := range p.Joins {
		facts := []string{plain(j.Standard), plain(j.Transport), plain(j.Data), plain(j.State)}
		s.line("- %s to %s", plain(j.From), plain(j.To))
		for i, name := range []string{"By", "Over", "Carries", "State"} {
			if facts[i] != "" {
				s.line("  - %s: %s", name, facts[i])
			}
		}
	}
}

func (s *sheet) agree(p templates.KitPage) {
	s.heading("Who must agree")
	rows := templates.GovernanceRows(p.Document)
	if len(rows) == 0 && p.Agree == "" {
		s.line("%s\n", templates.KitNoAgree)
	}
	for _, r := range rows {
		if r.Value != "" {
			s.line("- %s: %s", r.Key, plain(r.Value))
		}
	}
	if p.Agree != "" {
		s.line("")
		s.words(p.Agree)
	}
	if len(p.Systems) > 0 {
		s.line("\nThese systems were joined, so ask whoever runs them where you are: %s", plain(strings.Join(p.Systems, ", ")))
	}
	s.line("")
	s.section("People and roles", p.People, templates.KitNoPeople)
}

func (s *sheet) time(p templates.KitPage) {
	s.heading("Time line")
	for _, st := range p.Stages {
		s.line("- %s, said on %s", st.Stage.Label(), day(st.At))
	}
	s.line("\n### From first interest to use\n")
	if len(p.Waits) == 0 {
		s.line("%s", templates.KitNoWaits)
	}
	for _, w := range p.Waits {
		s.line("- %s: %s", s.link(w.Name, w.URL), templates.FormatCount(w.Days, "day", "days"))
	}
	switch {
	case p.Median >= 0:
		s.line("\nThe median: %s", templates.FormatCount(p.Median, "day", "days"))
	case len(p.Waits) > 0:
		s.line("\n%s", templates.KitNoMedian)
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
		s.line("- %s, for %s", s.link(o.Name, o.URL), plain(o.Organisation))
	}
	if p.AskURL != "" {
		s.line("\n%s", s.link("Ask those who wrote it", p.AskURL))
	}
}
