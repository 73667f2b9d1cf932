package reflections

import (
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/gofiber/fiber/v2"
	"github.com/gomutex/godocx"

	"grassroots/app/web"
	"grassroots/models"
	"grassroots/templates"
)

// record is all that somebody learnt within a period, on one page to print or to
// save as a PDF.
func (f *Feature) record(c *fiber.Ctx, p *models.Person) error {
	page, err := f.gather(web.SeeOwn(c), c, p)
	if err != nil {
		return err
	}
	return f.site.Render(c, fiber.StatusOK, f.shell(c, "CPD record of "+p.Name, templates.Crumb{Text: "Your CPD record", URL: listURL}), templates.ReflectionRecord(page))
}

// gather reads the whole record of the period that the address names, the first
// day first. It is bounded by how many reflections a person can have.
func (f *Feature) gather(ctx context.Context, c *fiber.Ctx, p *models.Person) (templates.RecordPage, error) {
	page := templates.RecordPage{Name: p.Name, JobTitle: p.JobTitle}
	var err error
	if page.Period, err = f.period(c.Query("from"), c.Query("to")); err != nil {
		return page, models.Errorf(models.BadRequest, "These days cannot be used. %s.", models.Fields(err)[0].Message)
	}
	if page.Totals, err = f.store.ReflectionTotals(ctx, p.ID, page.Period); err != nil {
		return page, err
	}
	list, _, err := f.store.Reflections(ctx, p.ID, page.Period, nil, models.MaxReflections)
	for i := len(list) - 1; i >= 0; i-- {
		page.List = append(page.List, list[i])
	}
	return page, err
}

func fileName(p models.Period, suffix string) string {
	name := "cpd-record"
	for _, day := range []string{p.From, p.To} {
		if day != "" {
			name += "-" + day
		}
	}
	return name + suffix
}

// recordMarkdown is the record as a Markdown file.
func (f *Feature) recordMarkdown(c *fiber.Ctx, p *models.Person) error {
	page, err := f.gather(web.SeeOwn(c), c, p)
	if err != nil {
		return err
	}
	return f.site.SendMade(c, fileName(page.Period, ".md"), "text/markdown; charset=utf-8", func(_ context.Context, w io.Writer) error {
		_, err := io.WriteString(w, f.markdown(&page))
		return err
	})
}

func (f *Feature) markdown(page *templates.RecordPage) string {
	var b strings.Builder
	fmt.Fprintf(&b, "# CPD record of %s\n\n%s\n\n%s\n", plain(page.Name), page.When(), page.Sum())
	for _, r := range page.List {
		fmt.Fprintf(&b, "\n## %s\n\n", plain(r.Title))
		for _, row := range f.facts(&r) {
			fmt.Fprintf(&b, "- %s: %s\n", row[0], plain(row[1]))
		}
		for _, q := range r.Questions() {
			fmt.Fprintf(&b, "\n### %s\n\n%s\n", q.Ask, answer(q.Answer))
		}
	}
	return b.String()
}

// plain keeps a line of text from being read as markup.
func plain(text string) string {
	return strings.NewReplacer(`\`, `\\`, "*", `\*`, "_", `\_`, "[", `\[`, "<", `\<`, "`", "\\`", "#", `\#`).Replace(text)
}

func answer(text string) string {
	if text == "" {
		return "Not answered yet."
	}
	return text
}

// facts are the short facts of a reflection, each with its name.
func (f *Feature) facts(r *models.Reflection) (rows [][2]string) {
	for _, row := range templates.ReflectionFacts(r) {
		rows = append(rows, [2]string{row.Key, row.Value})
	}
	if r.Slug != "" {
		rows = append(rows, [2]string{"Case study", f.site.URL("/case-studies/" + r.Slug)})
	}
	return rows
}

// wordType is the media type of what Word and others read.
const wordType = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"

// recordWord is the record as a file for Word.
func (f *Feature) recordWord(c *fiber.Ctx, p *models.Person) error {
	page, err := f.gather(web.SeeOwn(c), c, p)
	if err != nil {
		return err
	}
	return f.site.SendMade(c, fileName(page.Period, ".docx"), wordType, func(_ context.Context, w io.Writer) error { return f.word(w, &page) })
}

func (f *Feature) word(w io.Writer, page *templates.RecordPage) error {
	d, err := godocx.NewDocument()
	if err != nil {
		return err
	}
	heading := func(text string, level uint) {
		if err == nil {
			_, err = d.AddHeading(text, level)
		}
	}
	heading("CPD record of "+page.Name, 0)
	d.AddParagraph(page.When())
	d.AddParagraph(page.Sum())
	for _, r := range page.List {
		heading(r.Title, 1)
		for _, row := range f.facts(&r) {
			d.AddParagraph(row[0] + ": " + row[1])
		}
		for _, q := range r.Questions() {
			heading(q.Ask, 2)
			for line := range strings.SplitSeq(answer(q.Answer), "\n") {
				if strings.TrimSpace(line) != "" {
					d.AddParagraph(line)
				}
			}
		}
	}
	if err != nil {
		return err
	}
	return d.Write(w)
}
