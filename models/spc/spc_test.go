package spc_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"grassroots/models/spc"
)

func series(kind spc.Kind, of float64, values ...float64) spc.Series {
	s := spc.Series{Kind: kind}
	for i, v := range values {
		s.Points = append(s.Points, spc.Point{At: fmt.Sprint(i + 1), Value: v, Of: of})
	}
	return s
}

func near(a, b, by float64) bool { return math.Abs(a-b) <= by }

// The limits are those of published examples.
func TestLimitsOfPublishedExamples(t *testing.T) {
	for _, c := range []struct {
		name               string
		s                  spc.Series
		mean, lower, upper float64
		by                 float64
	}{
		// NIST/SEMATECH e-Handbook of Statistical Methods, 6.3.2.2: flow rates.
		{"XmR", series(spc.XmR, 0, 49.6, 47.6, 49.9, 51.3, 47.8, 51.2, 52.6, 52.4, 53.6, 52.1), 50.81, 45.8159, 55.8041, 0.001},
		// The same, 6.3.3.1: defects on wafers.
		{"C", series(spc.C, 0, 16, 14, 28, 16, 12, 20, 10, 12, 10, 17, 19, 17, 14, 16, 15, 13, 14, 16, 11, 20, 11, 19, 16, 31, 13), 16, 4, 28, 1e-9},
		// Montgomery, "Introduction to Statistical Quality Control" (2009), example 7.1: cans of orange juice.
		{"P", series(spc.P, 50, 12, 15, 8, 10, 4, 7, 16, 9, 14, 10, 5, 6, 17, 12, 22, 8, 10, 5, 13, 11, 20, 18, 24, 15, 9, 12, 7, 13, 9, 6), 0.2313, 0.0524, 0.4102, 0.0001},
		// The same, example on nonconformities of personal computers in samples of five.
		{"U", series(spc.U, 5, 10, 12, 8, 14, 10, 16, 11, 7, 10, 15, 9, 5, 7, 11, 12, 6, 8, 10, 7, 5), 1.93, 0.07, 3.79, 0.005},
	} {
		last := spc.Plot(c.s)[len(c.s.Points)-1]
		if !near(last.Mean, c.mean, c.by) || !near(last.Lower, c.lower, c.by) || !near(last.Upper, c.upper, c.by) {
			t.Errorf("%s: mean %.4f, limits %.4f and %.4f, want %.4f, %.4f and %.4f", c.name, last.Mean, last.Lower, last.Upper, c.mean, c.lower, c.upper)
		}
	}
	// What lies outside is what the books say: samples 15 and 23 of the cans, 3 and 24 of the wafers at or over the limit of 28.
	var outside []string
	for _, p := range spc.Plot(series(spc.P, 50, 12, 15, 8, 10, 4, 7, 16, 9, 14, 10, 5, 6, 17, 12, 22, 8, 10, 5, 13, 11, 20, 18, 24, 15, 9, 12, 7, 13, 9, 6)) {
		if slices.Contains(p.Rules, spc.Beyond) {
			outside = append(outside, p.At)
		}
	}
	if !slices.Equal(outside, []string{"15", "23"}) {
		t.Errorf("outside are %v", outside)
	}
}

// marked lists the points to which a rule applies.
func marked(s spc.Series, r spc.Rule) (out []int) {
	for i, p := range spc.Plot(s) {
		if slices.Contains(p.Rules, r) {
			out = append(out, i)
		}
	}
	return out
}

func TestRules(t *testing.T) {
	// Twenty points that swing around 10, so that no rule applies, then what follows.
	var calm []float64
	for i := range 20 {
		calm = append(calm, 10+float64(i%2*2-1)*(1+float64(i%3)/10))
	}
	with := func(more ...float64) spc.Series { return series(spc.XmR, 0, append(slices.Clone(calm), more...)...) }
	for _, c := range []struct {
		name string
		s    spc.Series
		rule spc.Rule
		want []int
	}{
		{"calm", with(), spc.Beyond, nil}, {"calm", with(), spc.Shift, nil}, {"calm", with(), spc.Trend, nil}, {"calm", with(), spc.TwoOf3, nil},
		{"one far off", with(9.5, 30), spc.Beyond, []int{21}},
		{"six on one side", with(9, 11.1, 11.2, 11.1, 11.2, 11.1, 11.2, 9), spc.Shift, nil},
		{"seven on one side", with(9, 11.2, 11.3, 11.2, 11.3, 11.2, 11.3, 11.2, 9), spc.Shift, []int{21, 22, 23, 24, 25, 26, 27}},
		{"six rising", with(9, 8, 8.5, 9, 9.6, 10.4, 11, 9), spc.Trend, nil},
		{"seven rising", with(9, 8, 8.5, 9, 9.6, 10.4, 11, 11.5, 9), spc.Trend, []int{21, 22, 23, 24, 25, 26, 27}},
		{"a level step ends a trend", with(9, 8, 8.5, 9, 9, 9.6, 10.4, 11, 11.5, 9), spc.Trend, nil},
	} {
		if got := marked(c.s, c.rule); !slices.Equal(got, c.want) {
			t.Errorf("%s: %s marks %v, want %v", c.name, c.rule, got, c.want)
		}
	}
	// Two of three near the same limit, and not one of each.
	const high, low = 16.3, 3.7
	if got := marked(with(9, high, 10.2, high, 9), spc.TwoOf3); !slices.Equal(got, []int{21, 23}) {
		t.Errorf("two of three marks %v", got)
	}
	if got := marked(with(9, high, 10.2, low, 9), spc.TwoOf3); got != nil {
		t.Errorf("one near each limit marks %v", got)
	}
}

// Whatever the figures, what is marked follows from the rules as they are written, and
// turning the measure upside down marks the same points the other way.
func TestRulesHoldForAnything(t *testing.T) {
	random := rand.New(rand.NewPCG(8, 2))
	for range 2000 {
		n := spc.FewestPoints + random.IntN(40)
		values, turned := make([]float64, n), make([]float64, n)
		for i := range values {
			values[i] = math.Round(random.NormFloat64()*20+float64(i)*random.Float64()) / 4
			turned[i] = -values[i]
		}
		plotted, other := spc.Plot(series(spc.XmR, 0, values...)), spc.Plot(series(spc.XmR, 0, turned...))
		for i, p := range plotted {
			if slices.Contains(p.Rules, spc.Beyond) != (p.Y > p.Upper || p.Y < p.Lower) {
				t.Fatalf("point %d of %v is marked %v within %v and %v", i, values, p.Rules, p.Lower, p.Upper)
			}
			if !slices.Equal(p.Rules, other[i].Rules) || len(p.Rules) > 0 && p.High == other[i].High {
				t.Fatalf("point %d of %v is marked %v, and upside down %v", i, values, p.Rules, other[i].Rules)
			}
			if slices.Contains(p.Rules, spc.Shift) != inShift(plotted, i) {
				t.Fatalf("point %d of %v: a shift is marked wrongly", i, values)
			}
		}
	}
}

// inShift says it the slow way: some window of RunLength points around i is on one side.
func inShift(plotted []spc.Plotted, i int) bool {
	for from := max(0, i-spc.RunLength+1); from <= i && from+spc.RunLength <= len(plotted); from++ {
		above, below := 0, 0
		for _, p := range plotted[from : from+spc.RunLength] {
			if p.Y > p.Mean {
				above++
			} else if p.Y < p.Mean {
				below++
			}
		}
		if above == spc.RunLength || below == spc.RunLength {
			return true
		}
	}
	return false
}

func TestSummariesAndCautions(t *testing.T) {
	target := func(x float64) *float64 { return &x }
	calm := make([]float64, 20)
	for i := range calm {
		calm[i] = 10 + float64(i%2*2-1)
	}
	for _, c := range []struct {
		name      string
		change    func(s *spc.Series)
		variation spc.Variation
		assurance spc.Assurance
		cautions  []spc.Caution
	}{
		{"calm", func(*spc.Series) {}, spc.Common, spc.NoTarget, nil},
		{"passes", func(s *spc.Series) { s.Better, s.Target = spc.Lower, target(100) }, spc.Common, spc.Passes, nil},
		{"fails", func(s *spc.Series) { s.Better, s.Target = spc.Higher, target(100) }, spc.Common, spc.Fails, nil},
		{"hit or miss", func(s *spc.Series) { s.Better, s.Target = spc.Higher, target(10) }, spc.Common, spc.HitOrMiss, nil},
		{"better", func(s *spc.Series) { s.Better, s.Points[19].Value = spc.Lower, -90 }, spc.Improvement, spc.NoTarget, nil},
		{"worse", func(s *spc.Series) { s.Better, s.Points[19].Value = spc.Higher, -90 }, spc.Concern, spc.NoTarget, nil},
		{"changed", func(s *spc.Series) { s.Points[19].Value = -90 }, spc.Changed, spc.NoTarget, nil},
		{"two", func(s *spc.Series) { s.Points = s.Points[:2] }, spc.TooShort, spc.NoTarget, []spc.Caution{spc.TwoPoints}},
		{"few", func(s *spc.Series) { s.Points = s.Points[:9] }, spc.TooShort, spc.NoTarget, []spc.Caution{spc.FewPoints}},
		{"provisional", func(s *spc.Series) { s.Points = s.Points[:14] }, spc.Common, spc.NoTarget, []spc.Caution{spc.Provisional}},
		{"a short phase", func(s *spc.Series) { s.Steps = []int{15} }, spc.TooShort, spc.NoTarget, []spc.Caution{spc.FewPoints}},
		{"few events", func(s *spc.Series) {
			s.Kind = spc.C
			for i := range s.Points {
				s.Points[i].Value = float64(i % 3)
			}
		}, spc.Common, spc.NoTarget, []spc.Caution{spc.SmallCounts}},
	} {
		s := series(spc.XmR, 0, calm...)
		c.change(&s)
		plotted := spc.Plot(s)
		variation, assurance := s.Summary(plotted)
		if got := s.Cautions(plotted); variation != c.variation || assurance != c.assurance || !slices.Equal(got, c.cautions) {
			t.Errorf("%s: %s, %q, %v; want %s, %q, %v", c.name, variation, assurance, got, c.variation, c.assurance, c.cautions)
		}
	}
}

func TestParse(t *testing.T) {
	m, err := spc.Parse("title: Letters sent within a day\nunit: letters\nchart: p\nbetter: higher\ntarget: 0.9\nstep: 2026-02 New format\nmonth,sent in time,of all\n2026-01,12,50\n2026-02;40;50\n2026-03\t45\t50\n")
	if err != nil || m.Title != "Letters sent within a day" || m.Kind != spc.P || len(m.Points) != 3 || m.Points[2].Of != 50 || !slices.Equal(m.Steps, []int{1}) || m.Why[0] != "New format" || *m.Target != 0.9 || m.Better != spc.Higher {
		t.Errorf("%+v, %v", m, err)
	}
	for text, want := range map[string]string{
		"":                                "there are no points",
		"title: x":                        "there are no points",
		"chart: pie\n1,2":                 "line 1: write xmr, p, u or c as the chart",
		"better: same\n1,2":               "line 1: write lower or higher",
		"target: much\n1,2":               "line 1: write the target as a number",
		"when,much\n1,2\n2,lots":          "line 3: “lots” is not a number",
		"1,2\n2":                          "line 2: write when it was and its value",
		"chart: p\n1,2":                   "line 2: a p or u chart needs out of how many",
		"chart: p\n1,3,2":                 "line 2: more were counted than there were",
		"chart: u\n1,3,0":                 "line 2: out of how many has to be a number above 0",
		"chart: c\n1,-3":                  "line 2: a count is not below 0",
		"step: 9 x\n1,2\n2,3":             "no point is called “9”",
		"step: 1 x\n1,2\n2,3":             "a step begins after the first point",
		"step: 3\nstep: 2\n1,2\n2,3\n3,4": "write the steps in the order",
		"1,1e400":                         "there are no points",
		"1,2\n2,NaN":                      "line 2: “NaN” is not a number",
		strings.Repeat("1,2\n", 501):      "line 501: there are more than 500 points",
		strings.Repeat("x", 41) + ",2":    "line 1: say when it was in at most 40 characters",
	} {
		if _, err := spc.Parse(text); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%.40q gives %v, want %q", text, err, want)
		}
	}
}
