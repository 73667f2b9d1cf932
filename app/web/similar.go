package web

import (
	"cmp"
	"slices"
	"strings"

	"grassroots/models"
)

const (
	shownSimilar = 4
	// alikeEnough is the share of pairs of letters that two names must have in
	// common: "Sistm One" and "SystmOne" have half of theirs.
	alikeEnough = 0.4
	// muchLess is how much less like than the best a name may be.
	muchLess = 0.15
)

// Choice is something of a list that may have been meant by what was typed.
type Choice struct{ Value, Text string }

// DidYouMean asks whether something was meant by what is in no list; empty when
// nothing comes near.
func DidYouMean(list []Choice) string {
	if len(list) == 0 {
		return ""
	}
	texts := make([]string, len(list))
	for i, c := range list {
		texts[i] = c.Text
	}
	return "Did you mean " + models.Alternatives(texts) + "?"
}

// SimilarSystems gives the systems whose name, or another name, is most like a
// text.
func SimilarSystems(v *Vocabulary, text string) []Choice {
	var all []similar
	for _, s := range v.Systems {
		all = append(all, alike(Choice{s.Slug, s.Name}, text, append([]string{s.Name}, s.Aliases...)))
	}
	return mostAlike(all)
}

// SimilarStandards is SimilarSystems for standards.
func SimilarStandards(v *Vocabulary, text string) []Choice {
	var all []similar
	for _, s := range v.Standards {
		all = append(all, alike(Choice{s.Code, s.Name}, text, append([]string{s.Name, s.Code}, s.Aliases...)))
	}
	return mostAlike(all)
}

type similar struct {
	Choice
	likeness float64
}

// alike tells how like the most similar of names is to a text: by Dice's
// coefficient over pairs of letters, which minds the order of words little. A
// name that holds the text, or is held by it, is alike enough.
func alike(c Choice, text string, names []string) similar {
	s := similar{Choice: c}
	typed := lettersOf(text)
	pairs := pairsOf(typed)
	for _, n := range names {
		letters := lettersOf(n)
		score := dice(pairs, pairsOf(letters))
		if len(typed) > 2 && len(letters) > 2 && (strings.Contains(letters, typed) || strings.Contains(typed, letters)) {
			score = max(score, alikeEnough)
		}
		s.likeness = max(s.likeness, score)
	}
	return s
}

func mostAlike(all []similar) []Choice {
	all = slices.DeleteFunc(all, func(s similar) bool { return s.likeness < alikeEnough })
	slices.SortStableFunc(all, func(a, b similar) int {
		return cmp.Or(cmp.Compare(b.likeness, a.likeness), strings.Compare(a.Text, b.Text))
	})
	out := make([]Choice, 0, shownSimilar)
	for _, s := range all[:min(len(all), shownSimilar)] {
		if s.likeness >= all[0].likeness-muchLess {
			out = append(out, s.Choice)
		}
	}
	return out
}

// lettersOf leaves out what people write differently: spaces, hyphens, capitals.
func lettersOf(s string) string {
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune(" -_.,'’()", r) {
			return -1
		}
		return r
	}, strings.ToLower(s))
}

func pairsOf(letters string) map[string]int {
	runes := []rune(letters)
	pairs := map[string]int{}
	for i := 1; i < len(runes); i++ {
		pairs[string(runes[i-1:i+1])]++
	}
	return pairs
}

func dice(a, b map[string]int) float64 {
	common, total := 0, 0
	for pair, n := range a {
		common += min(n, b[pair])
		total += n
	}
	for _, n := range b {
		total += n
	}
	if total == 0 {
		return 0
	}
	return 2 * float64(common) / float64(total)
}
