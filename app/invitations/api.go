package invitations

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"grassroots/app/web"
	"grassroots/models"
	"grassroots/models/store"
)

// APIInvitation is an invitation to a campaign as the API gives it.
type APIInvitation struct {
	ID           string     `json:"id" doc:"ULID"`
	Kind         string     `json:"kind" enum:"person,address,organisation"`
	Name         string     `json:"name" doc:"Of the person or organisation."`
	Handle       *string    `json:"handle" doc:"Of the person; null for others, and once the account is closed."`
	Address      *string    `json:"address" doc:"Of somebody without an account; null for others, and once it is forgotten."`
	Organisation *string    `json:"organisation" doc:"ODS code of who is invited, or of that as whose lead a person is."`
	State        string     `json:"state" enum:"waiting,sent,opened,accepted,entered,declined,unsubscribed,bounced,left-out"`
	Reminders    int        `json:"reminders" doc:"How many were sent."`
	Created      time.Time  `json:"created"`
	Sent         *time.Time `json:"sent"`
	Opened       *time.Time `json:"opened"`
	Answered     *time.Time `json:"answered"`
}

type apiInvitationsInput struct {
	ID string `path:"id" doc:"ULID or slug" maxLength:"200" example:"release-time-to-care-2026"`
	web.PageParams
	State string `query:"state" enum:"waiting,sent,opened,accepted,entered,declined,unsubscribed,bounced,left-out" doc:"Only those of this state."`
	Kind  string `query:"kind" enum:"person,address,organisation" doc:"Only those of this kind."`
}

type apiInvitationsOutput struct{ Body web.List[APIInvitation] }

type apiInviteInput struct {
	ID   string `path:"id" doc:"ULID or slug" maxLength:"200" example:"release-time-to-care-2026"`
	Body apiInviteBody
}

type apiInviteBody struct {
	Organisations []string `json:"organisations,omitempty" maxItems:"20000" doc:"ODS codes; their leads are invited with them."`
	Regions       []string `json:"regions,omitempty" maxItems:"20" doc:"All organisations of these, where kinds are named those of the kinds."`
	Kinds         []string `json:"kinds,omitempty" maxItems:"20" doc:"Kinds of organisation."`
	People        []string `json:"people,omitempty" maxItems:"20000" doc:"Handles."`
	Addresses     []string `json:"addresses,omitempty" maxItems:"20000" doc:"E-mail addresses; somebody with an account is invited as a person."`
	Roles         []string `json:"roles,omitempty" maxItems:"10" doc:"All who have one of these: lead, moderator, organiser, admin."`
	StaffGroups   []string `json:"staff_groups,omitempty" maxItems:"20"`
	Message       string   `json:"message,omitempty" doc:"What you say to them, at most 2,000 characters."`
	Preview       bool     `json:"preview,omitempty" doc:"Only say what would come of it; nobody is invited."`
}

type apiInviteOutput struct{ Body apiInvitePlan }

type apiInvitePlan struct {
	Invited       int      `json:"invited" doc:"How many invitations were made; 0 of a preview."`
	People        int      `json:"people" doc:"That are, or would be, invited."`
	Addresses     int      `json:"addresses"`
	Organisations int      `json:"organisations"`
	Already       int      `json:"already" doc:"Are invited already."`
	Unsubscribed  int      `json:"unsubscribed" doc:"Want no invitations."`
	Bouncing      int      `json:"bouncing" doc:"E-mail to them comes back."`
	Suspended     int      `json:"suspended" doc:"May not take part now."`
	WithoutLead   []string `json:"without_lead" doc:"Organisations of which nobody can be told: they have no lead here."`
	Often         []string `json:"often" doc:"Some of those who were invited to many campaigns lately, by name."`
	OftenMore     int      `json:"often_more" doc:"How many more they are."`
}

type apiRemindersInput struct {
	ID string `path:"id" doc:"ULID or slug" maxLength:"200" example:"release-time-to-care-2026"`
}

type apiRemindersPutInput struct {
	ID   string `path:"id" doc:"ULID or slug" maxLength:"200" example:"release-time-to-care-2026"`
	Body apiRemindersBody
}

type apiRemindersBody struct {
	DaysBefore []int `json:"days_before" maxItems:"2" doc:"How many days before entries close those who have not answered are reminded, 1 to 60." example:"[14, 3]"`
}

type apiRemindersOutput struct{ Body apiReminders }

type apiReminders struct {
	Reminders []apiReminder `json:"reminders" doc:"The first that is sent first."`
}

type apiReminder struct {
	DaysBefore int        `json:"days_before"`
	Sent       *time.Time `json:"sent" doc:"Null while it is to come."`
}

// API adds the same operations as JSON.
func (f *Feature) API(api huma.API) {
	add := func(id, method, path, summary, description string, errors ...int) huma.Operation {
		return huma.Operation{OperationID: id, Method: method, Path: path, Summary: summary, Description: description, Tags: []string{"Campaigns"}, Security: web.TokenSecurity(), Errors: append(errors, http.StatusForbidden, http.StatusNotFound)}
	}
	web.Operation(f.site, api, add("list-campaign-invitations", http.MethodGet, "/campaigns/{id}/invitations", "Invitations to a campaign", "The newest first. For organisers and admins."), f.apiList)
	invite := add("invite-to-campaign", http.MethodPost, "/campaigns/{id}/invitations", "Invite people and organisations to a campaign",
		"Whoever is invited already, wants no invitations or cannot be reached is passed over and counted. Ask with preview first. 409 for a draft, once entries are closed, and where nobody is left to invite. For organisers and admins.", 409, 413, 415)
	invite.DefaultStatus = http.StatusOK
	web.Operation(f.site, api, invite, f.apiInvite)
	web.Operation(f.site, api, add("get-campaign-reminders", http.MethodGet, "/campaigns/{id}/reminders", "When those invited are reminded", "For organisers and admins."), f.apiReminders)
	web.Operation(f.site, api, add("put-campaign-reminders", http.MethodPut, "/campaigns/{id}/reminders", "Set when those invited are reminded", "In place of what was set. 409 where one that was sent would change. For organisers and admins.", 409, 413, 415), f.apiSetReminders)
}

// running gives a campaign to an organiser who is signed in.
func (f *Feature) running(ctx context.Context, id string) (*models.Person, models.Campaign, error) {
	p, err := web.RequireIn(ctx)
	if err != nil {
		return nil, models.Campaign{}, err
	}
	c, err := f.site.RunCampaign(ctx, p, id)
	return p, c, err
}

func (f *Feature) apiList(ctx context.Context, in *apiInvitationsInput) (*apiInvitationsOutput, error) {
	_, c, err := f.running(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	q := models.InvitationQuery{CampaignID: c.ID, State: models.InvitationState(in.State), Kind: models.InvitationKind(in.Kind), Limit: in.Limit}
	if q.Cursor, err = models.ParseCursor(in.Cursor); err != nil {
		return nil, err
	}
	if err := q.Validate(); err != nil {
		return nil, err
	}
	list, _, err := f.List(ctx, q)
	if err != nil {
		return nil, err
	}
	items := make([]APIInvitation, len(list.Items))
	for i := range list.Items {
		items[i] = invitationForAPI(&list.Items[i])
	}
	return &apiInvitationsOutput{web.NewList(items, list.Next, list.Total)}, nil
}

func invitationForAPI(i *models.Invitation) APIInvitation {
	out := APIInvitation{ID: i.ID, Kind: string(i.Kind), Name: i.Name, State: string(i.State), Reminders: i.Reminders, Created: i.CreatedAt.UTC(), Sent: i.SentAt, Opened: i.OpenedAt, Answered: i.AnsweredAt}
	if i.Kind == models.InvitedOrganisation {
		out.Name = i.OrganisationName
	}
	known := func(text string) *string {
		if text == "" {
			return nil
		}
		return &text
	}
	out.Handle, out.Address, out.Organisation = known(i.Handle), known(i.Address), known(i.Organisation)
	return out
}

func (f *Feature) apiInvite(ctx context.Context, in *apiInviteInput) (*apiInviteOutput, error) {
	ctx = store.Fresh(ctx)
	p, c, err := f.running(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	if err := f.open(&c); err != nil {
		return nil, err
	}
	b := in.Body
	choice := models.InvitationChoice{Organisations: b.Organisations, Regions: b.Regions, Kinds: b.Kinds, People: b.People, Addresses: b.Addresses, StaffGroups: b.StaffGroups}
	for _, r := range b.Roles {
		choice.Roles = append(choice.Roles, models.Role(r))
	}
	plan, err := f.Plan(ctx, &c, choice, nil)
	if err != nil {
		return nil, err
	}
	out := apiInvitePlan{People: plan.People, Addresses: plan.Addresses, Organisations: plan.Organisations, Already: plan.Already, Unsubscribed: plan.Unsubscribed, Bouncing: plan.Bouncing, Suspended: plan.Suspended,
		WithoutLead: append([]string{}, plan.WithoutLead...), Often: append([]string{}, plan.Often...), OftenMore: plan.OftenMore}
	if b.Preview {
		_, _, err = f.checkMessage(ctx, b.Message)
	} else {
		out.Invited, err = f.Invite(ctx, p, &c, plan, b.Message)
	}
	if err != nil {
		return nil, err
	}
	return &apiInviteOutput{out}, nil
}

func (f *Feature) apiReminders(ctx context.Context, in *apiRemindersInput) (*apiRemindersOutput, error) {
	_, c, err := f.running(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	list, err := f.store.Reminders(ctx, c.ID)
	out := apiReminders{Reminders: make([]apiReminder, len(list))}
	for i, r := range list {
		out.Reminders[i] = apiReminder{DaysBefore: r.DaysBefore, Sent: r.DoneAt}
	}
	return &apiRemindersOutput{out}, err
}

func (f *Feature) apiSetReminders(ctx context.Context, in *apiRemindersPutInput) (*apiRemindersOutput, error) {
	ctx = store.Fresh(ctx)
	_, c, err := f.running(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	texts := make([]string, len(in.Body.DaysBefore))
	for i, n := range in.Body.DaysBefore {
		texts[i] = strconv.Itoa(n)
	}
	days, err := models.CheckReminders(texts)
	if err == nil {
		err = f.store.SetReminders(ctx, c.ID, days)
	}
	if err != nil {
		return nil, err
	}
	return f.apiReminders(ctx, &apiRemindersInput{ID: in.ID})
}
