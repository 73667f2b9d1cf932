package templates_test

import (
	"testing"
	"time"

	"grassroots/templates"
)

func TestDatesAreThoseOfLondon(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ in, date, dateTime string }{
		{"2026-01-04T14:02:00Z", "4 January 2026", "4 January 2026, 14:02"},
		{"2026-07-01T23:30:00Z", "2 July 2026", "2 July 2026, 00:30"},
		{"2026-03-29T00:59:00Z", "29 March 2026", "29 March 2026, 00:59"},
		{"2026-03-29T01:00:00Z", "29 March 2026", "29 March 2026, 02:00"},
		{"2026-01-01T00:30:00+09:00", "31 December 2025", "31 December 2025, 15:30"},
	} {
		at, err := time.Parse(time.RFC3339, c.in)
		if err != nil {
			t.Fatal(err)
		}
		if got := templates.FormatDate(at); got != c.date {
			t.Errorf("FormatDate(%s) = %q, want %q", c.in, got, c.date)
		}
		if got := templates.FormatDateTime(at); got != c.dateTime {
			t.Errorf("FormatDateTime(%s) = %q, want %q", c.in, got, c.dateTime)
		}
	}
}

func TestDateTextKeepsTheInstant(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 7, 1, 23, 30, 0, 0, time.UTC)
	if got, want := render(t, templates.DateText(at)), `<time datetime="2026-07-01T23:30:00Z">2 July 2026</time>`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestNumbers(t *testing.T) {
	t.Parallel()
	for n, want := range map[int]string{0: "0", 7: "7", 999: "999", 1000: "1,000", 12345: "12,345", 1234567: "1,234,567", -1000: "-1,000", -5: "-5"} {
		if got := templates.FormatNumber(n); got != want {
			t.Errorf("FormatNumber(%d) = %q, want %q", n, got, want)
		}
	}
	for n, want := range map[int]string{0: "0 votes", 1: "1 vote", 2: "2 votes", 1204: "1,204 votes"} {
		if got := templates.FormatCount(n, "vote", "votes"); got != want {
			t.Errorf("FormatCount(%d) = %q, want %q", n, got, want)
		}
	}
	for n, want := range map[int64]string{1: "1 byte", 999: "999 bytes", 1000: "1 KB", 850_400: "850 KB", 999_499: "999 KB", 999_500: "1.0 MB", 1_234_567: "1.2 MB"} {
		if got := templates.FormatSize(n); got != want {
			t.Errorf("FormatSize(%d) = %q, want %q", n, got, want)
		}
	}
}

func TestPlainText(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"plain":                       "plain",
		"two\nlines\tand":             "two lines and",
		"nul\x00 bell\x07":            "nul bell",
		"bad \xff utf8":               "bad  utf8",
		"\u202eright\u2066left\u200f": "rightleft",
		"Môn 👩🏽‍⚕️":                   "Môn 👩🏽‍⚕️",
	} {
		if got := templates.PlainText(in); got != want {
			t.Errorf("PlainText(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestMarked(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, text string
		marks      [][2]int
		want       string
	}{
		{"none", "discharge", nil, "<bdi>discharge</bdi>"},
		{"one", "discharge letters", [][2]int{{10, 17}}, "<bdi>discharge <mark>letters</mark></bdi>"},
		{"characters, not bytes", "Môn letters", [][2]int{{4, 11}}, "<bdi>Môn <mark>letters</mark></bdi>"},
		{"out of order", "a b c", [][2]int{{4, 5}, {0, 1}}, "<bdi><mark>a</mark> b <mark>c</mark></bdi>"},
		{"overlapping", "abcdef", [][2]int{{0, 3}, {2, 5}}, "<bdi><mark>abc</mark><mark>de</mark>f</bdi>"},
		{"past the end", "abc", [][2]int{{2, 99}, {50, 60}}, "<bdi>ab<mark>c</mark></bdi>"},
		{"backwards", "abc", [][2]int{{2, 1}, {-5, -1}}, "<bdi>abc</bdi>"},
		{"escaped", "<b>&", [][2]int{{0, 3}}, "<bdi><mark>&lt;b&gt;</mark>&amp;</bdi>"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if got := render(t, templates.Marked(templates.MarkedProps{Text: c.text, Marks: c.marks})); got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
		})
	}
}

func TestByline(t *testing.T) {
	t.Parallel()
	years := func(n int) *int { return &n }
	for _, c := range []struct {
		name  string
		props templates.BylineProps
		want  string
	}{
		{"name alone", templates.BylineProps{Name: "Sam"}, "Sam"},
		{"all", templates.BylineProps{Name: "Sam", Role: "Ward manager", StaffGroup: "Nursing", Years: years(14), Organisation: "Leeds"},
			"Sam Ward manager Nursing 14 years of experience Leeds"},
		{"new", templates.BylineProps{Name: "Sam", Role: " ", Years: years(0)}, "Sam less than 1 year of experience"},
		{"one year", templates.BylineProps{Name: "Sam", Years: years(1)}, "Sam 1 year of experience"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if got := text(parse(t, render(t, templates.Byline(c.props)))); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

func TestFieldID(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{"title": "title", "links[0].from": "links-0--from", "a b#c": "a-b-c", "é": "-"} {
		if got := templates.FieldID(in); got != want {
			t.Errorf("FieldID(%q) = %q, want %q", in, got, want)
		}
	}
}
