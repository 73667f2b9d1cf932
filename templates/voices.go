package templates

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"
)

// VoicesPage says who takes part and who does not.
type VoicesPage struct {
	Period, Did        string
	Periods, Dids      []Option
	DidText            string // what people are counted for, after "who"
	Counted            bool   // something was counted at all
	From, To           time.Time
	Older              []string // what is counted until another day
	Tables             []VoicesTable
	Unheard            []string // sentences
	Mixes              int      // how many mixes of the workforce were entered
	CSVURL, APIURL     string
	Least, Step, Apart int
	AdminURL           string // for who may say how the workforce is made up
}

// VoicesTable is who takes part by one thing.
type VoicesTable struct {
	Key, Title string
	Columns    []string // heads of the counts
	Rows       []VoicesRow
	Source     string // of the mix; empty when none was entered
	AsOf       string
	Mixed      bool // there can be a mix
	Sentences  []string
	Nothing    bool // no group is large enough to be shown
}

// VoicesRow is one group.
type VoicesRow struct {
	Label     string
	Workforce string
	Cells     []string
	Bars      [2]VoicesBar // of the workforce, and of those who did it
}

// VoicesBar is one bar of a chart. Of Low to High only that it ends between them
// is known.
type VoicesBar struct {
	Low, High float64 // of 100
	Text      string
	Shown     bool
}

const (
	voicesWide = 300
	voicesBar  = 165
)

func (t VoicesTable) chartBox() string {
	return fmt.Sprintf("0 0 %d %d", voicesWide, len(t.Rows)*t.rowHeight()+4)
}

// rowHeight is less where there is but one bar for each group.
func (t VoicesTable) rowHeight() int { return t.barTop(2) + 4 }

func (t VoicesTable) barTop(bar int) int {
	if t.Source == "" {
		bar--
	}
	return 18 + 18*bar
}

// most is what the longest bar stands for.
func (t VoicesTable) most() float64 {
	most := 1.0
	for _, r := range t.Rows {
		for _, b := range r.Bars {
			most = max(most, b.High)
		}
	}
	return most
}

func (t VoicesTable) length(share float64) string {
	return fmt.Sprintf("%.0f", math.Max(0, share/t.most()*voicesBar))
}

func (t VoicesTable) after(b VoicesBar) string {
	if !b.Shown {
		return "2"
	}
	return fmt.Sprintf("%.0f", b.High/t.most()*voicesBar+6)
}

func (t VoicesTable) hatch() string { return "hatch-" + t.Key }

func (t VoicesTable) fill(i int) string {
	if i == 0 {
		return "url(#" + t.hatch() + ")"
	}
	return "#005eb8"
}

func (p VoicesPage) describe(t VoicesTable) string {
	text := "Two bars for each group: hatched for its part of the workforce, filled for its part of those who " + p.DidText + "."
	if t.Source == "" {
		text = "A bar for each group: its part of those who " + p.DidText + "."
		if !t.Mixed {
			text = "A bar for each group: about how many people " + p.DidText + "."
		}
	}
	return text + " The table below says the same."
}

// period says of when the counts are.
func (p VoicesPage) period() string {
	last := FormatDate(p.To.AddDate(0, 0, -1))
	if p.From.IsZero() {
		return "Everything until " + last + "."
	}
	return "From " + FormatDate(p.From) + " until " + last + "."
}

// WorkforcePage is the form of how the workforce is made up.
type WorkforcePage struct {
	By           string
	Bys          []Option
	Groups       []WorkforceField
	Source, AsOf string
	CSV          string
	Errors       []FieldError
	History      []WorkforceLine
}

// WorkforceField is the share of one group, as it was typed.
type WorkforceField struct{ Name, Label, Value string }

// WorkforceLine is what was said before.
type WorkforceLine struct {
	Source, AsOf, By, Shares string
	When                     time.Time
}

// byText is what the form is about.
func (p WorkforcePage) byText() string {
	for _, o := range p.Bys {
		if o.Value == p.By {
			return o.Text
		}
	}
	return ""
}

func (p WorkforcePage) byAddress(by string) templ.SafeURL {
	return templ.URL("/admin/workforce?by=" + by)
}

// lowerFirst puts the first letter of a heading in lower case, inside a sentence.
func lowerFirst(s string) string {
	if s == "" {
		return ""
	}
	return strings.ToLower(s[:1]) + s[1:]
}

// FormatPercent gives per cent with one digit where there is one.
func FormatPercent(share float64) string {
	return strconv.FormatFloat(math.Round(share*10)/10, 'f', -1, 64) + "%"
}
