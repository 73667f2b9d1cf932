package templates

import (
	"fmt"
	"strings"
	"time"
)

// SpreadPage is how a case study spreads.
type SpreadPage struct {
	Title, StudyURL, KitURL string
	Total                   int
	Cut                     bool // there may be more
	Posted, Now             time.Time
	Chart                   SpreadChart
	Who, Regions, Came      ReportTable
	Forests                 []SpreadForest
	MoreForests             bool
	Tiles                   []SpreadTile // empty where no region is known
	Changed, Stopped        []SpreadSaid
	// Near tells that the reader has an organisation; then Worked and Failed say what it has
	// in common with those that use it and those that stopped.
	Near           bool
	Worked, Failed []SpreadSaid
}

// SpreadSaid is what one organisation says, or what is said of it.
type SpreadSaid struct {
	Name, URL, Status, Text string
	Demo                    bool // invented for the demonstration
}

// SpreadChart has when organisations began and stopped, in order: from 0, when the case study
// was posted, to 1, now.
type SpreadChart struct{ Begun, Stopped []float64 }

const (
	spreadWide = 320
	spreadHigh = 120
)

// steps draws a line that rises by one for each, as the path of an SVG.
func (c SpreadChart) steps(list []float64) string {
	var b strings.Builder
	fmt.Fprintf(&b, "M0 %d", spreadHigh)
	for i, x := range list {
		fmt.Fprintf(&b, "H%.1fV%.1f", x*spreadWide, spreadHigh-float64(i+1)*(spreadHigh-4)/float64(max(len(c.Begun), len(c.Stopped))))
	}
	fmt.Fprintf(&b, "H%d", spreadWide)
	return b.String()
}

func (p SpreadPage) describe() string {
	return fmt.Sprintf("%s had begun to try or use it by now, and %s had stopped. The line of those that began is whole, that of those that stopped is dashed. The table below has the days.",
		FormatCount(len(p.Chart.Begun), "organisation", "organisations"), FormatNumber(len(p.Chart.Stopped)))
}
