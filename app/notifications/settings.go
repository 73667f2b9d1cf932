package notifications

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"grassroots/app/web"
	"grassroots/models"
	"grassroots/templates"
)

const settingsURL = pageURL + "/settings"

// Save checks and keeps how a person hears of things.
func (f *Feature) Save(ctx context.Context, p *models.Person, n models.NotifySettings) error {
	n.PersonID = p.ID
	if err := n.Validate(); err != nil {
		return err
	}
	return f.store.SaveNotifySettings(ctx, n)
}

// HearOf sets how a person hears of a thing that they follow; empty is as usual.
func (f *Feature) HearOf(ctx context.Context, p *models.Person, what models.Followed, how models.Delivery) (models.Following, error) {
	if how != "" && !how.Valid() {
		return models.Following{}, models.E(models.BadRequest, "There is no such way to hear of something. Use at-once, daily, weekly, site or none.")
	}
	thing, err := f.find(ctx, p, what)
	if err != nil {
		return thing, err
	}
	thing.Delivery = how
	return thing, f.store.HearOf(ctx, p.ID, thing.Followed, how)
}

// ways are the choices of how to hear of something; usual adds that of one thing
// for which nothing was chosen.
func ways(usual bool) []templates.Option {
	var out []templates.Option
	if usual {
		out = append(out, templates.Option{Value: "usual", Text: "As I have chosen for its kind"})
	}
	for _, d := range models.Deliveries() {
		out = append(out, templates.Option{Value: string(d), Text: d.Label()})
	}
	return out
}

// howText says how somebody hears of a thing, where that is not as usual.
func howText(d models.Delivery) string {
	if d == "" {
		return ""
	}
	return d.Label()
}

func (f *Feature) hearOf(c *fiber.Ctx, p *models.Person, what models.Followed) error {
	how := models.Delivery(web.Value(c, "delivery"))
	if how == "usual" {
		how = ""
	}
	thing, err := f.HearOf(web.SeeOwn(c), p, what, how)
	if err != nil {
		return err
	}
	text := "You hear of " + thing.Name + " as you have chosen for each kind of notification."
	if how != "" {
		text = "How you hear of " + thing.Name + ": " + strings.ToLower(how.Label()[:1]) + how.Label()[1:] + "."
	}
	return f.site.Done(c, models.SafeReturn(web.Value(c, "back"), followingURL), text)
}

func (f *Feature) settingsPage(c *fiber.Ctx, p *models.Person) error {
	n, err := f.store.NotifySettings(web.SeeOwn(c), p.ID)
	if err != nil {
		return err
	}
	return f.showSettings(c, p, fiber.StatusOK, n, nil)
}

func (f *Feature) showSettings(c *fiber.Ctx, p *models.Person, status int, n models.NotifySettings, errors []templates.FieldError) error {
	page := templates.NotifySettingsPage{Ways: ways(false), Quiet: n.Quiet, From: strconv.Itoa(n.QuietFrom), To: strconv.Itoa(n.QuietTo), Day: strconv.Itoa(int(n.DigestDay)),
		Hour: strconv.Itoa(n.DigestHour), Zone: n.TimeZone, Errors: errors,
		Stopped: n.StoppedAt, Complained: n.StoppedWhy == models.StoppedByComplaint}
	var err error
	if page.Bouncing, err = f.store.BouncingSince(web.SeeOwn(c), p); err != nil {
		return err
	}
	for _, r := range models.NotifyReasons() {
		page.Kinds = append(page.Kinds, templates.NotifyKind{Name: string(r), Label: r.Label(), Value: string(n.Choice(r))})
	}
	for h := range 24 {
		page.Hours = append(page.Hours, templates.Option{Value: strconv.Itoa(h), Text: hourText(h)})
	}
	for i := range 7 {
		d := time.Weekday((i + 1) % 7)
		page.Days = append(page.Days, templates.Option{Value: strconv.Itoa(int(d)), Text: d.String()})
	}
	zones := zones()
	if !slices.Contains(zones, n.TimeZone) && len(models.Fields(n.Validate())) == 0 {
		zones = append(zones, n.TimeZone)
	}
	for _, z := range zones {
		page.Zones = append(page.Zones, templates.Option{Value: z, Text: strings.ReplaceAll(z, "_", " ")})
	}
	shell := f.site.Shell(c, "How you hear of things")
	shell.NoIndex, shell.Errors = true, errors
	shell.Crumbs = []templates.Crumb{{Text: "Your account", URL: "/me"}, {Text: "Notifications", URL: pageURL}}
	return f.site.Render(c, status, shell, templates.NotifySettings(page))
}

func hourText(h int) string { return time.Date(2000, 1, 1, h, 0, 0, 0, time.UTC).Format("15:04") }

// zones are the time zones that the form offers, of the database of IANA: those
// of the islands, and of where people of the health services live and work. The
// API takes them all.
func zones() []string {
	return []string{"Europe/London", "Europe/Jersey", "Europe/Guernsey", "Europe/Isle_of_Man", "Europe/Dublin", "Europe/Lisbon", "Europe/Gibraltar", "Europe/Madrid", "Europe/Paris", "Europe/Berlin",
		"Europe/Rome", "Europe/Malta", "Europe/Athens", "Asia/Nicosia", "Atlantic/Reykjavik", "Atlantic/Stanley", "Atlantic/St_Helena", "Atlantic/Bermuda", "America/Halifax", "America/New_York",
		"America/Chicago", "America/Denver", "America/Los_Angeles", "America/Jamaica", "Africa/Lagos", "Africa/Nairobi", "Africa/Johannesburg", "Asia/Dubai", "Asia/Karachi", "Asia/Kolkata",
		"Asia/Dhaka", "Asia/Manila", "Asia/Singapore", "Asia/Hong_Kong", "Australia/Perth", "Australia/Sydney", "Pacific/Auckland", "UTC"}
}

func (f *Feature) saveSettings(c *fiber.Ctx, p *models.Person) error {
	ctx := web.SeeOwn(c)
	n, err := f.store.NotifySettings(ctx, p.ID)
	if err != nil {
		return err
	}
	n.Choices = map[models.NotifyReason]models.Delivery{}
	for _, r := range models.NotifyReasons() {
		if web.HasField(c, string(r)) {
			n.Choices[r] = models.Delivery(models.CleanLine(web.Value(c, string(r))))
		}
	}
	n.Quiet = web.Value(c, "quiet") != ""
	n.QuietFrom, n.QuietTo, n.DigestHour = number(c, "quiet_from"), number(c, "quiet_to"), number(c, "digest_hour")
	n.DigestDay, n.TimeZone = time.Weekday(number(c, "digest_day")), models.CleanLine(web.Value(c, "time_zone"))
	f.setStopped(&n, web.Value(c, "stop") != "")
	err = f.Save(ctx, p, n)
	if list, ok := web.FormErrors(err); ok && err != nil {
		return f.showSettings(c, p, web.Describe(err).Status, n, list)
	}
	if err != nil {
		return err
	}
	return f.site.Done(c, settingsURL, "Your choices are saved.")
}

// setStopped has a person get no e-mail, or some again.
func (f *Feature) setStopped(n *models.NotifySettings, stop bool) {
	switch {
	case !stop:
		n.StoppedAt, n.StoppedWhy = nil, ""
	case n.StoppedAt == nil:
		now := f.site.Now()
		n.StoppedAt, n.StoppedWhy = &now, models.StoppedByPerson
	}
}

// number reads a whole number of a form; what is none is one that no field takes.
func number(c *fiber.Ctx, name string) int {
	n, err := strconv.Atoi(web.Value(c, name))
	if err != nil {
		return -1
	}
	return n
}
