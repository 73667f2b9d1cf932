package judging

import (
	"slices"
)

// Level is what differences between two values mean.
type Level string

// The levels of measurement.
const (
	Nominal  Level = "nominal"  // the same or not
	Ordinal  Level = "ordinal"  // how many of the values given lie between
	Interval Level = "interval" // how far apart
)

// Alpha gives Krippendorff's alpha for values by units (entries): 1 when judges
// agree on everything, 0 when they agree no more than by chance, below 0 when
// they disagree systematically. Units with fewer than two values say nothing of
// agreement and are left out; missing values need no filling.
//
//	α = 1 − (n − 1) · Σ_u 1/(m_u − 1) Σ_{c<k} n_uc n_uk δ²(c,k) / Σ_{c<k} n_c n_k δ²(c,k)
//
// with δ² 1 for different values (nominal), (c − k)² (interval), or the square of
// the sum of n_g for g from c to k less (n_c + n_k)/2 (ordinal): Krippendorff,
// "Computing Krippendorff's Alpha-Reliability" (2011), sections C and D. ok is
// false when no unit has two values, or all values are the same, as there is then
// no variation over which to agree.
func Alpha(units map[string][]float64, level Level) (alpha float64, ok bool) {
	counts := map[float64]float64{}
	var n float64
	for _, values := range units {
		if len(values) > 1 {
			n += float64(len(values))
			for _, v := range values {
				counts[v]++
			}
		}
	}
	values := make([]float64, 0, len(counts))
	for v := range counts {
		values = append(values, v)
	}
	slices.Sort(values)
	if len(values) < 2 {
		return 0, false
	}
	far := distances(values, counts, level)
	var expected float64
	for c := range values {
		for k := range c {
			expected += counts[values[c]] * counts[values[k]] * far(c, k)
		}
	}
	var observed float64
	for _, id := range sortedKeys(units) {
		given := units[id]
		if len(given) < 2 {
			continue
		}
		places := make([]int, len(given))
		for i, v := range given {
			places[i], _ = slices.BinarySearch(values, v)
		}
		var sum float64
		for i := range places {
			for j := range i {
				sum += far(places[i], places[j])
			}
		}
		observed += sum / float64(len(given)-1)
	}
	return 1 - (n-1)*observed/expected, true
}

// distances gives the squared difference of two values by their places.
func distances(values []float64, counts map[float64]float64, level Level) func(c, k int) float64 {
	up := make([]float64, len(values)+1) // how many values were given below a place
	for i, v := range values {
		up[i+1] = up[i] + counts[v]
	}
	return func(c, k int) float64 {
		if c == k {
			return 0
		}
		c, k = min(c, k), max(c, k)
		switch level {
		case Nominal:
			return 1
		case Ordinal:
			d := up[k+1] - up[c] - (counts[values[c]]+counts[values[k]])/2
			return d * d
		}
		d := values[c] - values[k]
		return d * d
	}
}

// Agreement is what an alpha means in words.
type Agreement string

// The words. The two limits are Krippendorff's: rely on variables with α at
// least 0.800, draw tentative conclusions from 0.667 ("Content Analysis", 3rd
// edition, section 12.3.2).
const (
	AgreeWell    Agreement = "well"
	AgreeSomehow Agreement = "tentative"
	AgreeLittle  Agreement = "little"
	AgreeNot     Agreement = "not" // no more than by chance
)

// Words gives what an alpha means.
func Words(alpha float64) Agreement {
	switch {
	case alpha >= 0.8:
		return AgreeWell
	case alpha >= 0.667:
		return AgreeSomehow
	case alpha > 0:
		return AgreeLittle
	}
	return AgreeNot
}
