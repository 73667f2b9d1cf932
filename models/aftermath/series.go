package aftermath

import "time"

// dailyFor is up to how many days are shown one by one; what takes longer is shown week by
// week.
const dailyFor = 35

// DayCount is how often something happened on a day of London, YYYY-MM-DD.
type DayCount struct {
	Day string
	N   int
}

// Moments is when what happened in a campaign happened.
type Moments struct {
	Entries, Votes, Comments []time.Time
	Views                    []DayCount // of its page
}

// Span is a day or a week of a campaign, by the clock in London.
type Span struct {
	From, To                        time.Time // To is the beginning of the next
	Views, Entries, Votes, Comments int
}

// Series is how a campaign went from when it opened on.
type Series struct {
	Weekly bool
	Spans  []Span
}

// midnight begins the day of a moment, as a clock in a zone shows it: a day in which clocks
// change has 23 or 25 hours.
func midnight(t time.Time, zone *time.Location) time.Time {
	y, m, d := t.In(zone).Date()
	return time.Date(y, m, d, 0, 0, 0, 0, zone)
}

// Over puts what happened from one moment until another into days, or into weeks from
// Monday on where there are many. What happened before or after is left out.
func (m *Moments) Over(from, until time.Time, zone *time.Location) Series {
	var out Series
	if !from.Before(until) {
		return out
	}
	day := midnight(from, zone)
	step := 1
	if out.Weekly = until.Sub(day) > dailyFor*24*time.Hour; out.Weekly {
		step = 7
		day = day.AddDate(0, 0, -(int(day.Weekday())+6)%7)
	}
	for ; day.Before(until); day = day.AddDate(0, 0, step) {
		out.Spans = append(out.Spans, Span{From: day, To: day.AddDate(0, 0, step)})
	}
	at := func(t time.Time) *Span {
		for i := range out.Spans {
			if s := &out.Spans[i]; !t.Before(s.From) && t.Before(s.To) {
				return s
			}
		}
		return nil
	}
	put := func(list []time.Time, n func(*Span) *int) {
		for _, t := range list {
			if t.Before(from) || !t.Before(until) {
				continue
			}
			if s := at(t); s != nil {
				*n(s)++
			}
		}
	}
	put(m.Entries, func(s *Span) *int { return &s.Entries })
	put(m.Votes, func(s *Span) *int { return &s.Votes })
	put(m.Comments, func(s *Span) *int { return &s.Comments })
	for _, v := range m.Views {
		t, err := time.ParseInLocation(time.DateOnly, v.Day, zone)
		if err != nil {
			continue
		}
		if s := at(t); s != nil {
			s.Views += v.N
		}
	}
	return out
}

// Sums gives how much happened in all spans together.
func (s *Series) Sums() Span {
	var out Span
	for _, one := range s.Spans {
		out.Views += one.Views
		out.Entries += one.Entries
		out.Votes += one.Votes
		out.Comments += one.Comments
	}
	return out
}
