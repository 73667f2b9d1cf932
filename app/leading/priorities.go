package leading

import (
	"context"
	"strings"

	"github.com/gofiber/fiber/v2"

	"grassroots/app/web"
	"grassroots/models"
	"grassroots/models/personal"
	"grassroots/templates"
)

const prioritiesURL = pageURL + "/priorities"

// SetPriorities keeps what matters to an organisation that a person leads: tags of case
// studies. It gives what is kept. The error is Invalid, about the field "priorities", for
// tags that are none and for too many.
func (f *Feature) SetPriorities(ctx context.Context, p *models.Person, code string, typed []string) (o models.Organisation, tags []string, err error) {
	if o, err = f.organisation(ctx, p, code); err != nil {
		return o, nil, err
	}
	if !p.May(models.SetPriorities, models.Subject{Organisation: o.Code}) {
		return o, nil, models.E(models.Forbidden, "Only the leads of an organisation can say what its priorities are.")
	}
	if tags, err = models.CleanPriorities(typed); err != nil {
		return o, nil, err
	}
	former, err := f.store.Priorities(ctx, o.Code)
	if err != nil {
		return o, nil, err
	}
	text := func(tags []string) []personal.Text {
		return []personal.Text{{Field: "priorities", Value: strings.Join(tags, ", ")}}
	}
	overrides, err := f.site.CheckTexts(ctx, text(tags), text(former))
	if err != nil {
		return o, nil, err
	}
	return o, tags, f.store.Tx(ctx, func(ctx context.Context) error {
		if err := f.store.SetPriorities(ctx, o.Code, tags); err != nil {
			return err
		}
		return f.site.KeepOverrides(ctx, overrides, models.Override{PersonID: p.ID, Subject: models.OverrideOrganisation, SubjectID: o.Code})
	})
}

func (f *Feature) savePriorities(c *fiber.Ctx, p *models.Person) error {
	typed := models.CleanText(web.Value(c, "priorities"))
	o, _, err := f.SetPriorities(web.SeeOwn(c), p, c.Query("organisation"), strings.FieldsFunc(typed, func(r rune) bool { return r == ',' || r == '\n' }))
	if err != nil {
		return web.Reshow(err, func(status int, errors []templates.FieldError) error {
			return f.page(c, p, status, &templates.PrioritiesForm{Typed: typed, Errors: errors})
		})
	}
	return f.site.Done(c, of(pageURL, o.Code), "Your priorities are saved. What is new is looked through for them.")
}

type apiPrioritiesInput struct {
	Organisation string `query:"organisation" maxLength:"10" doc:"ODS code of an organisation that you lead; empty: the first of them." example:"RR8"`
	Body         apiPriorities
}

type apiPriorities struct {
	Priorities []string `json:"priorities" maxItems:"100" doc:"Tags of case studies, at most 10, what matters most first; none takes away those of before." example:"[\"discharge\"]"`
}

type apiPrioritiesOutput struct{ Body apiPriorities }

func (f *Feature) apiPutPriorities(ctx context.Context, in *apiPrioritiesInput) (*apiPrioritiesOutput, error) {
	p, err := web.RequireIn(ctx)
	if err != nil {
		return nil, err
	}
	_, tags, err := f.SetPriorities(ctx, p, in.Organisation, in.Body.Priorities)
	if err != nil {
		return nil, err
	}
	return &apiPrioritiesOutput{apiPriorities{append([]string{}, tags...)}}, nil
}
