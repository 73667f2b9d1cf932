package models

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

// Register is a professional register that asks its members what they learnt.
type Register string

// The registers, and none of them.
const (
	RegisterNMC   Register = "nmc"   // Nursing and Midwifery Council
	RegisterHCPC  Register = "hcpc"  // Health and Care Professions Council
	RegisterGMC   Register = "gmc"   // General Medical Council
	RegisterOther Register = "other" // another, or none
)

// Registers lists the registers.
func Registers() []Register { return []Register{RegisterNMC, RegisterHCPC, RegisterGMC, RegisterOther} }

// Label gives the register as a person reads it.
func (r Register) Label() string {
	switch r {
	case RegisterNMC:
		return "Nursing and Midwifery Council (NMC)"
	case RegisterHCPC:
		return "Health and Care Professions Council (HCPC)"
	case RegisterGMC:
		return "General Medical Council (GMC)"
	}
	return "Another register, or none"
}

// Relevance is the last question of a reflection, as the register asks it: the
// NMC after its Code, the HCPC after its standards for continuing professional
// development, the GMC after the domains of Good medical practice.
func (r Register) Relevance() string {
	switch r {
	case RegisterNMC:
		return "How is it relevant to the Code?"
	case RegisterHCPC:
		return "How does it benefit those who use the service?"
	case RegisterGMC:
		return "How does it bear on Good medical practice?"
	}
	return "How is it relevant to your work?"
}

// Themes are what the register sorts reflections by: the four themes of the NMC's
// Code (2015, updated 2018), and the four domains of the GMC's Good medical
// practice (2024). The others have none.
func (r Register) Themes() []string {
	switch r {
	case RegisterNMC:
		return []string{"Prioritise people", "Practise effectively", "Preserve safety", "Promote professionalism and trust"}
	case RegisterGMC:
		return []string{"Knowledge, skills and development", "Patients, partnership and communication", "Colleagues, culture and safety", "Trust and professionalism"}
	}
	return nil
}

// LearningMethods lists how somebody learns, by the five kinds of activity of the
// HCPC's standards for continuing professional development.
func LearningMethods() []Choice {
	return []Choice{{"self-directed", "Self-directed", "Reading, watching, looking things up"}, {"work-based", "Work-based", "From work itself, colleagues, audits and visits"},
		{"professional", "Professional activity", "Teaching, mentoring, work for a professional body"}, {"formal", "Formal", "Courses, conferences, research"}, {"other", "Other", ""}}
}

// Limits of reflections.
const (
	MaxReflections    = 1000    // of one person
	MaxReflectionText = 4000    // characters of each answer
	MaxReflectionTime = 60 * 60 // minutes of one
	ReflectionsAPage  = 20
)

// Reflection is what somebody learnt, as they keep it for their register. Nobody
// else reads it.
type Reflection struct {
	ID          string
	PersonID    string
	CaseStudyID string // that it came of; empty for none
	Slug        string // of the case study, read with it; empty when it has gone
	Register    Register
	Title       string // of what was done
	Day         string // on which, as 2026-11-26
	Minutes     int    // that it took
	Method      string // one of LearningMethods
	With        bool   // together with others: what the NMC calls participatory
	Themes      []string
	What        string // was done or happened
	Learnt      string
	Changed     string // in the practice of the person
	Relevance   string
	CreatedAt   time.Time
	ChangedAt   time.Time
	Version     int // counts the changes, from 1
}

// ReflectionAnswer is one of the questions of a reflection with its answer.
type ReflectionAnswer struct{ Field, Ask, Hint, Answer string }

// Questions gives the four questions that revalidation asks with what was
// answered: of the NMC's form for reflective accounts, whose order the other
// registers can be answered in, too.
func (r *Reflection) Questions() []ReflectionAnswer {
	return []ReflectionAnswer{
		{"what", "What was it?", "What you read, did or saw, or what happened. Leave out anything that could tell who a patient or colleague is", r.What},
		{"learnt", "What did you learn?", "", r.Learnt},
		{"changed", "How did you change or improve your practice?", "Or how you will, and what others could do", r.Changed},
		{"relevance", r.Register.Relevance(), "", r.Relevance},
	}
}

// Unfinished tells whether a question is without an answer.
func (r *Reflection) Unfinished() bool {
	return r.What == "" || r.Learnt == "" || r.Changed == "" || r.Relevance == ""
}

// Texts visits the texts of a reflection by the names of their fields.
func (r *Reflection) Texts(visit func(field, text string)) {
	visit("title", r.Title)
	for _, q := range r.Questions() {
		visit(q.Field, q.Answer)
	}
}

// Validate cleans and checks a reflection; today is the day in London. All but
// its title and day may be left for later.
func (r *Reflection) Validate(today string) error {
	var p problems
	r.Title = CleanLine(r.Title)
	for _, text := range []*string{&r.What, &r.Learnt, &r.Changed, &r.Relevance} {
		*text = CleanText(*text)
	}
	switch n := runeLen(r.Title); {
	case n == 0:
		p.add("title", "Enter what you did, such as “Read about discharge letters”")
	case n > MaxTitle:
		p.add("title", "What you did must be %d characters or fewer; it has %d", MaxTitle, n)
	}
	if !slices.Contains(Registers(), r.Register) {
		p.add("register", "Choose a register from the list")
	}
	switch day, err := time.Parse(time.DateOnly, r.Day); {
	case r.Day == "":
		p.add("day", "Enter the day")
	case err != nil || day.Year() < 1950:
		p.add("day", "“%s” is no day. Enter it as 2026-01-31", Truncate(r.Day, 40))
	case r.Day > today:
		p.add("day", "The day has not come yet. Enter the day on which you did it")
	}
	if r.Minutes < 0 || r.Minutes > MaxReflectionTime {
		p.add("hours", "Enter the time in hours, such as 1.5 or 1:30, up to %d hours", MaxReflectionTime/60)
	}
	if r.Method != "" && !slices.ContainsFunc(LearningMethods(), func(c Choice) bool { return c.Value == r.Method }) {
		p.add("method", "Choose how you learnt from the list")
	}
	// Those of another register go with it.
	r.Themes = slices.DeleteFunc(r.Themes, func(theme string) bool { return !slices.Contains(r.Register.Themes(), theme) })
	for _, q := range r.Questions() {
		if n := runeLen(q.Answer); n > MaxReflectionText {
			p.add(q.Field, "The answer must be %d characters or fewer; it has %d", MaxReflectionText, n)
		}
	}
	return p.err("The reflection was not saved.")
}

// ParseHours gives the minutes of what somebody typed as hours: "1.5", "1,5",
// "1:30" or "90 minutes" are all 90. Nothing is 0, and what is no time is -1, which
// no reflection may have.
func ParseHours(typed string) (minutes int) {
	text := strings.ToLower(strings.ReplaceAll(CleanLine(typed), ",", "."))
	if text == "" {
		return 0
	}
	if before, found := cutUnit(text, "minutes", "minute", "mins", "min"); found {
		n, err := strconv.Atoi(before)
		if err != nil || n < 0 {
			return -1
		}
		return n
	}
	text, _ = cutUnit(text, "hours", "hour", "hrs", "hr", "h")
	if hours, rest, found := strings.Cut(text, ":"); found {
		h, err := strconv.Atoi(hours)
		m, err2 := strconv.Atoi(rest)
		if err != nil || err2 != nil || h < 0 || h > MaxReflectionTime || m < 0 || m > 59 {
			return -1
		}
		return h*60 + m
	}
	h, err := strconv.ParseFloat(text, 64)
	if err != nil || !(h >= 0 && h <= MaxReflectionTime) {
		return -1
	}
	return int(h*60 + 0.5)
}

func cutUnit(text string, units ...string) (before string, found bool) {
	for _, u := range units {
		if before, found = strings.CutSuffix(text, u); found {
			return strings.TrimSpace(before), true
		}
	}
	return text, false
}

// Hours writes minutes as hours: "1 hour 30 minutes".
func Hours(minutes int) string {
	h, m := minutes/60, minutes%60
	var parts []string
	if h > 0 || m == 0 {
		parts = append(parts, plural(h, "hour"))
	}
	if m > 0 {
		parts = append(parts, plural(m, "minute"))
	}
	return strings.Join(parts, " ")
}

func plural(n int, one string) string {
	if n == 1 {
		return "1 " + one
	}
	return strconv.Itoa(n) + " " + one + "s"
}

// ReflectionTotals sums up the reflections of a stretch of time.
type ReflectionTotals struct {
	Count, Unfinished int
	Minutes, With     int // all of them, and those together with others
}

// Period is a stretch of days, both included, as 2026-11-26; an empty one is open.
type Period struct{ From, To string }

// Validate checks a period.
func (p Period) Validate() error {
	var found problems
	for _, d := range []struct{ field, day string }{{"from", p.From}, {"to", p.To}} {
		if _, err := time.Parse(time.DateOnly, d.day); d.day != "" && err != nil {
			found.add(d.field, "“%s” is no day. Enter it as 2026-01-31", Truncate(d.day, 40))
		}
	}
	if found.err("") == nil && p.From != "" && p.To != "" && p.From > p.To {
		found.add("to", "The last day is before the first")
	}
	return found.err("These days cannot be used.")
}
