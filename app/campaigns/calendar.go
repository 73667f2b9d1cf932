package campaigns

import (
	"net/url"
	"time"

	ics "github.com/arran4/golang-ical"
	"github.com/gofiber/fiber/v2"

	"grassroots/app/web"
	"grassroots/models"
)

const (
	calendarURL = listURL + "/calendar.ics"
	// calendarBack is for how long a campaign whose results are out stays in the feed,
	// and calendarMost how many campaigns there are in it at most.
	calendarBack = 366 * 24 * time.Hour
	calendarMost = 300
)

// calendar is the stages of the campaigns that everybody may read, as a feed that
// calendars follow (RFC 5545). It takes two statements, and changes only with what is in it.
func (f *Feature) calendar(c *fiber.Ctx) error {
	list, err := f.store.CalendarCampaigns(c.UserContext(), f.site.Now().Add(-calendarBack), calendarMost)
	if err != nil {
		return err
	}
	at, err := url.Parse(f.site.BaseURL)
	if err != nil {
		return models.Wrap(models.Internal, "The calendar could not be written.", err)
	}
	cal := ics.NewCalendarFor("Grassroots")
	cal.SetMethod(ics.MethodPublish)
	cal.SetXWRCalName("Grassroots: campaigns")
	cal.SetXWRCalDesc("Stages of the questions that organisers ask of staff across the NHS")
	cal.SetXPublishedTTL("PT1H")
	for i := range list {
		f.events(cal, &list[i], at.Hostname())
	}
	return web.SendTagged(c, "text/calendar; charset=utf-8", []byte(cal.Serialize(ics.WithNewLineWindows)))
}

// events adds an event for each stage of a campaign. What calendars know it by stays when
// the campaign is renamed or moved, and all its times are of what is kept, so that the
// same campaign is written the same way each time.
func (f *Feature) events(cal *ics.Calendar, c *models.Campaign, host string) {
	for i, step := range c.Steps {
		e := cal.AddEvent(c.ID + "-" + string(step.Stage) + "@" + host)
		e.SetDtStampTime(c.UpdatedAt)
		e.SetModifiedAt(c.UpdatedAt)
		e.SetCreatedTime(c.CreatedAt)
		e.SetSequence(c.Version)
		e.SetStartAt(step.Starts)
		if i+1 < len(c.Steps) {
			e.SetEndAt(c.Steps[i+1].Starts)
		}
		e.SetSummary(c.Title + ": " + step.Stage.Label())
		if c.SponsorName != "" {
			e.SetDescription("Asked by " + c.SponsorName)
		}
		e.SetURL(f.site.URL(web.CampaignURL(c)))
		e.SetTimeTransparency(ics.TransparencyTransparent) // nobody is busy because of it
	}
}
