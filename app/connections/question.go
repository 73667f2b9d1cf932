package connections

import (
	"context"
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"

	"grassroots/app/web"
	"grassroots/models"
	"grassroots/models/reference"
	"grassroots/templates"
)

// typed is a question as it stands in an address: what people typed or chose,
// any of it empty. Near is the organisation that answers are near to.
type typed struct {
	From, To, Standard, Status, Region, Near string
}

// parameters are the names of a question's parts in an address.
func (t *typed) parameters() map[string]*string {
	return map[string]*string{"from": &t.From, "to": &t.To, "standard": &t.Standard, "status": &t.Status, "region": &t.Region, "near": &t.Near}
}

// readTyped reads a question. A parameter of another name, or one that comes
// twice, is a BadRequest.
func readTyped(c *fiber.Ctx) (t typed, err error) {
	parts := t.parameters()
	seen := map[string]bool{}
	for k, v := range c.Context().QueryArgs().All() {
		name := string(k)
		part := parts[name]
		if part == nil {
			return t, models.Errorf(models.BadRequest, "There is nothing called “%s” to ask for. Use from, to, standard, status, region or near.", models.Truncate(models.CleanLine(name), 40))
		}
		if seen[name] {
			return t, models.Errorf(models.BadRequest, "“%s” is given twice. Ask for one at a time.", name)
		}
		seen[name] = true
		*part = models.Truncate(models.CleanLine(string(v)), models.MaxQuery)
	}
	return t, nil
}

// question is what is asked, in the terms of the lists.
type question struct {
	typed              // names in place of what was typed, where they are known
	from, to    string // slugs
	standard    string // code
	near        *models.Organisation
	errors      []templates.FieldError
	suggestions []templates.Crumb // what may have been meant
}

// empty tells that nothing is asked for.
func (q *question) empty() bool {
	return q.from == "" && q.to == "" && q.standard == "" && q.Status == "" && q.Region == ""
}

// narrowed tells that more is asked for than two systems.
func (q *question) narrowed() bool { return q.standard != "" || q.Status != "" || q.Region != "" }

// joins gives the query that finds what is asked for.
func (q *question) joins() models.JoinQuery {
	j := q.filters()
	j.From, j.To, j.EitherWay = one(q.from), one(q.to), true
	return j
}

// filters gives the query for what is asked for beside systems.
func (q *question) filters() models.JoinQuery {
	return models.JoinQuery{Standard: one(q.standard), Status: one(q.Status), Region: one(q.Region)}
}

func one(value string) []string {
	if value == "" {
		return nil
	}
	return []string{value}
}

// understand looks up what was typed. What is in no list is an error of its
// field, with what may have been meant.
func (f *Feature) understand(ctx context.Context, t typed, person *models.Person) (q question, err error) {
	q.typed = t
	v, err := f.site.Vocabulary(ctx)
	if err != nil {
		return q, err
	}
	slugs, err := f.store.SystemSlugs(ctx, []string{t.From, t.To})
	if err != nil {
		return q, err
	}
	for _, end := range []struct {
		field string
		name  *string
		slug  *string
	}{{"from", &q.From, &q.from}, {"to", &q.To, &q.to}} {
		switch *end.slug = slugs[*end.name]; {
		case *end.name == "":
		case *end.slug == "":
			q.unknown(end.field, *end.name, "is in no case study and not in the list of systems", web.SimilarSystems(v, *end.name))
		default:
			*end.name = v.SystemName(*end.slug)
		}
	}
	if t.Standard != "" {
		if q.standard, err = f.standard(ctx, v, t.Standard); err != nil {
			return q, err
		}
		if q.standard == "" {
			q.unknown("standard", t.Standard, "is not in the list of standards", web.SimilarStandards(v, t.Standard))
		}
	}
	if t.Status != "" && !slices.Contains(models.Statuses(), t.Status) {
		q.unknown("status", t.Status, "is not how far a connection can be", named(models.Statuses(), templates.ConnectionText))
	}
	if t.Region != "" {
		if q.Region = region(t.Region); !slices.ContainsFunc(reference.Regions(), func(r reference.Region) bool { return r.Name == q.Region }) {
			q.unknown("region", t.Region, "is not a region", named(regionNames(), func(s string) string { return s }))
		}
	}
	return q, f.understandNear(ctx, &q, person)
}

// understandNear finds the organisation to be near to: the one that was named,
// else the asker's own.
func (f *Feature) understandNear(ctx context.Context, q *question, person *models.Person) error {
	code := ""
	if person != nil {
		code = person.Organisation
	}
	if q.Near != "" {
		codes, err := f.store.OrganisationsCalled(ctx, []string{q.Near})
		if err != nil {
			return err
		}
		if code = codes[q.Near]; code == "" {
			q.errors = append(q.errors, templates.FieldError{Field: "near", Message: "No organisation, or more than one, is called “" + models.Truncate(q.Near, 60) + "”. Enter its code, such as RR8, or its full name"})
			return nil
		}
	}
	if code == "" {
		return nil
	}
	found, err := f.store.OrganisationsByCode(ctx, []string{code})
	if o, ok := found[code]; ok {
		q.near = &o
	}
	return err
}

func named(values []string, text func(string) string) []web.Choice {
	out := make([]web.Choice, len(values))
	for i, v := range values {
		out[i] = web.Choice{Value: v, Text: text(v)}
	}
	return out
}

// unknown notes that a part of the question is in no list, and links to the
// same question with what may have been meant.
func (q *question) unknown(field, value, problem string, instead []web.Choice) {
	message := "“" + models.Truncate(value, 60) + "” " + problem
	if meant := web.DidYouMean(instead); meant != "" {
		message += ". " + meant
	} else {
		message += ". Look through the list, or leave this empty to see all"
	}
	q.errors = append(q.errors, templates.FieldError{Field: field, Message: message})
	for _, c := range instead {
		t := q.typed
		*t.parameters()[field] = c.Value
		q.suggestions = append(q.suggestions, templates.Crumb{Text: c.Text, URL: t.address()})
	}
}

// address gives the address of a question.
func (t typed) address() string {
	var parts []string
	for _, name := range []string{"from", "to", "standard", "status", "region", "near"} {
		if v := *t.parameters()[name]; v != "" {
			parts = append(parts, name+"="+web.QueryEscape(v))
		}
	}
	if len(parts) == 0 {
		return "/interoperability"
	}
	return "/interoperability?" + strings.Join(parts, "&")
}

func regionNames() []string {
	var out []string
	for _, r := range reference.Regions() {
		out = append(out, r.Name)
	}
	return out
}
