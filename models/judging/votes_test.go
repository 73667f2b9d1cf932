package judging_test

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"
	"time"

	"grassroots/models/judging"
)

// Citations among four journals of statistics, and the log abilities that the
// vignette of the R package BradleyTerry2 (Turner and Firth, Journal of
// Statistical Software 48 (2012) 9) gives for them, relative to Biometrika: Comm
// Statist −2.9491, JASA −0.4796, JRSS-B 0.2690. SciPy's minimize (BFGS) over the
// likelihood gives the further digit.
func TestBradleyTerryOfTheJournals(t *testing.T) {
	ids := []string{"Biometrika", "Comm Statist", "JASA", "JRSS-B"}
	var duels []judging.Duel
	for i, row := range [][]float64{{0, 730, 498, 221}, {33, 0, 68, 17}, {320, 813, 0, 142}, {284, 276, 325, 0}} {
		for j, n := range row {
			duels = append(duels, judging.Duel{Winner: ids[i], Loser: ids[j], Times: n})
		}
	}
	got, ok := judging.BradleyTerry(ids, duels, 0)
	if !ok || len(got.Groups) != 1 {
		t.Fatalf("ok %v, groups %v", ok, got.Groups)
	}
	for i, want := range []float64{0, -2.94907, -0.47957, 0.26895} {
		if diff := got.Log[ids[i]] - got.Log[ids[0]] - want; diff > 1e-5 || diff < -1e-5 {
			t.Errorf("%s: %.5f off %.5f", ids[i], diff, want)
		}
	}
	slices.Reverse(duels)
	if again, _ := judging.BradleyTerry(ids, duels, 0); !reflect.DeepEqual(got, again) {
		t.Error("the order of the comparisons changes the answer")
	}
}

// a always won, d was never compared. The figures with a prior of 0.5 wins and
// losses were computed by SciPy's minimize over the penalised likelihood.
func TestBradleyTerryOfWhatIsNotConnected(t *testing.T) {
	ids := []string{"a", "b", "c", "d"}
	duels := []judging.Duel{{"a", "b", 3}, {"b", "c", 2}, {"c", "b", 1}, {"a", "a", 5}, {"a", "unknown", 5}}
	got, ok := judging.BradleyTerry(ids, duels, 0)
	if want := [][]string{{"a"}, {"b", "c"}, {"d"}}; ok || !reflect.DeepEqual(got.Groups, want) {
		t.Errorf("ok %v, groups %v, want %v", ok, got.Groups, want)
	}
	got, ok = judging.BradleyTerry(ids, duels, 0.5)
	if !ok {
		t.Fatal("a prior does not help")
	}
	for i, want := range []float64{1.59097, -0.49722, -0.89027, 0} {
		if diff := got.Log[ids[i]] - want; diff > 2e-5 || diff < -2e-5 {
			t.Errorf("%s: %.5f, want %.5f", ids[i], got.Log[ids[i]], want)
		}
	}
	if _, ok := judging.BradleyTerry(nil, nil, 1); ok {
		t.Error("strengths of nothing")
	}
}

func TestBallots(t *testing.T) {
	may := func(id string) bool { return id != "mine" }
	for _, c := range []struct {
		rule  judging.Rule
		have  int
		votes map[string]int
		want  judging.Fault
	}{
		{judging.Open, 0, map[string]int{"a": 1, "b": 1, "c": 1}, ""},
		{judging.Open, 0, map[string]int{"a": 2}, judging.TooMany},
		{judging.Equal, 2, map[string]int{"a": 1, "b": 1}, ""},
		{judging.Equal, 2, map[string]int{"a": 1, "b": 1, "c": 1}, judging.Overspent},
		{judging.Equal, 2, map[string]int{"a": 2}, judging.TooMany},
		{judging.Quadratic, 9, map[string]int{"a": 2, "b": 2, "c": 1}, ""},
		{judging.Quadratic, 9, map[string]int{"a": 3}, ""},
		{judging.Quadratic, 9, map[string]int{"a": 3, "b": 1}, judging.Overspent},
		{judging.Quadratic, 9, map[string]int{"a": -1}, judging.Negative},
		{judging.Quadratic, 9, map[string]int{"a": 1 << 33}, judging.Overspent},
		{judging.Quadratic, 9, map[string]int{"mine": 1}, judging.Unknown},
		{judging.Pairwise, 9, map[string]int{"a": 1}, judging.NotSo},
		{"other", 9, nil, judging.NotSo},
	} {
		if got := judging.Check(c.rule, c.have, c.votes, may); got != c.want {
			t.Errorf("%s with %d, %v: %q, want %q", c.rule, c.have, c.votes, got, c.want)
		}
	}
	for have, want := range map[int]int{0: 0, 1: 1, 3: 1, 4: 2, 99: 9, 100: 10, -1: 0} {
		if got := judging.MostVotes(judging.Quadratic, have); got != want {
			t.Errorf("%d credits pay for %d, want %d", have, got, want)
		}
	}
	if judging.MostVotes(judging.Equal, 5) != 1 {
		t.Error("equal votes pile up")
	}
}

func TestSigns(t *testing.T) {
	opened := time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)
	old := opened.AddDate(-1, 0, 0)
	var casts []judging.Cast
	add := func(voter, entry, organisation string, joined time.Time, minutes int) {
		casts = append(casts, judging.Cast{Voter: voter, Entry: entry, Organisation: organisation, Joined: joined, At: opened.Add(time.Duration(minutes) * time.Minute)})
	}
	for i := range 4 { // four new accounts for a alone
		add(fmt.Sprint("new", i), "a", "", opened.Add(time.Hour), 100*i)
	}
	add("new9", "a", "", opened, 5) // new, but also votes for b
	add("new9", "b", "", opened, 5)
	for i := range 9 { // nine of one organisation for c within 24 minutes
		add(fmt.Sprint("col", i), "c", "RR8", old, 1000+3*i)
	}
	add("ann", "e", "", old, 1)
	add("ben", "d", "", old, 2000)
	for i := range 8 { // as many for f, over two days
		add(fmt.Sprint("slow", i), "f", "RR8", old, 360*i)
	}
	teams := map[string][]string{"d": {"ann"}, "e": {"ben", "cat"}, "a": {"dan"}}
	want := []judging.Sign{
		{Kind: judging.SignNewAccounts, Entries: []string{"a"}, Voters: []string{"new0", "new1", "new2", "new3"}, Of: 5},
		{Kind: judging.SignBurst, Entries: []string{"c"}, Organisation: "RR8", Voters: []string{"col0", "col1", "col2", "col3", "col4", "col5", "col6", "col7", "col8"}, Of: 9,
			From: opened.Add(1000 * time.Minute), To: opened.Add(1024 * time.Minute)},
		{Kind: judging.SignReciprocal, Entries: []string{"d", "e"}, Voters: []string{"ann", "ben"}, Of: 2},
	}
	random := rand.New(rand.NewPCG(1, 1))
	for range 5 {
		random.Shuffle(len(casts), func(i, j int) { casts[i], casts[j] = casts[j], casts[i] })
		if got := judging.Signs(casts, teams, opened); !reflect.DeepEqual(got, want) {
			t.Fatalf("signs\n%+v, want\n%+v", got, want)
		}
	}
	if got := judging.Signs(nil, nil, opened); len(got) != 0 {
		t.Errorf("signs in nothing: %v", got)
	}
}
