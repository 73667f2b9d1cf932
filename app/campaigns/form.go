package campaigns

import (
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"grassroots/app/web"
	"grassroots/models"
	"grassroots/models/reference"
	"grassroots/templates"
)

// mostRows is how many criteria or questions are read out of a form: more than a
// campaign can have, for the check to say so.
const mostRows = 40

// newPage asks first for the kind of campaign, then shows its form.
func (f *Feature) newPage(c *fiber.Ctx, p *models.Person) error {
	if err := mayRun(p); err != nil {
		return err
	}
	template := models.CampaignTemplate(c.Query("template"))
	if template == "" {
		return f.site.Render(c, fiber.StatusOK, f.site.CampaignShell(c, "Start a campaign", nil), templates.ChooseCampaign())
	}
	made, ok := begin(template, f.site.Now())
	if !ok {
		return models.E(models.BadRequest, "There is no such kind of campaign. Choose one of the list.")
	}
	return f.showForm(c, fiber.StatusOK, templates.CampaignForm{Campaign: made, Starts: startsOf(&made)})
}

func startsOf(c *models.Campaign) map[models.CampaignStage]string {
	out := map[models.CampaignStage]string{}
	for _, s := range c.Steps {
		out[s.Stage] = models.LondonInput(s.Starts)
	}
	return out
}

func (f *Feature) showForm(c *fiber.Ctx, status int, page templates.CampaignForm) error {
	page.ActionURL, page.BackURL = listURL+"/new", listURL
	shell := f.site.CampaignShell(c, "Start a campaign", nil)
	if page.Campaign.ID != "" {
		page.BackURL = web.CampaignURL(&page.Campaign)
		page.ActionURL = page.BackURL + "/edit"
		shell = f.site.CampaignShell(c, "Change a campaign", nil, templates.Crumb{Text: page.Was, URL: page.BackURL})
	}
	page.Begun = page.Campaign.Begun(f.site.Now())
	for _, name := range regionNames() {
		page.Regions = append(page.Regions, templates.Option{Value: name, Text: name})
	}
	for _, name := range reference.StaffGroupNames() {
		page.StaffGroups = append(page.StaffGroups, templates.Option{Value: name, Text: name})
	}
	shell.Errors = page.Errors
	return f.site.Render(c, status, shell, templates.CampaignFormPage(page))
}

// readForm reads what was typed. old is what is saved, whose dates stay as they are
// where their inputs do. The fields are what is wrong with what could not be read.
func readForm(c *fiber.Ctx, old *models.Campaign) (models.Campaign, map[models.CampaignStage]string, []models.FieldError) {
	out := models.Campaign{Title: web.Value(c, "title"), Brief: models.CleanText(web.Value(c, "brief")), Sponsor: web.Value(c, "sponsor"), Template: models.CampaignTemplate(web.Value(c, "template")),
		Organisations: strings.FieldsFunc(web.Value(c, "organisations"), func(r rune) bool { return strings.ContainsRune(",; \r\n\t", r) }),
		Regions:       web.Values(c, "regions"), StaffGroups: web.Values(c, "staff_groups")}
	var wrong []models.FieldError
	starts := map[models.CampaignStage]string{}
	for _, stage := range models.CampaignStages() {
		text := models.CleanLine(web.Value(c, stage.Field()))
		if starts[stage] = text; text == "" {
			continue
		}
		at, err := models.ParseLondon(text)
		if was, ok := old.Starts(stage); ok && text == models.LondonInput(was) {
			at, err = was, nil
		}
		if err != nil {
			wrong = append(wrong, models.FieldError{Field: stage.Field(), Message: err.(*models.Error).Message})
			continue
		}
		out.Steps = append(out.Steps, models.CampaignStep{Stage: stage, Starts: at})
	}
	for i := range mostRows {
		name := func(field string) string { return "criteria[" + strconv.Itoa(i) + "]." + field }
		if !web.HasField(c, name("name")) {
			break
		}
		one := models.Criterion{ID: web.Value(c, name("id")), Name: web.Value(c, name("name")), Anchors: lines(web.Value(c, name("anchors")))}
		one.Weight, _ = strconv.Atoi(models.CleanLine(web.Value(c, name("weight")))) // 0 is refused with the others
		out.Criteria = append(out.Criteria, one)
	}
	for i := range mostRows {
		name := func(field string) string { return "questions[" + strconv.Itoa(i) + "]." + field }
		if !web.HasField(c, name("text")) {
			break
		}
		out.Questions = append(out.Questions, models.CampaignQuestion{ID: web.Value(c, name("id")), Text: web.Value(c, name("text")), Kind: models.QuestionKind(web.Value(c, name("kind"))),
			Choices: lines(web.Value(c, name("choices"))), Required: web.Value(c, name("required")) == "true"})
	}
	keepIDs(&out, old)
	return out, starts, wrong
}

// keepIDs leaves out ids of criteria and questions that the campaign does not have: they
// are made here, not by a form.
func keepIDs(c, old *models.Campaign) {
	known := map[string]bool{}
	for _, one := range old.Criteria {
		known[one.ID] = true
	}
	for _, one := range old.Questions {
		known[one.ID] = true
	}
	for i, one := range c.Criteria {
		if !known[one.ID] {
			c.Criteria[i].ID = ""
		}
		delete(known, one.ID) // each once
	}
	for i, one := range c.Questions {
		if !known[one.ID] {
			c.Questions[i].ID = ""
		}
		delete(known, one.ID)
	}
}

func lines(text string) []string {
	var out []string
	for line := range strings.Lines(text) {
		out = append(out, models.CleanLine(line))
	}
	return out
}

// another adds a row to a form when that was the button that was pressed.
func another(c *fiber.Ctx, typed *models.Campaign) bool {
	switch web.Value(c, "action") {
	case "add-criterion":
		typed.Criteria = append(typed.Criteria, models.Criterion{Weight: 1})
	case "add-question":
		typed.Questions = append(typed.Questions, models.CampaignQuestion{Kind: models.QuestionText})
	default:
		return false
	}
	return true
}

// unread is the error of a form whose dates cannot be read, together with whatever else
// is wrong with it; nil when they can.
func unread(wrong []models.FieldError, typed models.Campaign) error {
	if len(wrong) == 0 {
		return nil
	}
	wrong = append(wrong, models.Fields(typed.Validate(reference.StaffGroupNames(), regionNames()))...)
	return &models.Error{Kind: models.Invalid, Message: "The campaign was not saved.", Fields: wrong}
}

func (f *Feature) create(c *fiber.Ctx, p *models.Person) error {
	if err := mayRun(p); err != nil {
		return err
	}
	typed, starts, wrong := readForm(c, &models.Campaign{})
	if another(c, &typed) {
		return f.showForm(c, fiber.StatusOK, templates.CampaignForm{Campaign: typed, Starts: starts})
	}
	made := typed
	err := unread(wrong, typed)
	if err == nil {
		err = f.Create(web.SeeOwn(c), p, &made, false)
	}
	if err != nil {
		web.ShowStopped(c, err)
		return web.Reshow(err, func(status int, errors []templates.FieldError) error {
			return f.showForm(c, status, templates.CampaignForm{Campaign: typed, Starts: starts, Errors: errors})
		})
	}
	return f.site.Done(c, web.CampaignURL(&made), "The draft is saved. This is how it will look: only organisers see it until you publish it.")
}

func (f *Feature) editPage(c *fiber.Ctx, p *models.Person) error {
	found, err := f.run(web.SeeOwn(c), p, c.Params("slug"))
	if err != nil {
		return err
	}
	return f.showForm(c, fiber.StatusOK, templates.CampaignForm{Campaign: found, Was: found.Title, Starts: startsOf(&found)})
}

func (f *Feature) change(c *fiber.Ctx, p *models.Person) error {
	ctx := web.SeeOwn(c)
	old, err := f.run(ctx, p, c.Params("slug"))
	if err != nil {
		return err
	}
	typed, starts, wrong := readForm(c, &old)
	typed.ID, typed.Slug, typed.PublishedAt = old.ID, old.Slug, old.PublishedAt
	if old.Begun(f.site.Now()) { // the form has none of these then
		typed.Template, typed.Steps, typed.Criteria, typed.Questions, starts, wrong = old.Template, old.Steps, old.Criteria, old.Questions, startsOf(&old), nil
	}
	if typed.Version, err = web.FormVersion(c, "version", 1); err != nil {
		return err
	}
	page := templates.CampaignForm{Campaign: typed, Was: old.Title, Starts: starts}
	if another(c, &page.Campaign) {
		return f.showForm(c, fiber.StatusOK, page)
	}
	saved := typed
	if err = unread(wrong, typed); err == nil {
		err = f.Save(ctx, p, &saved)
	}
	if err == nil {
		return f.site.Done(c, web.CampaignURL(&old), "The campaign is saved.")
	}
	web.ShowStopped(c, err)
	return web.Reshow(err, func(status int, errors []templates.FieldError) error {
		if page.Errors = errors; models.KindOf(err) == models.Conflict {
			now, err := f.run(ctx, p, old.ID)
			if err != nil {
				return err
			}
			page.Saved, page.Campaign.Version = &now, now.Version
		}
		return f.showForm(c, status, page)
	})
}

// extendable are the stages that can be made to last longer.
func extendable(c *models.Campaign, now time.Time) []models.CampaignStep {
	var out []models.CampaignStep
	for _, s := range c.Steps {
		if until, ok := c.Ends(s.Stage); ok && c.PublishedAt != nil && until.After(now) {
			out = append(out, models.CampaignStep{Stage: s.Stage, Starts: until})
		}
	}
	return out
}

func (f *Feature) extendPage(c *fiber.Ctx, p *models.Person) error {
	found, err := f.run(web.SeeOwn(c), p, c.Params("slug"))
	if err != nil {
		return err
	}
	return f.showExtend(c, fiber.StatusOK, &found, templates.ExtendCampaign{})
}

func (f *Feature) showExtend(c *fiber.Ctx, status int, found *models.Campaign, page templates.ExtendCampaign) error {
	page.Title, page.URL = found.Title, web.CampaignURL(found)
	for _, s := range extendable(found, f.site.Now()) {
		page.Stages = append(page.Stages, templates.Option{Value: string(s.Stage), Text: s.Stage.Label(), Hint: "It ends " + models.InLondon(s.Starts)})
	}
	if page.Stage == "" && len(page.Stages) > 0 {
		page.Stage = page.Stages[0].Value
	}
	shell := f.site.CampaignShell(c, "Extend a stage", found)
	shell.Errors = page.Errors
	return f.site.Render(c, status, shell, templates.ExtendCampaignPage(page))
}

func (f *Feature) extend(c *fiber.Ctx, p *models.Person) error {
	ctx := web.SeeOwn(c)
	found, err := f.run(ctx, p, c.Params("slug"))
	if err != nil {
		return err
	}
	page := templates.ExtendCampaign{Stage: web.Value(c, "stage"), Until: models.CleanLine(web.Value(c, "until")), Reason: models.CleanText(web.Value(c, "reason"))}
	until, err := models.ParseLondon(page.Until)
	if err != nil {
		err = models.InvalidField("until", err.(*models.Error).Message)
	} else {
		_, err = f.Extend(ctx, p, found.ID, models.CampaignStage(page.Stage), until, page.Reason)
	}
	if err == nil {
		return f.site.Done(c, web.CampaignURL(&found), "The stage is extended. Those who follow the campaign are told.")
	}
	web.ShowStopped(c, err)
	return web.Reshow(err, func(status int, errors []templates.FieldError) error {
		page.Errors = errors
		return f.showExtend(c, status, &found, page)
	})
}
