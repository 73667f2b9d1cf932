package impact

import (
	"archive/zip"
	"context"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"grassroots/app/web"
	"grassroots/models"
	"grassroots/models/impact"
	"grassroots/templates"
)

const (
	dataURL    = pageURL + "/data"
	archiveURL = pageURL + "/open-data.zip"
	licenceURL = "https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/"
	openCode   = "OGL-UK-3.0"
)

// table is one file of the open data.
type table struct {
	name, about string
	columns     []templates.ImpactColumn
	rows        func(f *Feature, facts *impact.Facts, write func(cells ...string) error) error
}

var placeColumns = []templates.ImpactColumn{{Name: "case_study", Text: "Id of the case study"}, {Name: "case_study_title", Text: "Its title"}, {Name: "case_study_url", Text: "Its page"},
	{Name: "organisation", Text: "ODS code of the organisation where it happens"}, {Name: "organisation_name", Text: "Its name"}, {Name: "region", Text: "Its region or nation"}, {Name: "kind", Text: "Kind of organisation"}}

func (f *Feature) place(s *impact.Study) []string {
	name := s.OrgName
	if s.Organisation == "" {
		name = ""
	}
	return []string{s.ID, s.Title, f.site.URL(web.StudyURL(s.Slug)), s.Organisation, name, s.Region, s.Kind}
}

// openData is every file of the open data. None has anything of a person.
var openData = append([]table{
	{"adoptions", "A row for each adoption of a case study by an organisation",
		append(append([]templates.ImpactColumn{}, placeColumns...), []templates.ImpactColumn{{Name: "adopter", Text: "ODS code of the organisation that adopts"}, {Name: "adopter_name", Text: "Its name"},
			{Name: "adopter_region", Text: "Its region or nation"}, {Name: "adopter_kind", Text: "Kind of organisation"}, {Name: "status", Text: "interested, planning, trying, in-use or stopped, as it is now"},
			{Name: "recorded", Text: "Day on which it was recorded"}, {Name: "trying", Text: "Day on which it was first recorded that they try it"},
			{Name: "in_use", Text: "Day on which it was first recorded as in use"}, {Name: "stopped", Text: "Day on which it was recorded last that they stopped; empty unless they have"}}...), adoptionRows},
	{"benefits", "A row for each benefit that a case study gives as figures, where its licence is the Open Government Licence",
		append(append([]templates.ImpactColumn{}, placeColumns...), []templates.ImpactColumn{{Name: "measure", Text: "What it is of"}, {Name: "unit", Text: "Unit"}, {Name: "before", Text: "Value before"}, {Name: "after", Text: "Value after"},
			{Name: "better", Text: "lower or higher: which way is better"}, {Name: "sample", Text: "How many were looked at"}, {Name: "period", Text: "First and last day"}, {Name: "method", Text: "How it was found out"},
			{Name: "known", Text: "measured, claimed or estimated: never add these together"}, {Name: "hours_released_a_week", Text: "Hours a week, where it can be said; less than nothing where it became worse"}}...), benefitRows},
	{"case-studies", "A row for each case study that was posted here", append(append([]templates.ImpactColumn{}, placeColumns...), []templates.ImpactColumn{{Name: "posted", Text: "Day on which everybody could first read it"},
		{Name: "idea", Text: "yes when it was posted as an idea"}, {Name: "first_response_hours", Text: "Hours until somebody who did not write it responded; empty when nobody has"},
		{Name: "third_adoption_days", Text: "Days until three organisations had begun to try or use it; empty when they have not"}}...), studyRows},
}, adoptedData...)

func londonDay(t time.Time) string { return t.In(templates.London()).Format(time.DateOnly) }

func adoptionRows(f *Feature, facts *impact.Facts, write func(cells ...string) error) error {
	for _, a := range facts.Adoptions {
		days, last := map[models.AdoptionStatus]string{}, impact.Step{}
		for _, s := range a.Steps {
			if days[s.Status] == "" {
				days[s.Status] = londonDay(s.At)
			}
			last = s
		}
		stopped := ""
		if last.Status == models.AdoptionStopped {
			stopped = londonDay(last.At)
		}
		cells := append(f.place(a.Study), a.Organisation, a.OrgName, a.Region, a.Kind, string(last.Status), londonDay(a.CreatedAt), days[models.AdoptionTrying], days[models.AdoptionInUse], stopped)
		if err := write(cells...); err != nil {
			return err
		}
	}
	return nil
}

func benefitRows(f *Feature, facts *impact.Facts, write func(cells ...string) error) error {
	for _, s := range facts.Studies {
		if s.Copy || s.Licence != "" && s.Licence != openCode {
			continue
		}
		for _, b := range s.Benefits {
			sample, hours := "", ""
			if b.Sample != nil {
				sample = strconv.Itoa(*b.Sample)
			}
			if h, ok := impact.HoursReleased(b); ok {
				hours = strconv.FormatFloat(math.Round(h*100)/100, 'f', -1, 64)
			}
			if err := write(append(f.place(s), b.Measure, b.Unit, web.CSVNumber(b.Before), web.CSVNumber(b.After), b.Better, sample, b.Period, b.Method, string(impact.KindOf(b)), hours)...); err != nil {
				return err
			}
		}
	}
	return nil
}

func studyRows(f *Feature, facts *impact.Facts, write func(cells ...string) error) error {
	third := facts.Thirds(f.site.Now().Add(time.Microsecond))
	for _, s := range facts.Studies {
		if s.Copy {
			continue
		}
		idea, answered, spread := "", "", ""
		if s.Idea {
			idea = "yes"
		}
		if s.Answered != nil {
			answered = strconv.FormatFloat(math.Round(max(s.Answered.Sub(s.PublishedAt).Hours(), 0)*10)/10, 'f', -1, 64)
		}
		if at, ok := third[s]; ok {
			spread = strconv.FormatFloat(math.Round(max(at.Sub(s.PublishedAt).Hours(), 0)/24*10)/10, 'f', -1, 64)
		}
		if err := write(append(f.place(s), londonDay(s.PublishedAt), idea, answered, spread)...); err != nil {
			return err
		}
	}
	return nil
}

// facts reads everything that is counted, for the open data.
func (f *Feature) facts(ctx context.Context) (*impact.Facts, bool, error) {
	facts, err := f.store.ImpactFacts(ctx)
	if err != nil {
		return nil, false, err
	}
	demo := facts.Demonstration()
	facts.Real()
	return facts, demo, nil
}

func (t *table) heads() []string {
	out := make([]string, len(t.columns))
	for i, c := range t.columns {
		out[i] = c.Name
	}
	return out
}

// dataFile sends one file of the open data.
func (f *Feature) dataFile(t table) fiber.Handler {
	return func(c *fiber.Ctx) error {
		if err := web.OnlyParameters(c); err != nil {
			return err
		}
		facts, _, err := f.facts(c.UserContext())
		if err != nil {
			return err
		}
		return f.site.SendCSV(c, "impact-"+t.name, t.heads(), func(_ context.Context, write func(cells ...string) error) error { return t.rows(f, facts, write) })
	}
}

// archive sends all files of the open data, with what they mean and the licence.
func (f *Feature) archive(c *fiber.Ctx) error {
	if err := web.OnlyParameters(c); err != nil {
		return err
	}
	facts, demo, err := f.facts(c.UserContext())
	if err != nil {
		return err
	}
	now := f.site.Now()
	return f.site.SendMade(c, "impact-open-data.zip", "application/zip", func(ctx context.Context, w io.Writer) error {
		z := zip.NewWriter(w)
		readme, err := z.CreateHeader(&zip.FileHeader{Name: "README.md", Method: zip.Deflate, Modified: now})
		if err != nil {
			return err
		}
		if _, err := io.WriteString(readme, f.readme(demo)); err != nil {
			return err
		}
		for _, t := range openData {
			file, err := z.CreateHeader(&zip.FileHeader{Name: t.name + ".csv", Method: zip.Deflate, Modified: now})
			if err != nil {
				return err
			}
			if err := web.WriteCSV(ctx, file, t.heads(), func(_ context.Context, write func(cells ...string) error) error { return t.rows(f, facts, write) }); err != nil {
				return err
			}
		}
		return z.Close()
	})
}

func (f *Feature) attribution() string {
	return "Contains information from Grassroots at " + f.site.BaseURL + ", licensed under the Open Government Licence v3.0."
}

// readme is what the files mean, in words.
func (f *Feature) readme(demo bool) string {
	var b strings.Builder
	fmt.Fprintf(&b, "# Impact: open data\n\nMade on %s from %s\n\n", londonDay(f.site.Now()), f.site.URL(dataURL))
	if demo {
		b.WriteString("There is nothing here yet but the invented content of the demonstration. These figures are of that, and mean nothing.\n\n")
	}
	fmt.Fprintf(&b, "## Licence\n\nYou may use it under the Open Government Licence v3.0: %s\nSay where it is from in these words:\n\n> %s\n\n## Files\n\nCSV in UTF-8 with a byte order mark. Days are those of London, YYYY-MM-DD. Nothing in them is of a person. An empty cell is nothing said.\n", licenceURL, f.attribution())
	for _, t := range openData {
		fmt.Fprintf(&b, "\n### %s.csv\n\n%s.\n\n| column | is |\n| --- | --- |\n", t.name, t.about)
		for _, c := range t.columns {
			fmt.Fprintf(&b, "| %s | %s |\n", c.Name, c.Text)
		}
	}
	fmt.Fprintf(&b, "\nConnections between systems are at %s\n", f.site.URL("/interoperability/connections.csv"))
	return b.String()
}

// dataPage says what the open data is, and what it means.
func (f *Feature) dataPage(c *fiber.Ctx) error {
	page := templates.ImpactDataPage{ArchiveURL: archiveURL, LicenceURL: licenceURL, Attribution: f.attribution()}
	for _, t := range openData {
		page.Files = append(page.Files, templates.ImpactFile{Name: t.name + ".csv", URL: dataURL + "/" + t.name + ".csv", About: t.about, Columns: t.columns})
	}
	shell := f.site.Shell(c, "Open data")
	shell.Description = "Adoptions, benefits and how long things took, to download under the Open Government Licence."
	shell.Crumbs = []templates.Crumb{{Text: "Impact", URL: pageURL}}
	return f.site.Render(c, fiber.StatusOK, shell, templates.ImpactData(page))
}
