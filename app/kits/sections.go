package kits

import (
	"slices"
	"strings"
	"unicode"

	"grassroots/app/markdown"
	"grassroots/models"
	"grassroots/templates"
)

// topic is what a part of a kit is made of: the sections whose heading is one of some, or has
// one of some phrases in it, in English and in Welsh. Phrases are such as no other section has:
// "the problem" is why something was done, and not what failed.
type topic struct{ headings, phrases []string }

var (
	agreeTopic = topic{[]string{"agreements", "approvals", "permissions", "dpia", "cytundebau", "cymeradwyaeth", "caniatâd"},
		[]string{"governance", "clinical safety", "who must agree", "who had to agree", "who agreed", "sign off", "data protection", "llywodraethu", "diogelwch clinigol", "diogelu data", "pwy sy’n gorfod cytuno"}}
	peopleTopic = topic{[]string{"people", "team", "the team", "our team", "staff", "staffing", "roles", "pobl", "tîm", "y tîm", "ein tîm", "staff a rolau", "rolau"},
		[]string{"people and roles", "roles and people", "roles and responsibilities", "who was needed", "who was involved", "who took part", "who we needed", "pobl a rolau", "pwy oedd ei angen", "pwy oedd yn rhan"}}
	costTopic = topic{[]string{"money", "funding", "resources", "arian", "cyllid", "adnoddau"},
		[]string{"cost", "costs", "budget", "what we paid", "cost a", "costau", "gost", "chost", "cyllideb"}}
	failedTopic = topic{[]string{"problems", "risks", "barriers", "challenges", "difficulties", "obstacles", "problemau", "risgiau", "rhwystrau", "heriau", "anawsterau"},
		[]string{strings.ToLower(models.FailedHeading), "failed", "failures", "did not work", "didn’t work", "did not go well", "went wrong", "pitfall", "pitfalls", "problems we", "challenges we", "barriers we", "risks and", "challenges and", "barriers and",
			"fethodd", "methodd", "methiannau", "ddim yn gweithio", "aeth o’i le", "maglau"}}
	adaptTopic = topic{[]string{"advice", "tips", "lessons", "recommendations", "cyngor", "gwersi", "argymhellion"},
		[]string{"to adapt", "would change", "differently", "advice for", "lessons learnt", "lessons learned", "what we learnt", "what we learned", "if you want to do this", "i’w addasu", "yn wahanol", "cyngor i", "gwersi a ddysgwyd", "a ddysgon ni"}}
)

// plainHeading writes a heading in small letters, without what numbers and ends it.
func plainHeading(heading string) string {
	heading = strings.ToLower(strings.ReplaceAll(models.CleanLine(heading), "'", "’"))
	heading = strings.TrimLeftFunc(heading, func(r rune) bool { return !unicode.IsLetter(r) })
	return strings.TrimRightFunc(heading, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != ')' })
}

// is tells whether a section with a heading is of the topic.
func (t topic) is(heading string) bool {
	heading = plainHeading(heading)
	words := " " + strings.Join(strings.FieldsFunc(heading, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '’' }), " ") + " "
	return slices.Contains(t.headings, heading) || slices.ContainsFunc(t.phrases, func(p string) bool { return strings.Contains(words, " "+p+" ") })
}

// mostTold is how many characters of a case study under headings of its own a kit shows.
const mostTold = 20_000

// read takes from the text of a case study what a kit is made of, and keeps the sections that
// nothing of it is made of: they may say what the kit does not.
func (k *kit) read(parts []markdown.Part) {
	k.steps = markdown.Steps(parts)
	type sought struct {
		into *string
		topic
	}
	topics := []sought{{&k.agree, agreeTopic}, {&k.people, peopleTopic}, {&k.cost, costTopic}, {&k.failed, failedTopic}, {&k.adapt, adaptTopic}}
	for _, t := range topics {
		*t.into = section(parts, t.is)
		k.missing = k.missing || *t.into == ""
		k.found = k.found || *t.into != ""
	}
	used := markdown.Under(parts, func(h string) bool {
		return slices.ContainsFunc(topics, func(t sought) bool { return t.is(h) })
	})
	room := mostTold
	for _, p := range parts {
		if p.Text == "" && p.Heading == "" || slices.ContainsFunc(used, func(u markdown.Part) bool { return u.Heading == p.Heading && u.Text == p.Text }) {
			continue
		}
		text := models.Truncate(p.Text, max(1, room))
		room -= len(text)
		k.other = append(k.other, templates.KitPart{Heading: p.Heading, Text: text})
		if room <= 0 {
			break
		}
	}
}

// section gives what stands under some headings and below them.
func section(parts []markdown.Part, is func(heading string) bool) string {
	var said []string
	for _, p := range markdown.Under(parts, is) {
		if p.Text != "" {
			said = append(said, p.Text)
		}
	}
	return strings.Join(said, "\n\n")
}
