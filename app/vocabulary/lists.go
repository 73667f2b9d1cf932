package vocabulary

import (
	"cmp"
	"context"
	"maps"
	"net/url"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/gofiber/fiber/v2"

	"grassroots/models"
	"grassroots/models/schemaorg"
	"grassroots/models/store"
	"grassroots/templates"
)

// listed is how many terms a list shows at most.
const listed = 2000

func (f *Feature) systems(c *fiber.Ctx) error {
	return f.list(c, vocabularies()[0], f.words().Systems(), templates.TermsPage{Heading: "Systems",
		Intro: "What information comes from and goes to. Each shows who uses it, what it is joined to and by what standards, what failed, and whom to ask."})
}

func (f *Feature) standards(c *fiber.Ctx) error {
	return f.list(c, vocabularies()[1], f.words().Standards(), templates.TermsPage{Heading: "Standards",
		Intro: "The ways in which systems exchange information, the honest non-standards included. Each shows who uses it, between which systems, and what failed."})
}

// list is the list of systems or of standards: all of it, or what a search and
// a kind leave.
func (f *Feature) list(c *fiber.Ctx, v vocabulary, linked schemaorg.DefinedTermSet, page templates.TermsPage) error {
	ctx := c.UserContext()
	page.Path, page.One, page.Many = v.words.Public, v.words.One, v.words.Many
	if err := askedOf(c, &page); err != nil {
		return err
	}
	page.FeedURL = "/feeds" + page.Path + ".atom"
	page.CSVURL = strings.Replace(listAddress(page, page.By), page.Path, page.Path+".csv", 1)
	list, _, _, err := f.store.PageOfTerms(ctx, v.kind, store.TermQuery{Text: page.Query, Limit: listed})
	if err != nil {
		return err
	}
	lines, kinds, err := f.lines(ctx, v, &page, list)
	if err != nil {
		return err
	}
	page.Total = len(lines)
	for _, k := range slices.Sorted(maps.Keys(kinds)) {
		if k != "" {
			page.Kinds = append(page.Kinds, templates.Option{Value: k, Text: kindText(k)})
		}
	}
	page.Groups = grouped(lines, page.By)
	for _, view := range [][2]string{{"", "A to Z"}, {"kind", "By kind"}, {"use", "Most case studies"}} {
		page.Views = append(page.Views, templates.Sort{Text: view[1], URL: listAddress(page, view[0]), Current: view[0] == page.By})
	}
	shell := f.site.Shell(c, page.Heading)
	shell.Search = "" // the words are for this list, not for the search of case studies
	shell.Description, shell.Canonical = page.Intro, f.site.URL(page.Path)
	shell.NoIndex = page.Query != "" || page.Kind != "" || page.By != ""
	shell.FeedURL, shell.FeedTitle = page.FeedURL, page.Heading
	f.site.Describe(&shell, linked)
	return f.site.Render(c, fiber.StatusOK, shell, templates.Terms(page))
}

// askedOf reads what an address asks of a list.
func askedOf(c *fiber.Ctx, page *templates.TermsPage) error {
	page.Query, page.Kind, page.By = models.Truncate(models.CleanLine(c.Query("q")), models.MaxQuery), models.CleanLine(c.Query("kind")), c.Query("by")
	if !slices.Contains([]string{"", "kind", "use"}, page.By) {
		return models.E(models.BadRequest, "The list has no such order. Use kind or use, or leave it out.")
	}
	return nil
}

// lines makes the lines of a list of the terms of the kind that is asked for,
// counts those that are used, and gives the kinds that there are.
func (f *Feature) lines(ctx context.Context, v vocabulary, page *templates.TermsPage, list []models.Term) (lines []templates.TermLine, kinds map[string]bool, err error) {
	counts, err := f.counts(ctx, nil, v.facet)
	if err != nil {
		return nil, nil, err
	}
	kinds = map[string]bool{}
	for _, t := range list {
		kinds[t.Category] = true
		if page.Kind != "" && t.Category != page.Kind {
			continue
		}
		line := templates.TermLine{Name: t.Name, URL: v.address(t.ID), Kind: kindText(t.Category), Facts: known(t.Maker, kindText(t.Category)), Count: counts[v.facet][t.ID], Proposed: !t.Confirmed}
		if line.Count > 0 {
			page.Used++
		}
		lines = append(lines, line)
	}
	return lines, kinds, nil
}

// listAddress gives the address of the list as it is narrowed, in a view.
func listAddress(page templates.TermsPage, by string) string {
	q := url.Values{}
	for name, value := range map[string]string{"q": page.Query, "kind": page.Kind, "by": by} {
		if value != "" {
			q.Set(name, value)
		}
	}
	if len(q) == 0 {
		return page.Path
	}
	return page.Path + "?" + q.Encode()
}

// grouped puts lines under their letters, their kinds, or in the order of how
// many case studies name them; those that none names are then left out.
func grouped(lines []templates.TermLine, by string) []templates.TermGroup {
	switch by {
	case "kind":
		return byHeading(lines, func(l templates.TermLine) string { return l.Kind })
	case "use":
		used := slices.DeleteFunc(lines, func(l templates.TermLine) bool { return l.Count == 0 })
		slices.SortStableFunc(used, func(a, b templates.TermLine) int { return cmp.Compare(b.Count, a.Count) })
		if len(used) == 0 {
			return nil
		}
		return []templates.TermGroup{{Terms: used}}
	}
	return byLetter(lines)
}

// byLetter puts lines under the letters that their names begin with, those
// that begin with none under "Other".
func byLetter(lines []templates.TermLine) []templates.TermGroup {
	return byHeading(lines, func(l templates.TermLine) string { return letter(l.Name) })
}

// byHeading puts lines under headings, in the order of these and of the names.
// Those without a heading come last, under "Other".
func byHeading(lines []templates.TermLine, heading func(templates.TermLine) string) []templates.TermGroup {
	key := func(l templates.TermLine) string { return cmp.Or(strings.ToLower(heading(l)), last) }
	slices.SortStableFunc(lines, func(a, b templates.TermLine) int {
		return cmp.Or(strings.Compare(key(a), key(b)), strings.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name)))
	})
	var groups []templates.TermGroup
	for _, l := range lines {
		of := cmp.Or(heading(l), "Other")
		if len(groups) == 0 || groups[len(groups)-1].Letter != of {
			groups = append(groups, templates.TermGroup{Letter: of})
		}
		group := &groups[len(groups)-1]
		group.Terms = append(group.Terms, l)
	}
	return groups
}

// last sorts after every heading.
const last = "\U0010FFFF"

// letter is the letter from A to Z that a name begins with, or nothing.
func letter(name string) string {
	first, _ := utf8.DecodeRuneInString(name)
	if first = unicode.ToUpper(first); first >= 'A' && first <= 'Z' {
		return string(first)
	}
	return ""
}
