package adoptions

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"grassroots/app/web"
	"grassroots/models"
	"grassroots/templates"
)

// figureForm is what a form of figures sent: what was typed, and what of it is no number.
type figureForm struct {
	typed   map[string]string
	wrong   []models.FieldError
	version int
	at      int    // which measure it is, from 1; 0 for a new one
	was     string // what that was called when the form was opened
}

var (
	measureFields = []string{"repeats", "name", "unit", "better", "baseline", "result", "expected", "sample", "from", "to", "method", "series"}
	moneyFields   = append([]string{"known", "how"}, slices.Concat(models.AdoptionSums(), expectedFields())...)
)

func expectedFields() (out []string) {
	for _, name := range models.AdoptionSums() {
		out = append(out, "expected."+name)
	}
	return out
}

func readFigures(c *fiber.Ctx, fields []string) (figureForm, error) {
	in := figureForm{typed: map[string]string{}, was: web.Value(c, "was")}
	for _, name := range fields {
		in.typed[name] = models.CleanText(web.Value(c, name))
	}
	for name, to := range map[string]*int{"version": &in.version, "measure": &in.at} {
		if v := web.Value(c, name); v != "" {
			n, err := web.FormVersion(c, name, 1)
			if err != nil {
				return in, err
			}
			*to = n
		}
	}
	if in.version == 0 && web.Person(c) != nil {
		return in, web.ErrFormVersion
	}
	return in, nil
}

// plain takes from a number what people write in it to read it better.
var plain = strings.NewReplacer(",", "", " ", "", "\u00a0", "", "£", "", "−", "-")

// number reads a number that was typed, nil for none.
func (in *figureForm) number(name string) *float64 {
	text := plain.Replace(in.typed[name])
	if text == "" {
		return nil
	}
	v, err := strconv.ParseFloat(text, 64)
	if err != nil || math.IsNaN(v) || math.IsInf(v, 0) {
		in.wrong = append(in.wrong, models.FieldError{Field: name, Message: "Enter a number, such as 42 or 0.5"})
		return nil
	}
	return &v
}

func (in *figureForm) whole(name, message string) *int64 {
	text := plain.Replace(in.typed[name])
	if text == "" {
		return nil
	}
	v, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		in.wrong = append(in.wrong, models.FieldError{Field: name, Message: message})
		return nil
	}
	return &v
}

func (in *figureForm) measure() models.AdoptionMeasure {
	m := models.AdoptionMeasure{Repeats: in.typed["repeats"], Name: in.typed["name"], Unit: in.typed["unit"], Better: in.typed["better"], Baseline: in.number("baseline"), Result: in.number("result"),
		Expected: in.number("expected"), From: in.typed["from"], To: in.typed["to"], Method: in.typed["method"], Series: in.typed["series"]}
	if n := in.whole("sample", "How many were looked at must be a whole number from 1"); n != nil {
		sample := int(min(*n, math.MaxInt32))
		m.Sample = &sample
	}
	return m
}

func (in *figureForm) money() models.AdoptionMoney {
	m := models.AdoptionMoney{Known: models.HowKnown(in.typed["known"]), How: in.typed["how"]}
	for i, name := range models.AdoptionSums() {
		*m.Each()[i] = in.whole(name, "Enter whole pounds, such as 1200")
		*m.Expected.Each()[i] = in.whole("expected."+name, "Enter whole pounds, such as 1200")
	}
	return m
}

// err gives what is no number.
func (in *figureForm) err() error {
	if len(in.wrong) == 0 {
		return nil
	}
	return &models.Error{Kind: models.Invalid, Message: "The adoption was not saved.", Fields: in.wrong}
}

// mayFigure gives the adoption of a page, for somebody who may change it: who is not signed
// in is sent to do so once it is sure that there is such an adoption.
func (f *Feature) mayFigure(c *fiber.Ctx) (models.Adoption, models.CaseStudy, error) {
	person := web.Person(c)
	a, cs, err := f.Get(c.UserContext(), person, c.Params("slug"), c.Params("organisation"))
	if err != nil {
		return a, cs, err
	}
	if _, err := web.Require(c); err != nil {
		return a, cs, err
	}
	if !person.May(models.RunAdoption, a.Subject()) {
		return a, cs, models.E(models.Forbidden, notYours(&a))
	}
	return a, cs, nil
}

// measure shows the form of a measure: empty, of one that is there, or of a benefit of the
// case study that is to be measured here again.
func (f *Feature) measure(c *fiber.Ctx) error {
	a, cs, err := f.mayFigure(c)
	if err != nil {
		return err
	}
	page := templates.MeasureForm{Typed: map[string]string{}}
	number := func(name string, most int) int { // 0 for none, -1 for one that is not there
		v := c.Query(name)
		if n, err := strconv.Atoi(v); err == nil && n >= 1 && n <= most {
			return n
		} else if v == "" {
			return 0
		}
		return -1
	}
	at, benefit := number("measure", len(a.Figures.Measures)), number("benefit", len(cs.Benefits))
	switch {
	case at < 0 || benefit < 0:
		return models.E(models.NotFound, "There is no such measure by now.")
	case at > 0:
		page.At, page.Typed = at, typedMeasure(&a.Figures.Measures[at-1])
		page.Was = a.Figures.Measures[at-1].Name
	case benefit > 0:
		m := models.StartFrom(cs.Benefits[benefit-1])
		page.Typed = typedMeasure(&m)
	}
	return f.showMeasure(c, &a, &cs, page, fiber.StatusOK)
}

// typedMeasure gives a measure as its form has it. What was worked out of the series is left
// empty, and worked out anew.
func typedMeasure(m *models.AdoptionMeasure) map[string]string {
	out := map[string]string{"repeats": m.Repeats, "name": m.Name, "unit": m.Unit, "better": m.Better, "baseline": web.CSVNumber(m.Baseline), "result": web.CSVNumber(m.Result), "expected": web.CSVNumber(m.Expected),
		"from": m.From, "to": m.To, "method": m.Method, "series": m.Series}
	if m.FromSeries {
		out["baseline"], out["result"] = "", ""
	}
	if m.Sample != nil {
		out["sample"] = strconv.Itoa(*m.Sample)
	}
	return out
}

func (f *Feature) showMeasure(c *fiber.Ctx, a *models.Adoption, cs *models.CaseStudy, page templates.MeasureForm, status int) error {
	at := web.AdoptionURL(cs.Slug, a.Organisation)
	page.Title, page.OrgName, page.AdoptionURL, page.ActionURL, page.Version = cs.Title, a.OrgName, at, at+"/measures", a.Version
	for _, b := range cs.Benefits {
		if b.Measure != "" && !slices.ContainsFunc(page.Benefits, func(o templates.Option) bool { return models.SameMeasure(o.Value, b.Measure) }) {
			page.Benefits = append(page.Benefits, templates.Option{Value: b.Measure, Text: b.Measure, Named: true})
		}
	}
	if said := page.Typed["repeats"]; said != "" && !slices.ContainsFunc(page.Benefits, func(o templates.Option) bool { return models.SameMeasure(o.Value, said) }) {
		page.Benefits = append(page.Benefits, templates.Option{Value: said, Text: said, Named: true}) // the case study does not name it any more
	}
	shell := f.shell(c, "What you measured: "+cs.Title, *cs)
	shell.Crumbs = append(shell.Crumbs, templates.Crumb{Text: a.OrgName, URL: at})
	shell.NoIndex, shell.Errors = true, page.Errors
	return f.site.Render(c, status, shell, templates.MeasureFormPage(page))
}

// wrongFigures answers a form that was not taken with the form again, by show.
func (f *Feature) wrongFigures(c *fiber.Ctx, err error, prefix string, show func(a *models.Adoption, cs *models.CaseStudy, errors []templates.FieldError, status int) error) error {
	web.ShowStopped(c, err)
	web.RetryAfter(c, err)
	a, cs, lost := f.Get(c.UserContext(), web.Person(c), c.Params("slug"), c.Params("organisation"))
	switch {
	case lost != nil && web.Person(c) == nil:
		return err
	case lost != nil:
		return lost
	case web.Person(c) == nil:
		return show(&a, &cs, []templates.FieldError{{Message: "You are not signed in any more."}}, fiber.StatusUnauthorized)
	}
	return web.Reshow(err, func(status int, errors []templates.FieldError) error {
		for i := range errors {
			errors[i].Field = strings.TrimPrefix(errors[i].Field, prefix)
		}
		return show(&a, &cs, errors, status)
	})
}

func (f *Feature) saveMeasure(c *fiber.Ctx) error {
	in, err := readFigures(c, measureFields)
	if err != nil {
		return err
	}
	m, at := in.measure(), in.at
	err = in.err()
	if err == nil {
		_, err = f.SaveFigures(c.UserContext(), web.Person(c), FigureChange{CaseStudy: c.Params("slug"), Organisation: c.Params("organisation"), Version: in.version, Apply: func(f *models.AdoptionFigures) error {
			if at > len(f.Measures) {
				return models.E(models.NotFound, "There is no such measure by now.")
			}
			if at == 0 {
				f.Measures = append(f.Measures, m)
				at = len(f.Measures)
				return nil
			}
			f.Measures[at-1] = m
			return nil
		}})
	}
	if err == nil {
		return f.site.Done(c, web.AdoptionURL(c.Params("slug"), models.CleanCode(c.Params("organisation")))+"#figures", "The measure is kept.")
	}
	prefix := "measures[" + strconv.Itoa(max(at-1, 0)) + "]."
	return f.wrongFigures(c, err, prefix, func(a *models.Adoption, cs *models.CaseStudy, errors []templates.FieldError, status int) error {
		page := templates.MeasureForm{Typed: in.typed, At: in.at, Was: in.was, Errors: errors}
		if status == fiber.StatusConflict { // they may be in another order by now: it is found by its name, or is a new one
			page.At = 1 + slices.IndexFunc(a.Figures.Measures, func(o models.AdoptionMeasure) bool { return o.Name == in.was })
			page.Saved = figureLines(a)
		}
		return f.showMeasure(c, a, cs, page, status)
	})
}

func (f *Feature) removeMeasure(c *fiber.Ctx) error {
	in, err := readFigures(c, nil)
	if err != nil {
		return err
	}
	_, err = f.SaveFigures(c.UserContext(), web.Person(c), FigureChange{CaseStudy: c.Params("slug"), Organisation: c.Params("organisation"), Version: in.version, Apply: func(f *models.AdoptionFigures) error {
		if in.at == 0 || in.at > len(f.Measures) {
			return models.E(models.NotFound, "There is no such measure by now.")
		}
		f.Measures = slices.Delete(f.Measures, in.at-1, in.at)
		return nil
	}})
	if err != nil {
		return err
	}
	return f.site.Done(c, web.AdoptionURL(c.Params("slug"), models.CleanCode(c.Params("organisation")))+"#figures", "The measure is taken out.")
}

// money shows the form of costs and savings.
func (f *Feature) money(c *fiber.Ctx) error {
	a, cs, err := f.mayFigure(c)
	if err != nil {
		return err
	}
	m := &a.Figures.Money
	typed := map[string]string{"known": string(m.Known), "how": m.How}
	for i, name := range models.AdoptionSums() {
		typed[name], typed["expected."+name] = web.CSVWhole(*m.Each()[i]), web.CSVWhole(*m.Expected.Each()[i])
	}
	return f.showMoney(c, &a, &cs, templates.MoneyForm{Typed: typed}, fiber.StatusOK)
}

func (f *Feature) showMoney(c *fiber.Ctx, a *models.Adoption, cs *models.CaseStudy, page templates.MoneyForm, status int) error {
	at := web.AdoptionURL(cs.Slug, a.Organisation)
	page.Title, page.OrgName, page.AdoptionURL, page.ActionURL, page.Version = cs.Title, a.OrgName, at, at+"/money", a.Version
	shell := f.shell(c, "What it cost and saved: "+cs.Title, *cs)
	shell.Crumbs = append(shell.Crumbs, templates.Crumb{Text: a.OrgName, URL: at})
	shell.NoIndex, shell.Errors = true, page.Errors
	return f.site.Render(c, status, shell, templates.MoneyFormPage(page))
}

func (f *Feature) saveMoney(c *fiber.Ctx) error {
	in, err := readFigures(c, moneyFields)
	if err != nil {
		return err
	}
	money := in.money()
	if err = in.err(); err == nil {
		_, err = f.SaveFigures(c.UserContext(), web.Person(c), FigureChange{CaseStudy: c.Params("slug"), Organisation: c.Params("organisation"), Version: in.version, Apply: func(f *models.AdoptionFigures) error {
			f.Money = money
			return nil
		}})
	}
	if err == nil {
		return f.site.Done(c, web.AdoptionURL(c.Params("slug"), models.CleanCode(c.Params("organisation")))+"#figures", "Costs and savings are kept.")
	}
	return f.wrongFigures(c, err, "money.", func(a *models.Adoption, cs *models.CaseStudy, errors []templates.FieldError, status int) error {
		page := templates.MoneyForm{Typed: in.typed, Errors: errors}
		if status == fiber.StatusConflict {
			page.Saved = figureLines(a)
		}
		return f.showMoney(c, a, cs, page, status)
	})
}
