package judging

import (
	"cmp"
	"slices"

	"grassroots/models"
)

// Standing is where an entry stands by the scores of the panel.
type Standing struct {
	CaseStudyID string
	Raw         Spread  // of its scores, each from 0 to 100
	Normalised  float64 // mean of its normalised scores
	Adjusted    float64 // by the additive model
	Place       Place   // by the raw mean
	PlaceNorm   Place   // by the normalised one
	Group       int     // of entries that judges link, from 0
}

// Bench is how a judge scores beside the panel.
type Bench struct {
	PersonID string
	Own      Spread
	Severity float64 // above 0: more lenient than the panel, entries taken into account
}

// Meeting is what a moderation meeting looks at.
type Meeting struct {
	Standings []Standing // by disagreement, what judges differ most on first
	Judges    []Bench
	Panel     Spread
	Alpha     float64
	HasAlpha  bool
	Groups    int
	Cards     int
}

// Meet works out what the cards that count say. votes are the votes of everybody by
// entry, for ties that are parted by them.
func Meet(cards []Card, criteria []models.Criterion, tie Tie, votes map[string]int) Meeting {
	var scores []Score
	units := map[string][]float64{}
	heavy := heaviest(criteria)
	heavySum, heavyN := map[string]float64{}, map[string]float64{}
	for i := range cards {
		worth, ok := cards[i].Worth(criteria)
		if cards[i].SubmittedAt == nil || !ok {
			continue
		}
		id := cards[i].CaseStudyID
		scores = append(scores, Score{Entry: id, Judge: cards[i].PersonID, Value: worth.Score})
		units[id] = append(units[id], worth.Score)
		heavySum[id] += float64(cards[i].Scores[heavy])
		heavyN[id]++
	}
	m := Meeting{Cards: len(scores)}
	if len(scores) == 0 {
		return m
	}
	normal, additive, spreads := Normalise(scores, UsualShrinkage), Additive(scores, 0), Spreads(scores)
	m.Panel, m.Groups = normal.Panel, len(additive.Groups)
	m.Alpha, m.HasAlpha = Alpha(units, Interval)
	group := map[string]int{}
	for i, ids := range additive.Groups {
		for _, id := range ids {
			group[id] = i
		}
	}
	var raw, norm []Contender
	for _, id := range sortedKeys(spreads) {
		m.Standings = append(m.Standings, Standing{CaseStudyID: id, Raw: spreads[id], Normalised: normal.Means[id], Adjusted: additive.Entries[id], Group: group[id]})
		var by []float64
		switch tie {
		case TieVotes:
			by = []float64{float64(votes[id])}
		case TieHeavy:
			by = []float64{heavySum[id] / heavyN[id]}
		case TieSpread:
			by = []float64{-spreads[id].SD}
		}
		raw = append(raw, Contender{ID: id, Score: spreads[id].Mean, Breakers: by})
		norm = append(norm, Contender{ID: id, Score: normal.Means[id], Breakers: by})
	}
	places, placesNorm := placesOf(raw), placesOf(norm)
	for i := range m.Standings {
		s := &m.Standings[i]
		s.Place, s.PlaceNorm = places[s.CaseStudyID], placesNorm[s.CaseStudyID]
	}
	slices.SortStableFunc(m.Standings, func(a, b Standing) int {
		return cmp.Or(cmp.Compare(b.Raw.SD, a.Raw.SD), cmp.Compare(a.Place.Place, b.Place.Place))
	})
	for _, id := range sortedKeys(normal.Judges) {
		m.Judges = append(m.Judges, Bench{PersonID: id, Own: normal.Judges[id], Severity: additive.Severity[id]})
	}
	return m
}

func placesOf(contenders []Contender) map[string]Place {
	out := map[string]Place{}
	for _, p := range Rank(contenders, 1) {
		out[p.ID] = p
	}
	return out
}

// heaviest is the criterion that weighs most, the first of several.
func heaviest(criteria []models.Criterion) string {
	id, weight := "", 0
	for _, c := range criteria {
		if c.Weight > weight {
			id, weight = c.ID, c.Weight
		}
	}
	return id
}
