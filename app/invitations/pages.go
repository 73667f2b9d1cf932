package invitations

import (
	"cmp"
	"context"
	"io"
	"math"
	"net/url"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/gofiber/fiber/v2"

	"grassroots/app/web"
	"grassroots/models"
	"grassroots/models/reference"
	"grassroots/templates"
)

func pageURL(c *models.Campaign) string { return web.CampaignURL(c) + "/invitations" }

// page is where organisers invite, and see what came of it.
func (f *Feature) page(c *fiber.Ctx, p *models.Person) error {
	of, err := f.site.RunCampaign(web.SeeOwn(c), p, c.Params("slug"))
	if err != nil {
		return err
	}
	return f.showPage(c, fiber.StatusOK, &of, templates.InviteForm{}, nil)
}

// query reads what of the list is asked for.
func query(c *fiber.Ctx, of *models.Campaign) (models.InvitationQuery, error) {
	q := models.InvitationQuery{CampaignID: of.ID, State: models.InvitationState(c.Query("state")), Kind: models.InvitationKind(c.Query("kind")), Limit: aPage}
	var err error
	if q.Cursor, err = models.ParseCursor(c.Query("cursor")); err != nil {
		return q, err
	}
	return q, q.Validate()
}

// List gives a page of the invitations to a campaign, with how many there are in each
// state.
func (f *Feature) List(ctx context.Context, q models.InvitationQuery) (models.Page[models.Invitation], map[models.InvitationState]int, error) {
	var page models.Page[models.Invitation]
	counts, err := f.store.CountInvitations(ctx, q.CampaignID, q.Kind)
	if err != nil {
		return page, nil, err
	}
	for state, n := range counts {
		if q.State == "" || q.State == state {
			page.Total += n
		}
	}
	if page.Total == 0 {
		return page, counts, nil
	}
	more := false
	if page.Items, more, err = f.store.Invitations(ctx, q); err != nil || !more {
		return page, counts, err
	}
	page.Next = models.Cursor{Sort: models.SortNew, ID: page.Items[len(page.Items)-1].ID}.String()
	return page, counts, nil
}

func (f *Feature) showPage(c *fiber.Ctx, status int, of *models.Campaign, form templates.InviteForm, errors []templates.FieldError) error {
	ctx := web.SeeOwn(c)
	q, err := query(c, of)
	if err != nil {
		return err
	}
	list, counts, err := f.List(ctx, q)
	if err != nil {
		return err
	}
	page := templates.InvitationsPage{Title: of.Title, URL: pageURL(of), State: q.State, Kind: q.Kind, Total: list.Total, Form: form, Errors: errors, First: q.Cursor == nil}
	if refused := f.open(of); refused != nil {
		page.Closed = refused.Error()
	}
	for _, state := range models.InvitationStates() {
		if counts[state] > 0 {
			page.Counts = append(page.Counts, templates.InvitationCount{State: state, N: counts[state], URL: page.URL + "?" + filter(state, q.Kind)})
			page.All += counts[state]
		}
	}
	for i := range list.Items {
		page.Lines = append(page.Lines, line(&list.Items[i]))
	}
	if list.Next != "" {
		page.NextURL = page.URL + "?" + strings.TrimPrefix(filter(q.State, q.Kind)+"&cursor="+url.QueryEscape(list.Next), "&")
	}
	page.CSVURL = page.URL + ".csv"
	if err := f.options(ctx, &page); err != nil {
		return err
	}
	if err := f.remindersOf(ctx, of, &page); err != nil {
		return err
	}
	shell := f.site.CampaignShell(c, "Invitations", of)
	shell.Errors = errors
	return f.site.Render(c, status, shell, templates.Invitations(page))
}

// filter is the query of a list of some state and kind.
func filter(state models.InvitationState, kind models.InvitationKind) string {
	v := url.Values{}
	if state != "" {
		v.Set("state", string(state))
	}
	if kind != "" {
		v.Set("kind", string(kind))
	}
	return v.Encode()
}

// options are what the form lets choose.
func (f *Feature) options(ctx context.Context, page *templates.InvitationsPage) error {
	for _, r := range models.InvitedRoles() {
		page.Roles = append(page.Roles, templates.Option{Value: string(r), Text: r.Label()})
	}
	for _, g := range reference.StaffGroupNames() {
		page.StaffGroups = append(page.StaffGroups, templates.Option{Value: g, Text: g})
	}
	for _, r := range regionNames() {
		page.Regions = append(page.Regions, templates.Option{Value: r, Text: r})
	}
	kinds, err := f.store.OrganisationKinds(ctx)
	for _, k := range kinds {
		page.Kinds = append(page.Kinds, templates.Option{Value: k, Text: k})
	}
	return err
}

func (f *Feature) remindersOf(ctx context.Context, of *models.Campaign, page *templates.InvitationsPage) error {
	reminders, err := f.store.Reminders(ctx, of.ID)
	closes, ok := of.EntriesClose()
	for _, r := range reminders {
		l := templates.ReminderLine{Number: r.Number, Days: r.DaysBefore}
		if ok {
			l.At = closes.AddDate(0, 0, -r.DaysBefore)
		}
		if r.DoneAt != nil {
			l.Done = *r.DoneAt
		}
		l.Past = !l.At.After(f.site.Now())
		page.Reminders = append(page.Reminders, l)
		page.Days = append(page.Days, strconv.Itoa(r.DaysBefore))
	}
	for len(page.Days) < models.MaxReminders {
		page.Days = append(page.Days, "")
	}
	return err
}

func line(i *models.Invitation) templates.InvitationLine {
	l := templates.InvitationLine{Kind: i.Kind, State: i.State, Reminders: i.Reminders, Invited: i.CreatedAt}
	switch i.Kind {
	case models.InvitedPerson:
		l.Name, l.Organisation = i.Name, i.OrganisationName
		if i.Handle != "" {
			l.URL = "/people/" + i.Handle
		}
	case models.InvitedAddress:
		l.Name = i.Address
	case models.InvitedOrganisation:
		l.Name, l.URL = i.OrganisationName, "/organisations/"+url.PathEscape(i.Organisation)
	}
	if i.AnsweredAt != nil {
		l.Answered = *i.AnsweredAt
	}
	return l
}

// csv is all of the list as a table.
func (f *Feature) csv(c *fiber.Ctx, p *models.Person) error {
	of, err := f.site.RunCampaign(web.SeeOwn(c), p, c.Params("slug"))
	if err != nil {
		return err
	}
	columns := []string{"kind", "name", "handle", "address", "organisation", "state", "invited", "sent", "opened", "answered", "reminders"}
	return f.site.SendCSV(c, "invitations-"+of.Slug, columns, func(ctx context.Context, write func(cells ...string) error) error {
		q := models.InvitationQuery{CampaignID: of.ID, Limit: 500}
		for {
			list, more, err := f.store.Invitations(ctx, q)
			if err != nil {
				return err
			}
			for i := range list {
				one := &list[i]
				if err := write(string(one.Kind), one.Name, one.Handle, one.Address, one.Organisation, string(one.State), when(&one.CreatedAt), when(one.SentAt), when(one.OpenedAt), when(one.AnsweredAt), strconv.Itoa(one.Reminders)); err != nil {
					return err
				}
			}
			if !more {
				return nil
			}
			q.Cursor = &models.Cursor{Sort: models.SortNew, ID: list[len(list)-1].ID}
		}
	})
}

func when(t *time.Time) string {
	if t == nil {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}

// readForm reads what was typed and chosen.
func readForm(c *fiber.Ctx) templates.InviteForm {
	return templates.InviteForm{List: models.CleanText(web.Value(c, "list")), Message: models.CleanText(web.Value(c, "message")), Roles: web.Values(c, "roles"), StaffGroups: web.Values(c, "staff_groups"),
		Regions: web.Values(c, "regions"), Kinds: web.Values(c, "kinds")}
}

// invite takes a file into the form, shows what would come of what was chosen, or when
// that was confirmed invites.
func (f *Feature) invite(c *fiber.Ctx, p *models.Person) error {
	ctx := web.SeeOwn(c)
	of, err := f.site.RunCampaign(ctx, p, c.Params("slug"))
	if err != nil {
		return err
	}
	form := readForm(c)
	if form.List, err = withFile(c, form.List); err != nil {
		return f.reshow(c, &of, form, err)
	}
	if web.Value(c, "action") == "change" {
		return f.showPage(c, fiber.StatusOK, &of, form, nil)
	}
	plan, err := f.planOf(ctx, &of, form)
	if err != nil {
		return f.reshow(c, &of, form, err)
	}
	if form.Message, _, err = f.checkMessage(ctx, form.Message); err != nil {
		return f.reshow(c, &of, form, err)
	}
	confirmed := web.Value(c, "confirm")
	if confirmed == "" || confirmed != strconv.Itoa(plan.Total()) {
		return f.preview(c, &of, form, plan, confirmed != "")
	}
	n, err := f.Invite(ctx, p, &of, plan, form.Message)
	if err != nil {
		return f.reshow(c, &of, form, err)
	}
	return f.site.Done(c, pageURL(&of), templates.FormatCount(n, "invitation is made, and is sent within minutes.", "invitations are made, and are sent within minutes."))
}

// planOf finds what would come of what was typed and chosen. Nothing of a list is taken of
// which a line is wrong.
func (f *Feature) planOf(ctx context.Context, of *models.Campaign, form templates.InviteForm) (*Plan, error) {
	if err := f.open(of); err != nil {
		return nil, err
	}
	list, wrong := models.ParseInvited(form.List)
	choice := models.InvitationChoice{Regions: form.Regions, Kinds: form.Kinds, StaffGroups: form.StaffGroups}
	for _, r := range form.Roles {
		choice.Roles = append(choice.Roles, models.Role(r))
	}
	found := &problems{}
	for _, w := range wrong {
		found.field("list", lineMessage(w.Line, w.Message))
	}
	plan, err := f.Plan(ctx, of, choice, list)
	if more := models.Fields(err); len(wrong) > 0 {
		for _, w := range more {
			if lineOf(w) != math.MaxInt {
				found.field(w.Field, w.Message)
			}
		}
		return nil, found.err()
	}
	return plan, err
}

func (f *Feature) reshow(c *fiber.Ctx, of *models.Campaign, form templates.InviteForm, err error) error {
	web.ShowStopped(c, err)
	return web.Reshow(err, func(status int, errors []templates.FieldError) error {
		return f.showPage(c, status, of, form, errors)
	})
}

func (f *Feature) preview(c *fiber.Ctx, of *models.Campaign, form templates.InviteForm, plan *Plan, changed bool) error {
	page := templates.InvitePreview{Title: of.Title, URL: pageURL(of), Form: form, Changed: changed, Total: plan.Total(), People: plan.People, Addresses: plan.Addresses, Organisations: plan.Organisations,
		Already: plan.Already, Unsubscribed: plan.Unsubscribed, Bouncing: plan.Bouncing, Suspended: plan.Suspended, WithoutLead: plan.WithoutLead, Often: plan.Often, OftenMore: plan.OftenMore,
		OftenTimes: models.InvitedOften, OftenDays: models.InvitedOftenDays}
	page.WithoutLeadMore = max(0, len(page.WithoutLead)-oftenShown)
	page.WithoutLead = page.WithoutLead[:len(page.WithoutLead)-page.WithoutLeadMore]
	for key, value := range c.Request().PostArgs().All() { // what was said of doubtful places goes with it
		if strings.HasPrefix(string(key), "personal-") {
			page.Answers = append(page.Answers, templates.Option{Value: string(key), Text: string(value)})
		}
	}
	shell := f.site.CampaignShell(c, "Check whom you invite", of, templates.Crumb{Text: "Invitations", URL: page.URL})
	return f.site.Render(c, fiber.StatusOK, shell, templates.InvitationsPreview(page))
}

// withFile adds what is in a file that was chosen to what was typed.
func withFile(c *fiber.Ctx, typed string) (string, error) {
	header, err := c.FormFile("file")
	if err != nil || header.Filename == "" {
		if len(typed) > models.MaxInvitationList {
			return typed[:0], models.InvalidField("list", "The list is longer than 2 MB. Send it in parts")
		}
		return typed, nil
	}
	if header.Size > models.MaxInvitationList {
		return typed, models.InvalidField("file", "The file is larger than 2 MB. Send it in parts")
	}
	in, err := header.Open()
	if err != nil {
		return typed, err
	}
	defer in.Close()
	content, err := io.ReadAll(in)
	if err != nil {
		return typed, models.Wrap(models.BadRequest, "The file did not arrive whole. Try again.", err)
	}
	if !utf8.Valid(content) || strings.ContainsRune(string(content), 0) {
		return typed, models.InvalidField("file", "This is no text in UTF-8. Save the spreadsheet as CSV UTF-8, and choose that file")
	}
	text := models.CleanText(strings.TrimPrefix(string(content), "\ufeff"))
	if strings.TrimSpace(text) == "" {
		return typed, models.InvalidField("file", "The file is empty")
	}
	return cmp.Or(strings.TrimSpace(typed+"\n"+text), typed), nil
}

func (f *Feature) setReminders(c *fiber.Ctx, p *models.Person) error {
	ctx := web.SeeOwn(c)
	of, err := f.site.RunCampaign(ctx, p, c.Params("slug"))
	if err != nil {
		return err
	}
	typed := []string{web.Value(c, "reminder_1"), web.Value(c, "reminder_2")}
	days, err := models.CheckReminders(typed)
	if err == nil {
		err = f.store.SetReminders(ctx, of.ID, days)
	}
	if err != nil {
		return f.reshow(c, &of, templates.InviteForm{Days: typed}, err)
	}
	return f.site.Done(c, pageURL(&of)+"#reminders", "The reminders are saved.")
}
