package judging_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"reflect"
	"testing"

	"grassroots/models/judging"
)

func near(t *testing.T, what string, got, want float64) {
	t.Helper()
	if math.Abs(got-want) > 2e-6 {
		t.Errorf("%s: %.6f, want %.6f", what, got, want)
	}
}

func TestWeighing(t *testing.T) {
	criteria := []judging.Criterion{{"impact", 3, 0, 5}, {"spread", 1, 1, 5}, {"free", 0, 0, 5}}
	for _, c := range []struct {
		name     string
		scores   map[string]float64
		score    float64
		answered float64
		missing  int
		ok       bool
	}{
		{"all", map[string]float64{"impact": 4, "spread": 3}, 100 * (3*0.8 + 0.5) / 4, 1, 0, true},
		{"least", map[string]float64{"impact": 0, "spread": 1}, 0, 1, 0, true},
		{"most", map[string]float64{"impact": 5, "spread": 5}, 100, 1, 0, true},
		{"a missing one is no zero", map[string]float64{"impact": 4}, 80, 0.75, 1, true},
		{"one without weight says nothing", map[string]float64{"free": 4}, 0, 0, 2, false},
		{"none", nil, 0, 0, 2, false},
		{"above the scale counts as its end", map[string]float64{"impact": 9, "spread": 5}, 100, 1, 0, true},
	} {
		w, ok := judging.Weigh(criteria, c.scores)
		near(t, c.name, w.Score, c.score)
		near(t, c.name+" answered", w.Answered, c.answered)
		if ok != c.ok || len(w.Missing) != c.missing || w.Complete() != (c.missing == 0) {
			t.Errorf("%s: ok %v, missing %v", c.name, ok, w.Missing)
		}
	}
}

// panel is eight entries by five judges, with some missing: NaN.
func panel() []judging.Score {
	n := math.NaN()
	var scores []judging.Score
	for i, row := range [][]float64{{62, 70, n, 55, n}, {81, n, 74, 70, n}, {n, 88, 79, n, 91}, {45, 58, n, n, 60},
		{n, 66, 61, 48, n}, {73, n, 70, n, 82}, {55, 64, n, 41, n}, {n, n, 66, 57, 77}} {
		for j, value := range row {
			if !math.IsNaN(value) {
				scores = append(scores, judging.Score{Entry: fmt.Sprint("e", i), Judge: fmt.Sprint("j", j), Value: value})
			}
		}
	}
	return scores
}

// The figures were computed by NumPy 2 alone, not by this code: mean and standard
// deviation (ddof=1) of all scores and of each judge, x' = M + S (x - m) / s with
// m and s drawn towards M and S by kappa, and the mean of x' over each entry.
func TestStandardScoresAgainstNumPy(t *testing.T) {
	for _, c := range []struct {
		kappa float64
		means []float64
	}{
		{0, []float64{66.635025, 80.601608, 83.652547, 50.73337, 57.068244, 70.856122, 56.616661, 64.836422}},
		{3, []float64{64.905266, 78.062933, 84.068769, 52.373644, 58.348695, 72.770627, 55.407802, 66.005499}},
	} {
		got := judging.Normalise(panel(), c.kappa)
		near(t, "panel's mean", got.Panel.Mean, 66.375)
		near(t, "panel's spread", got.Panel.SD, 13.01441508482037)
		for i, want := range c.means {
			near(t, fmt.Sprintf("kappa %g, entry %d", c.kappa, i), got.Means[fmt.Sprint("e", i)], want)
		}
	}
	judges := judging.Normalise(panel(), 3).Judges
	near(t, "the fourth judge's mean", judges["j3"].Mean, 54.2)
	near(t, "the fourth judge's spread", judges["j3"].SD, 10.848963)
}

// The figures were computed by NumPy 2 alone: numpy.linalg.lstsq over the design
// matrix of entries and judges with a row that makes the judges add to 0; with a
// ridge, numpy.linalg.solve of the penalised normal equations.
func TestTheAdditiveModelAgainstNumPy(t *testing.T) {
	for _, c := range []struct {
		ridge           float64
		entries, judges []float64
	}{
		{0, []float64{64.441093, 80.36644, 81.618478, 49.436721, 60.956183, 73.362068, 55.441093, 68.470601},
			[]float64{-1.409483, 6.821286, -2.954754, -11.735082, 9.278033}},
		{2, []float64{63.553177, 78.471136, 83.177692, 51.136926, 59.927277, 74.054885, 54.553177, 67.994402},
			[]float64{-0.824186, 4.807393, -1.946485, -7.642739, 5.606016}},
	} {
		got := judging.Additive(panel(), c.ridge)
		for i, want := range c.entries {
			near(t, fmt.Sprintf("ridge %g, entry %d", c.ridge, i), got.Entries[fmt.Sprint("e", i)], want)
		}
		for j, want := range c.judges {
			near(t, fmt.Sprintf("ridge %g, judge %d", c.ridge, j), got.Severity[fmt.Sprint("j", j)], want)
		}
		if len(got.Groups) != 1 {
			t.Errorf("groups %v, want one", got.Groups)
		}
	}
}

func TestTheAdditiveModelFindsWhatWasPutIn(t *testing.T) {
	random := rand.New(rand.NewPCG(8, 9))
	var scores []judging.Score
	for i := range 30 {
		for _, j := range random.Perm(6)[:3] {
			scores = append(scores, judging.Score{Entry: fmt.Sprint("e", i), Judge: fmt.Sprint("j", j), Value: float64(40+i) + float64(2*j-5)})
		}
	}
	got := judging.Additive(scores, 0)
	for i := range 30 {
		near(t, fmt.Sprint("entry ", i), got.Entries[fmt.Sprint("e", i)], float64(40+i))
	}
	for j := range 6 {
		near(t, fmt.Sprint("judge ", j), got.Severity[fmt.Sprint("j", j)], float64(2*j-5))
	}
}

func TestWhatCannotBeComparedIsSaid(t *testing.T) {
	got := judging.Additive([]judging.Score{{"a", "x", 1}, {"b", "x", 2}, {"c", "y", 5}}, 0)
	if want := [][]string{{"a", "b"}, {"c"}}; !reflect.DeepEqual(got.Groups, want) {
		t.Errorf("groups %v, want %v", got.Groups, want)
	}
}

func TestNormalisingLittle(t *testing.T) {
	if got := judging.Normalise(nil, 3); len(got.Means) != 0 {
		t.Errorf("%v out of nothing", got)
	}
	same := judging.Normalise([]judging.Score{{"a", "x", 50}, {"b", "x", 50}, {"a", "y", 40}, {"b", "y", 60}}, 0)
	near(t, "who gives all the same says nothing", same.Scores[0].Value, 50)
	near(t, "one score", judging.Normalise([]judging.Score{{"a", "x", 50}}, 3).Means["a"], 50)
	one := judging.Spreads([]judging.Score{{"a", "x", 50}, {"a", "y", 60}, {"b", "x", 1}})
	near(t, "spread", one["a"].SD, math.Sqrt(50))
	if one["a"].Low != 50 || one["a"].High != 60 || one["b"].N != 1 || one["b"].SD != 0 {
		t.Errorf("spreads %v", one)
	}
}

// The reliability data are those of Krippendorff, "Computing Krippendorff's
// Alpha-Reliability" (2011): B (two observers, ten units, nominal: 0.095) and C
// (four observers, twelve units, five values, with missing ones: 0.743 nominal,
// 0.815 ordinal, 0.849 interval). The further digits are of the PyPI package
// krippendorff 0.8, which gives the same for both.
func TestAlphaOfKrippendorffsOwnData(t *testing.T) {
	n := math.NaN()
	units := func(rows ...[]float64) map[string][]float64 {
		out := map[string][]float64{}
		for _, row := range rows {
			for u, v := range row {
				if !math.IsNaN(v) {
					id := fmt.Sprint("u", u)
					out[id] = append(out[id], v)
				}
			}
		}
		return out
	}
	b := units([]float64{0, 1, 0, 0, 0, 0, 0, 0, 1, 0}, []float64{1, 1, 1, 0, 0, 1, 0, 0, 0, 0})
	c := units([]float64{1, 2, 3, 3, 2, 1, 4, 1, 2, n, n, n}, []float64{1, 2, 3, 3, 2, 2, 4, 1, 2, 5, n, 3},
		[]float64{n, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, n}, []float64{1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, n})
	for _, one := range []struct {
		data  map[string][]float64
		level judging.Level
		want  float64
	}{{b, judging.Nominal, 0.095238}, {c, judging.Nominal, 0.743421}, {c, judging.Ordinal, 0.815388}, {c, judging.Interval, 0.849107}} {
		got, ok := judging.Alpha(one.data, one.level)
		near(t, string(one.level), got, one.want)
		if !ok {
			t.Errorf("%s: not to be had", one.level)
		}
	}
}

func TestAlphaWhereThereIsNone(t *testing.T) {
	for name, data := range map[string]map[string][]float64{"nothing": nil, "one value each": {"a": {1}, "b": {2}}, "all the same": {"a": {1, 1}, "b": {1, 1}}} {
		if alpha, ok := judging.Alpha(data, judging.Interval); ok {
			t.Errorf("%s: %v", name, alpha)
		}
	}
	if alpha, _ := judging.Alpha(map[string][]float64{"a": {1, 1}, "b": {2, 2}}, judging.Interval); alpha != 1 {
		t.Errorf("agreement on all is %v", alpha)
	}
	for alpha, want := range map[float64]judging.Agreement{1: judging.AgreeWell, 0.8: judging.AgreeWell, 0.7: judging.AgreeSomehow, 0.5: judging.AgreeLittle, 0: judging.AgreeNot, -0.3: judging.AgreeNot} {
		if got := judging.Words(alpha); got != want {
			t.Errorf("%v is %q, want %q", alpha, got, want)
		}
	}
}

func TestRanking(t *testing.T) {
	for _, c := range []struct {
		name string
		in   []judging.Contender
		want []judging.Place
	}{
		{"1224", []judging.Contender{{"d", 1, nil}, {"b", 5, nil}, {"a", 9, nil}, {"c", 5, nil}},
			[]judging.Place{{"a", 1, false, 0}, {"b", 2, true, 0}, {"c", 2, true, 0}, {"d", 4, false, 0}}},
		{"what is shown the same ties", []judging.Contender{{"a", 70.04, nil}, {"b", 69.96, nil}},
			[]judging.Place{{"a", 1, true, 0}, {"b", 1, true, 0}}},
		{"a breaker parts them, and says so", []judging.Contender{{"a", 70, []float64{1}}, {"b", 70, []float64{2}}, {"c", 60, []float64{9}}},
			[]judging.Place{{"b", 1, false, 1}, {"a", 2, false, 1}, {"c", 3, false, 0}}},
		{"the second breaker", []judging.Contender{{"a", 70, []float64{1, 4}}, {"b", 70, []float64{1, 5}}, {"c", 70, []float64{1, 5}}},
			[]judging.Place{{"b", 1, true, 2}, {"c", 1, true, 2}, {"a", 3, false, 2}}},
		{"nobody", nil, []judging.Place{}},
	} {
		if got := judging.Rank(c.in, 1); !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
}
