package spc

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"grassroots/models"
)

// Limits of a measure.
const (
	MostPoints = 500
	MostSteps  = 10
	MostLabel  = 40  // characters of a word that says when
	MostTitle  = 150 // characters
	MostUnit   = 40  // characters
)

// Measure is a series as somebody wrote it, with what it is called.
type Measure struct {
	Series
	Title, Unit string
	Why         []string // of each step, in words; may be empty
}

// Parse reads a measure: lines of "word: value" (title, unit, chart, better, target and
// any number of step), then a line for each point in time with when it was, its value
// and, for a p or u chart, out of how many, parted by commas, semicolons or tabs. A line
// of headings before the points is passed over. The error says in which line something
// is wrong, and what to write instead.
func Parse(text string) (Measure, error) {
	m := Measure{Series: Series{Kind: XmR}}
	var steps [][2]string
	lines, began := strings.Split(strings.TrimSpace(text), "\n"), false
	for i, line := range lines {
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		var err error
		if word, value, ok := strings.Cut(line, ":"); ok && !began && isWord(word) {
			err = m.set(strings.ToLower(strings.TrimSpace(word)), strings.TrimSpace(value), &steps)
		} else {
			first := !began
			began = true
			err = m.add(line, first)
		}
		if err != nil {
			return m, fmt.Errorf("line %d: %w", i+1, err)
		}
	}
	return m, m.finish(steps)
}

func isWord(s string) bool {
	return slices.Contains([]string{"title", "unit", "chart", "better", "target", "step"}, strings.ToLower(strings.TrimSpace(s)))
}

func (m *Measure) set(word, value string, steps *[][2]string) error {
	switch word {
	case "title":
		m.Title = models.Truncate(models.CleanLine(value), MostTitle)
	case "unit":
		m.Unit = models.Truncate(models.CleanLine(value), MostUnit)
	case "chart":
		if m.Kind = Kind(strings.ToLower(value)); !slices.Contains(Kinds(), m.Kind) {
			return errors.New("write xmr, p, u or c as the chart")
		}
	case "better":
		if m.Better = Better(strings.ToLower(value)); m.Better != Lower && m.Better != Higher {
			return errors.New("write lower or higher as what is better, or leave the line out")
		}
	case "target":
		target, err := number(value)
		if err != nil {
			return errors.New("write the target as a number, such as 60 or 0.95")
		}
		m.Target = &target
	case "step":
		at, why, _ := strings.Cut(value, " ")
		if *steps = append(*steps, [2]string{at, strings.TrimSpace(why)}); len(*steps) > MostSteps {
			return fmt.Errorf("there are more than %d steps", MostSteps)
		}
	}
	return nil
}

// number reads a number with a point for its decimals.
func number(s string) (float64, error) {
	x, err := strconv.ParseFloat(strings.TrimSuffix(strings.TrimSpace(s), "%"), 64)
	if err == nil && (math.IsInf(x, 0) || math.IsNaN(x) || math.Abs(x) > 1e12) {
		err = strconv.ErrRange
	}
	return x, err
}

// add reads a point. Of the first line what has no number where the value should be are
// headings.
func (m *Measure) add(line string, first bool) error {
	cells := strings.FieldsFunc(line, func(r rune) bool { return r == ',' || r == ';' || r == '\t' })
	if len(cells) < 2 {
		return errors.New("write when it was and its value, parted by a comma, such as 2026-01-05,42")
	}
	value, err := number(cells[1])
	if err != nil {
		if first {
			return nil
		}
		return fmt.Errorf("“%s” is not a number", models.Truncate(strings.TrimSpace(cells[1]), 20))
	}
	p := Point{At: strings.TrimSpace(cells[0]), Value: value}
	switch {
	case p.At == "" || utf8.RuneCountInString(p.At) > MostLabel:
		return fmt.Errorf("say when it was in at most %d characters, such as 2026-01-05", MostLabel)
	case m.Kind.Counts() && len(cells) < 3:
		return errors.New("a p or u chart needs out of how many as well, such as 2026-01-05,12,50")
	case m.Kind != XmR && value < 0:
		return errors.New("a count is not below 0")
	case len(m.Points) == MostPoints:
		return fmt.Errorf("there are more than %d points", MostPoints)
	}
	if m.Kind.Counts() {
		if p.Of, err = number(cells[2]); err != nil || p.Of <= 0 {
			return errors.New("out of how many has to be a number above 0")
		}
		if m.Kind == P && p.Value > p.Of {
			return errors.New("more were counted than there were")
		}
	}
	m.Points = append(m.Points, p)
	return nil
}

// finish finds the points at which steps begin.
func (m *Measure) finish(steps [][2]string) error {
	if len(m.Points) == 0 {
		return errors.New("there are no points: write a line for each, such as 2026-01-05,42")
	}
	for _, s := range steps {
		at := slices.IndexFunc(m.Points, func(p Point) bool { return p.At == s[0] })
		switch {
		case at < 0:
			return fmt.Errorf("no point is called “%s”, at which a step begins", models.Truncate(s[0], MostLabel))
		case at == 0:
			return errors.New("a step begins after the first point")
		case len(m.Steps) > 0 && at <= m.Steps[len(m.Steps)-1]:
			return errors.New("write the steps in the order in which they came")
		}
		m.Steps, m.Why = append(m.Steps, at), append(m.Why, s[1])
	}
	return nil
}
