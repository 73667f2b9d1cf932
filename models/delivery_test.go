package models

import (
	"testing"
	"time"
	_ "time/tzdata"
)

func at(t *testing.T, text string) time.Time {
	t.Helper()
	out, err := time.Parse(time.RFC3339, text)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// In 2026 clocks in London go forward on 29 March at 01:00 and back on 25
// October at 02:00 British Summer Time.
func TestWhatIsDueKeepsToTheClockOnTheWall(t *testing.T) {
	t.Parallel()
	quiet := func(from, to int) func(*NotifySettings) {
		return func(n *NotifySettings) { n.QuietFrom, n.QuietTo = from, to }
	}
	digest := func(day time.Weekday, hour int) func(*NotifySettings) {
		return func(n *NotifySettings) { n.DigestDay, n.DigestHour = day, hour }
	}
	in := func(zone string) func(*NotifySettings) { return func(n *NotifySettings) { n.TimeZone = zone } }
	for name, c := range map[string]struct {
		change    func(*NotifySettings)
		how       Delivery
		now, want string
	}{
		"at once by day":                          {quiet(20, 7), AtOnce, "2026-03-04T12:00:00Z", "2026-03-04T12:02:00Z"},
		"just before it is quiet":                 {quiet(20, 7), AtOnce, "2026-03-04T19:57:00Z", "2026-03-04T19:59:00Z"},
		"so close that it would fall in the hour": {quiet(20, 7), AtOnce, "2026-03-04T19:58:00Z", "2026-03-05T07:00:00Z"},
		"in the evening":                          {quiet(20, 7), AtOnce, "2026-03-04T22:00:00Z", "2026-03-05T07:00:00Z"},
		"after midnight":                          {quiet(20, 7), AtOnce, "2026-03-05T03:00:00Z", "2026-03-05T07:00:00Z"},
		"quiet by day":                            {quiet(9, 17), AtOnce, "2026-03-05T10:00:00Z", "2026-03-05T17:00:00Z"},
		"not quiet by night":                      {quiet(9, 17), AtOnce, "2026-03-05T03:00:00Z", "2026-03-05T03:02:00Z"},
		"over the change in spring":               {quiet(20, 7), AtOnce, "2026-03-28T23:00:00Z", "2026-03-29T06:00:00Z"},
		"to an hour that is skipped":              {quiet(20, 1), AtOnce, "2026-03-28T23:00:00Z", "2026-03-29T01:00:00Z"},
		"over the change in autumn":               {quiet(20, 7), AtOnce, "2026-10-24T22:00:00Z", "2026-10-25T07:00:00Z"},
		"to an hour that comes twice":             {quiet(20, 1), AtOnce, "2026-10-24T22:00:00Z", "2026-10-25T00:00:00Z"},
		"between the two":                         {quiet(20, 2), AtOnce, "2026-10-25T01:30:00Z", "2026-10-25T02:00:00Z"},
		"no quiet hours":                          {func(n *NotifySettings) { n.Quiet = false }, AtOnce, "2026-03-04T22:00:00Z", "2026-03-04T22:02:00Z"},
		"where it is quiet now":                   {in("Asia/Nicosia"), AtOnce, "2026-03-04T19:00:00Z", "2026-03-05T05:00:00Z"},
		"half an hour off":                        {in("Asia/Kolkata"), AtOnce, "2026-03-04T22:00:00Z", "2026-03-05T01:30:00Z"},
		"today's digest":                          {digest(0, 8), Daily, "2026-03-04T07:00:00Z", "2026-03-04T08:00:00Z"},
		"tomorrow's":                              {digest(0, 8), Daily, "2026-03-04T08:00:00Z", "2026-03-05T08:00:00Z"},
		"in summer":                               {digest(0, 8), Daily, "2026-07-04T08:00:00Z", "2026-07-05T07:00:00Z"},
		"after the change in spring":              {digest(0, 8), Daily, "2026-03-28T09:00:00Z", "2026-03-29T07:00:00Z"},
		"after the change in autumn":              {digest(0, 8), Daily, "2026-10-24T09:00:00Z", "2026-10-25T08:00:00Z"},
		"an hour that is skipped":                 {digest(0, 1), Daily, "2026-03-28T09:00:00Z", "2026-03-29T01:00:00Z"},
		"an hour that comes twice":                {digest(0, 1), Daily, "2026-10-24T09:00:00Z", "2026-10-25T00:00:00Z"},
		"not a second time":                       {digest(0, 1), Daily, "2026-10-25T00:00:00Z", "2026-10-26T01:00:00Z"},
		"on Monday":                               {digest(time.Monday, 8), Weekly, "2026-03-04T12:00:00Z", "2026-03-09T08:00:00Z"},
		"on the day itself":                       {digest(time.Wednesday, 13), Weekly, "2026-03-04T12:00:00Z", "2026-03-04T13:00:00Z"},
		"a week on":                               {digest(time.Wednesday, 12), Weekly, "2026-03-04T12:00:00Z", "2026-03-11T12:00:00Z"},
		"over the change":                         {digest(time.Monday, 8), Weekly, "2026-03-24T12:00:00Z", "2026-03-30T07:00:00Z"},
		"over New Year":                           {digest(time.Friday, 8), Weekly, "2026-12-30T12:00:00Z", "2027-01-01T08:00:00Z"},
		"on the other side of the world":          {in("Pacific/Auckland"), Weekly, "2026-03-04T12:00:00Z", "2026-03-08T19:00:00Z"},
		"in a zone that is none any more":         {in("Europe/Atlantis"), Daily, "2026-07-04T06:00:00Z", "2026-07-04T07:00:00Z"},
	} {
		n := DefaultNotifySettings("p")
		c.change(&n)
		if got := n.Due(c.how, at(t, c.now)); !got.Equal(at(t, c.want)) {
			t.Errorf("%s: due at %s, want %s", name, got.UTC().Format(time.RFC3339), c.want)
		}
	}
}

// Whatever happens when, what is due comes after it, not in quiet hours, and one
// digest a day.
func TestWhatIsDueComesOnceADay(t *testing.T) {
	t.Parallel()
	for _, zone := range []string{"Europe/London", "America/New_York", "Australia/Lord_Howe", "Africa/Casablanca", "UTC", "Pacific/Apia"} {
		for hour := range 24 {
			n := DefaultNotifySettings("p")
			n.TimeZone, n.DigestHour, n.QuietFrom, n.QuietTo = zone, hour, hour, (hour+9)%24
			seen := map[string]time.Time{}
			end := at(t, "2027-01-02T00:00:00Z")
			for now := at(t, "2026-01-01T00:00:00Z"); now.Before(end); now = now.Add(7 * time.Hour) {
				due := n.DigestDue(Daily, now)
				period := n.Period(Daily, due)
				if before, ok := seen[period]; ok && !before.Equal(due) || !due.After(now) || due.Sub(now) > 26*time.Hour {
					t.Fatalf("%s at %d: %s is due at %s and %s", zone, hour, period, before, due)
				}
				seen[period] = due
				if once := n.AtOnceDue(now); n.isQuiet(once) || once.Before(now) || once.Sub(now) > 11*time.Hour {
					t.Fatalf("%s from %d: at %s it is due at %s", zone, hour, now, once)
				}
			}
			if len(seen) < 365 {
				t.Errorf("%s at %d: %d digests in a year", zone, hour, len(seen))
			}
		}
	}
}

func TestNotifySettingsAreChecked(t *testing.T) {
	t.Parallel()
	for field, change := range map[string]func(*NotifySettings){
		"mention":     func(n *NotifySettings) { n.Choices = map[NotifyReason]Delivery{NotifyMention: "now"} },
		"choices":     func(n *NotifySettings) { n.Choices = map[NotifyReason]Delivery{"lunch": Daily} },
		"quiet_from":  func(n *NotifySettings) { n.QuietFrom = 24 },
		"quiet_to":    func(n *NotifySettings) { n.QuietTo = n.QuietFrom },
		"digest_day":  func(n *NotifySettings) { n.DigestDay = 7 },
		"digest_hour": func(n *NotifySettings) { n.DigestHour = -1 },
		"time_zone":   func(n *NotifySettings) { n.TimeZone = "Local" },
	} {
		n := DefaultNotifySettings("p")
		if err := n.Validate(); err != nil {
			t.Fatal(err)
		}
		change(&n)
		if fields := Fields(n.Validate()); len(fields) != 1 || fields[0].Field != field {
			t.Errorf("%s: %v", field, fields)
		}
	}
}
