package impact

import (
	"context"
	"strings"

	"github.com/gofiber/fiber/v2"

	"grassroots/app/web"
	"grassroots/models"
	"grassroots/models/impact"
	"grassroots/models/store"
	"grassroots/templates"
)

// mostAdoptions is how many adoptions each table of the page of an organisation lists; its
// file has all.
const mostAdoptions = 100

// Board is the figures of one organisation.
type Board struct {
	impact.Of
	Organisation models.Organisation
	Demo         bool
	words        map[string]store.ImpactWords
}

// OfOrganisation counts what is about one organisation. NotFound when there is none of that
// code, BadRequest when the period is none.
func (f *Feature) OfOrganisation(ctx context.Context, code string, a Ask) (*Board, error) {
	from, until, err := a.period(f.site.Now())
	if err != nil {
		return nil, err
	}
	if !models.ValidODSCode(code) {
		return nil, models.E(models.NotFound, "That is not the code of an organisation. An ODS code has 3 to 10 letters and digits, such as RR8.")
	}
	out := &Board{}
	if out.Organisation, err = f.store.Organisation(ctx, code); err != nil {
		return nil, err
	}
	facts, err := f.store.ImpactFacts(ctx)
	if err != nil {
		return nil, err
	}
	out.Demo = facts.Demonstration()
	facts.Real()
	out.Of = facts.Of(code, impact.Query{From: from, Until: until}, templates.London())
	out.words, err = f.store.ImpactWords(ctx, code)
	return out, err
}

// board reads what is asked for; it leads on where the code is in small letters.
func (f *Feature) board(c *fiber.Ctx, suffix string) (*Board, Ask, error) {
	code := strings.ToUpper(c.Params("code"))
	get := func(name string) string { return models.CleanLine(c.Query(name)) }
	ask := Ask{From: get("from"), To: get("to")}
	if err := web.OnlyParameters(c, "from", "to"); err != nil {
		return nil, ask, err
	}
	if code != c.Params("code") && models.ValidODSCode(code) {
		return nil, ask, c.Redirect(ask.address(organisationURL(code)+suffix), fiber.StatusMovedPermanently)
	}
	b, err := f.OfOrganisation(c.UserContext(), code, ask)
	return b, ask, err
}

func (f *Feature) organisation(c *fiber.Ctx) error {
	b, ask, err := f.board(c, "/impact")
	if b == nil || err != nil {
		return err
	}
	name, path := b.Organisation.DisplayName(), organisationURL(b.Organisation.Code)+"/impact"
	page := templates.OrganisationImpactPage{ImpactFigures: figures(b.Here), Name: name, URL: path, From: ask.From, To: ask.To, Demo: b.Demo, CSVURL: ask.address(path + ".csv"),
		Totals: b.totals(), StatusHere: b.statuses(), Elsewhere: cut(b.elsewhere()), Here: cut(b.here()), Words: cut(b.told()), Most: mostAdoptions, AdoptedHere: adopted(b.By)}
	page.Cut = len(b.Of.Here.Adoptions) > mostAdoptions || len(b.By.Adoptions) > mostAdoptions
	shell := f.site.Shell(c, "Impact: "+name)
	shell.Description = "What came of the case studies of " + name + ", and of what it adopts."
	shell.Canonical = f.site.URL(path)
	shell.NoIndex = ask != Ask{} || len(b.Of.Here.Posted)+len(b.By.Adoptions) == 0
	shell.Crumbs = []templates.Crumb{{Text: "Organisations", URL: "/organisations"}, {Text: name, URL: organisationURL(b.Organisation.Code)}}
	return f.site.Render(c, fiber.StatusOK, shell, templates.OrganisationImpact(page))
}

func cut(t templates.ReportTable) templates.ReportTable {
	t.Rows = t.Rows[:min(len(t.Rows), mostAdoptions)]
	return t
}

func (b *Board) totals() []templates.ReportFact {
	return []templates.ReportFact{
		{Label: "Case studies posted", Text: count(len(b.Of.Here.Posted))},
		{Label: "Adoptions of them by other organisations", Text: count(len(b.Of.Here.Adoptions))},
		{Label: "Organisations that recorded one", Text: count(b.Of.Here.Adopters)},
		{Label: "Adoptions recorded by this organisation", Text: count(len(b.By.Adoptions))},
	}
}

// statuses sets what is adopted from here beside what is adopted here.
func (b *Board) statuses() templates.ReportTable {
	t := templates.ReportTable{Key: "status", Title: "Adoptions by status", Columns: []string{"Status", "Elsewhere", "Here"}}
	for _, s := range models.AdoptionStatuses() {
		t.Rows = append(t.Rows, ours(s.Label(), count(b.Of.Here.ByStatus[s]), count(b.By.ByStatus[s])))
	}
	return t
}

func (b *Board) elsewhere() templates.ReportTable {
	t := templates.ReportTable{Key: "elsewhere", Title: "Who adopts what was posted here", Columns: []string{"Case study", "By", "Status", "Recorded"}}
	for _, a := range b.Of.Here.Adoptions {
		t.Rows = append(t.Rows, []templates.ReportCell{{Text: a.Study.Title, URL: web.AdoptionURL(a.Study.Slug, a.Organisation), Theirs: true}, {Text: a.OrgName, URL: organisationURL(a.Organisation), Theirs: true}, {Text: a.At(b.Of.Here.Query.Until).Label()}, {Day: a.CreatedAt}})
	}
	return t
}

func (b *Board) here() templates.ReportTable {
	t := templates.ReportTable{Key: "here", Title: "What is adopted here", Columns: []string{"Case study", "From", "Status", "Recorded"}}
	for _, a := range b.By.Adoptions {
		from := templates.ReportCell{Text: "No organisation said"}
		if a.Study.Organisation != "" {
			from = templates.ReportCell{Text: a.Study.OrgName, URL: organisationURL(a.Study.Organisation), Theirs: true}
		}
		t.Rows = append(t.Rows, []templates.ReportCell{{Text: a.Study.Title, URL: web.AdoptionURL(a.Study.Slug, a.Organisation), Theirs: true}, from, {Text: a.At(b.By.Query.Until).Label()}, {Day: a.CreatedAt}})
	}
	return t
}

// told is what came of it in the words of those who tried it.
func (b *Board) told() templates.ReportTable {
	t := templates.ReportTable{Key: "told", Title: "What came of it, in the words of those who tried", Columns: []string{"Case study", "Organisation", "Before", "What came of it", "Why they stopped"}}
	cell := func(text string) templates.ReportCell {
		if text == "" {
			return templates.ReportCell{Text: "Not said"}
		}
		return templates.ReportCell{Text: text, Theirs: true}
	}
	for _, list := range [][]*impact.Adoption{b.Of.Here.Adoptions, b.By.Adoptions} {
		for _, a := range list {
			w, ok := b.words[a.ID]
			if status := a.At(b.By.Query.Until); !ok || !status.Tried() {
				continue
			} else if status != models.AdoptionStopped {
				w.Reason = ""
			}
			reason := cell(w.Reason)
			if a.At(b.By.Query.Until) != models.AdoptionStopped {
				reason = templates.ReportCell{Text: "Not stopped"}
			}
			t.Rows = append(t.Rows, []templates.ReportCell{{Text: a.Study.Title, URL: web.AdoptionURL(a.Study.Slug, a.Organisation), Theirs: true}, {Text: a.OrgName, URL: organisationURL(a.Organisation), Theirs: true}, cell(w.Baseline), cell(w.Result), reason})
		}
	}
	return t
}

// organisationFile is the same as a table: a line for each figure, and for each cell of
// the tables, of which the row names the case study and who adopts it.
func (f *Feature) organisationFile(c *fiber.Ctx) error {
	b, _, err := f.board(c, "/impact.csv")
	if b == nil || err != nil {
		return err
	}
	return f.site.SendCSV(c, "impact-"+b.Organisation.Code, []string{"table", "row", "figure", "value"}, func(_ context.Context, write func(cells ...string) error) error {
		for _, fact := range b.totals() {
			if err := write("totals", fact.Label, "number", fact.Text); err != nil {
				return err
			}
		}
		all := append([]templates.ReportTable{b.statuses()}, tables(b.Of.Here)[3:]...) // without the adoptions of what was posted, which come below
		for _, t := range append([]templates.ReportTable{adoptedSums(&b.By.Adopted), againstTable(&b.By.Adopted), moneyTable(&b.By.Adopted)}, moneyAgainstTable(&b.By.Adopted)...) {
			t.Key = "here-" + t.Key
			all = append(all, t)
		}
		if err := lines(all, 1, write); err != nil {
			return err
		}
		return lines([]templates.ReportTable{b.elsewhere(), b.here(), b.told()}, 2, write)
	})
}
