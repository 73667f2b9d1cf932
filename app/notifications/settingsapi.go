package notifications

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"grassroots/app/web"
	"grassroots/models"
	"grassroots/models/store"
)

type apiChoice struct {
	Kind     string `json:"kind" enum:"mention,reply,own,stage,adoption,comment,published,revised,message,asked,overdue,decided,thanks,invited,campaign,invitation,workspace,original,review" doc:"Why somebody is told: see list-notifications."`
	Delivery string `json:"delivery" enum:"at-once,daily,weekly,site,none" doc:"By an e-mail at once, in one a day or a week, in the site alone, or not at all. All but the last stand in the site too."`
}

type apiNotifySettings struct {
	Choices    []apiChoice `json:"choices" maxItems:"20" doc:"What is not there is as usual: mentions and answers at once, all else in a weekly e-mail. Answers have them all."`
	TimeZone   string      `json:"time_zone" minLength:"1" maxLength:"60" doc:"By its name in the database of IANA. All hours are of it." example:"Europe/London"`
	Quiet      bool        `json:"quiet" doc:"Holds e-mail that goes at once back in the quiet hours."`
	QuietFrom  int         `json:"quiet_from" minimum:"0" maximum:"23" doc:"Hour of the day."`
	QuietTo    int         `json:"quiet_to" minimum:"0" maximum:"23" doc:"Hour of the day, another than quiet_from while quiet is true."`
	DigestDay  string      `json:"digest_day" enum:"monday,tuesday,wednesday,thursday,friday,saturday,sunday" doc:"Of the weekly e-mail."`
	DigestHour int         `json:"digest_hour" minimum:"0" maximum:"23" doc:"Of the daily and the weekly e-mail."`
	Email      *bool       `json:"email,omitempty" doc:"False while no e-mail about notifications is sent at all, whatever was chosen. Absent in a change leaves it as it is."`
}

type apiNotifySettingsOutput struct{ Body apiNotifySettings }

type apiNotifySettingsInput struct{ Body apiNotifySettings }

func (f *Feature) settingsAPI(api huma.API) {
	path, tags := "/me/notification-settings", []string{"Notifications"}
	web.Operation(f.site, api, huma.Operation{OperationID: "get-notification-settings", Method: http.MethodGet, Path: path, Tags: tags, Security: web.TokenSecurity(),
		Summary: "How you hear of things", Description: "By which e-mail, if any, you hear of each kind of thing, and when."}, f.apiSettings)
	web.Operation(f.site, api, huma.Operation{OperationID: "put-notification-settings", Method: http.MethodPut, Path: path, Tags: tags, Security: web.TokenSecurity(),
		Summary: "Change how you hear of things", Description: "Replaces all of it. What waits to be sent goes as you choose now.",
		Errors: []int{http.StatusRequestEntityTooLarge, http.StatusUnsupportedMediaType}}, f.apiSaveSettings)
}

func (f *Feature) apiSettings(ctx context.Context, _ *struct{}) (*apiNotifySettingsOutput, error) {
	p, err := web.RequireIn(ctx)
	if err != nil {
		return nil, err
	}
	n, err := f.store.NotifySettings(store.Fresh(ctx), p.ID)
	if err != nil {
		return nil, err
	}
	return &apiNotifySettingsOutput{Body: apiSettingsOf(n)}, nil
}

func apiSettingsOf(n models.NotifySettings) apiNotifySettings {
	email := n.StoppedAt == nil
	out := apiNotifySettings{Email: &email, TimeZone: n.TimeZone, Quiet: n.Quiet, QuietFrom: n.QuietFrom, QuietTo: n.QuietTo, DigestDay: strings.ToLower(n.DigestDay.String()), DigestHour: n.DigestHour}
	for _, r := range models.NotifyReasons() {
		out.Choices = append(out.Choices, apiChoice{Kind: string(r), Delivery: string(n.Choice(r))})
	}
	return out
}

func (f *Feature) apiSaveSettings(ctx context.Context, in *apiNotifySettingsInput) (*apiNotifySettingsOutput, error) {
	p, err := web.RequireIn(ctx)
	if err != nil {
		return nil, err
	}
	n, err := f.store.NotifySettings(store.Fresh(ctx), p.ID)
	if err != nil {
		return nil, err
	}
	b := in.Body
	n.Choices, n.TimeZone, n.Quiet, n.QuietFrom, n.QuietTo, n.DigestHour = map[models.NotifyReason]models.Delivery{}, b.TimeZone, b.Quiet, b.QuietFrom, b.QuietTo, b.DigestHour
	for _, c := range b.Choices {
		n.Choices[models.NotifyReason(c.Kind)] = models.Delivery(c.Delivery)
	}
	n.DigestDay = time.Weekday(slices.IndexFunc([]time.Weekday{0, 1, 2, 3, 4, 5, 6}, func(d time.Weekday) bool { return strings.EqualFold(d.String(), b.DigestDay) }))
	if b.Email != nil {
		f.setStopped(&n, !*b.Email)
	}
	if err := f.Save(store.Fresh(ctx), p, n); err != nil {
		return nil, err
	}
	return &apiNotifySettingsOutput{Body: apiSettingsOf(n)}, nil
}
