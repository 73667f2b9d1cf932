package channels

import (
	"context"
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"

	"grassroots/app/web"
	"grassroots/models"
	"grassroots/models/store"
	"grassroots/templates"
)

// shownPosts is how much of the log of a channel a page shows.
const shownPosts = 10

// shell starts the frame of a page of an organisation's channels.
func (f *Feature) shell(c *fiber.Ctx, o models.Organisation, title string, errors []templates.FieldError) templates.Shell {
	shell := f.site.Shell(c, title)
	shell.NoIndex, shell.Errors, shell.Crumbs = true, errors, []templates.Crumb{{Text: nameOf(o), URL: "/organisations/" + o.Code}}
	return shell
}

func nameOf(o models.Organisation) string {
	if o.Name == "" {
		return "Organisation " + o.Code
	}
	return o.Name
}

// organisation gives the organisation of a path to who looks after its channels.
func (f *Feature) organisation(c *fiber.Ctx, p *models.Person) (models.Organisation, error) {
	if err := f.may(p, codeOf(c)); err != nil {
		return models.Organisation{}, err
	}
	return f.store.Organisation(c.UserContext(), codeOf(c))
}

func (f *Feature) listPage(c *fiber.Ctx, p *models.Person) error {
	ctx := web.SeeOwn(c)
	o, err := f.organisation(c, p)
	if err != nil {
		return err
	}
	list, err := f.store.ChannelsOf(ctx, o.Code)
	if err != nil {
		return err
	}
	page := templates.ChannelsPage{Organisation: nameOf(o), Base: "/organisations/" + o.Code + "/channels", Full: len(list) >= models.MaxChannels}
	for _, ch := range list {
		l := templates.ChannelLine{ID: ch.ID, Kind: ch.Kind.Label(), Host: ch.Host, Hears: strings.Join(ch.Hears, ", "), Made: ch.CreatedAt}
		posts, err := f.store.PostsTo(ctx, ch.ID, shownPosts)
		if err != nil {
			return err
		}
		for _, post := range posts {
			l.Posts = append(l.Posts, postLine(post))
		}
		page.Channels = append(page.Channels, l)
	}
	c.Set(fiber.HeaderCacheControl, "no-store")
	return f.site.Render(c, fiber.StatusOK, f.shell(c, o, "Channels", nil), templates.Channels(page))
}

func postLine(p models.ChannelPost) templates.PostLine {
	l := templates.PostLine{What: p.Title, When: p.CreatedAt, Why: p.Error, Failed: p.State == models.PostFailed}
	if p.CaseStudyID == "" {
		l.What = "A test"
	} else if p.Title == "" {
		l.What = "A case study that is not for everybody any more"
	}
	l.State = map[models.PostState]string{models.PostPending: "Waiting", models.PostSent: "Posted", models.PostFailed: "Failed", models.PostDropped: "Not posted"}[p.State]
	return l
}

func (f *Feature) newPage(c *fiber.Ctx, p *models.Person) error {
	o, err := f.organisation(c, p)
	if err != nil {
		return err
	}
	return f.showForm(c, o, fiber.StatusOK, templates.ChannelForm{Own: true})
}

func (f *Feature) showForm(c *fiber.Ctx, o models.Organisation, status int, page templates.ChannelForm) error {
	page.Organisation, page.Action = nameOf(o), "/organisations/"+o.Code+"/channels/new"
	page.Kinds = []templates.Option{{Value: string(models.ChannelTeams), Text: models.ChannelTeams.Label(), Hint: "The address of a workflow that posts in a channel when a webhook request is received"},
		{Value: string(models.ChannelSlack), Text: models.ChannelSlack.Label(), Hint: "The address of an incoming webhook"}}
	shell := f.shell(c, o, "Add a channel", page.Errors)
	shell.Crumbs = append(shell.Crumbs, templates.Crumb{Text: "Channels", URL: "/organisations/" + o.Code + "/channels"})
	return f.site.Render(c, status, shell, templates.ChannelEdit(page))
}

func (f *Feature) create(c *fiber.Ctx, p *models.Person) error {
	ctx := web.SeeOwn(c)
	o, err := f.organisation(c, p)
	if err != nil {
		return err
	}
	line := func(name string) string { return models.Truncate(models.CleanLine(web.Value(c, name)), 2000) }
	page := templates.ChannelForm{Kind: line("kind"), Address: line("address"), Own: web.Value(c, "own") != "", Systems: line("systems"), Standards: line("standards"), Tags: line("tags")}
	ch := models.Channel{Organisation: o.Code, Kind: models.ChannelKind(page.Kind), Address: page.Address}
	if page.Own {
		ch.Hears = append(ch.Hears, "organisation:"+o.Code)
	}
	var wrong []models.FieldError
	for _, k := range []struct{ field, kind, typed string }{{"systems", "system", page.Systems}, {"standards", "standard", page.Standards}} {
		found, missing, err := f.terms(ctx, k.kind, k.typed)
		if err != nil {
			return err
		}
		ch.Hears = append(ch.Hears, found...)
		if missing != "" {
			wrong = append(wrong, models.FieldError{Field: k.field, Message: "There is no " + k.kind + " called “" + models.Truncate(missing, 60) + "” here"})
		}
	}
	for _, tag := range split(page.Tags) {
		ch.Hears = append(ch.Hears, "tag:"+models.Slugify(tag))
	}
	_, err = f.Create(ctx, p, ch)
	if fields := models.Fields(err); models.KindOf(err) == models.Invalid || err == nil && len(wrong) > 0 {
		wrong = append(fields, wrong...)
		err = &models.Error{Kind: models.Invalid, Message: "The channel was not added.", Fields: wrong}
	}
	if list, ok := web.FormErrors(err); ok && err != nil {
		page.Errors = list
		return f.showForm(c, o, web.Describe(err).Status, page)
	}
	if err != nil {
		return err
	}
	return f.site.Done(c, "/organisations/"+o.Code+"/channels", "The channel is added. Send a test to see whether it works.")
}

// terms gives systems or standards as channels hear of them, by the names that
// were typed, and the first name that is none.
func (f *Feature) terms(ctx context.Context, kind, typed string) (found []string, missing string, err error) {
	for _, name := range split(typed) {
		t, err := f.store.Term(store.Fresh(ctx), kind, models.Slugify(name))
		if models.KindOf(err) == models.NotFound {
			return found, name, nil
		}
		if err != nil {
			return nil, "", err
		}
		found = append(found, kind+":"+t.ID)
	}
	return found, "", nil
}

func split(text string) []string {
	out := strings.FieldsFunc(text, func(r rune) bool { return r == ',' || r == ';' })
	for i := range out {
		out[i] = models.CleanLine(out[i])
	}
	return slices.DeleteFunc(out, func(s string) bool { return s == "" })
}

func (f *Feature) test(c *fiber.Ctx, p *models.Person) error {
	ch, err := f.find(c.UserContext(), p, codeOf(c), c.Params("id"))
	if err == nil {
		err = f.Test(c.UserContext(), ch)
	}
	if err != nil {
		return err
	}
	return f.site.Done(c, "/organisations/"+ch.Organisation+"/channels", "A test is on its way. Reload this page in a moment to see what became of it.")
}

func (f *Feature) delete(c *fiber.Ctx, p *models.Person) error {
	ch, err := f.find(c.UserContext(), p, codeOf(c), c.Params("id"))
	if err == nil {
		err = f.store.DeleteChannel(c.UserContext(), ch)
	}
	if err != nil {
		return err
	}
	return f.site.Done(c, "/organisations/"+ch.Organisation+"/channels", "The channel is deleted. Nothing is posted there any more.")
}
