// Package demo holds the content of the demonstration: case studies of real,
// published work in the format of the platform, and invented people, ideas,
// comments and votes around them.
package demo

import (
	"embed"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"strconv"
	"strings"
	"time"

	"grassroots/models"
	"grassroots/models/format"
)

//go:embed *.csv campaigns.json case-studies/*.md
var files embed.FS

// Content is everything of the demonstration. People have no id, and case
// studies no owner: whoever loads them gives them these.
type Content struct {
	Organisations []models.Organisation
	People        []models.Person // with their grants
	CaseStudies   []format.File   // in the order of their file names
	Comments      []Comment       // a reply after what it replies to
	Votes         []Vote
	Adoptions     []Adoption
	Expertise     []Expertise
	Collections   []Collection
	Campaigns     []Campaign
}

// Collection is one invented collection. It has no id and no people's ids: whoever
// loads it gives it these.
type Collection struct {
	models.Collection
	Ref     string // names it within the demonstration
	Handle  string // of its owner
	Editors []string
}

// Expertise is what an invented person knows; it has no id of theirs.
type Expertise struct {
	models.Expertise
	Handle string
}

// Comment is one invented comment.
type Comment struct {
	CaseStudyID string
	Ref         string // names it within the demonstration
	ReplyTo     string // Ref of the comment it answers, if any
	Handle      string // of its author
	Kind        models.CommentKind
	Body        string
	Created     time.Time
	Official    bool
}

// Adoption is one invented adoption, by the organisation of an invented person.
// It has no id and no people's ids: whoever loads it gives it these.
type Adoption struct {
	models.Adoption
	Handle string // of its owner
}

// Vote is one invented vote.
type Vote struct {
	CaseStudyID string
	Handle      string
}

// Load reads the content, and says with its line what cannot be read.
func Load() (Content, error) { return load(files) }

func load(from fs.FS) (Content, error) {
	var c Content
	var errs []error
	c.Organisations = table(from, "organisations.csv", &errs, organisation)
	c.People = table(from, "people.csv", &errs, person)
	c.Comments = table(from, "comments.csv", &errs, comment)
	c.Votes = table(from, "votes.csv", &errs, func(r *row) Vote { return Vote{r.text("case_study_id"), r.text("handle")} })
	c.Expertise = table(from, "expertise.csv", &errs, expertise)
	c.Adoptions = table(from, "adoptions.csv", &errs, adoption)
	c.Collections = table(from, "collections.csv", &errs, collection)
	var err error
	c.Campaigns, err = campaigns(from)
	errs = append(errs, err)
	table(from, "collected.csv", &errs, c.collect)
	names, err := fs.Glob(from, "case-studies/*.md")
	errs = append(errs, err)
	for _, name := range names {
		src, err := fs.ReadFile(from, name)
		if err != nil {
			errs = append(errs, err)
			continue
		}
		f, err := format.Parse(name, src)
		c.CaseStudies = append(c.CaseStudies, f)
		errs = append(errs, err)
	}
	if err := errors.Join(errs...); err != nil {
		return Content{}, err
	}
	return c, nil
}

// row is one line of a CSV file, read by the names of its header.
type row struct {
	columns []string
	cells   []string
	err     error
}

func (r *row) fail(format string, args ...any) {
	if r.err == nil {
		r.err = fmt.Errorf(format, args...)
	}
}

func (r *row) text(column string) string {
	i := slices.Index(r.columns, column)
	if i < 0 {
		r.fail("the column %s is missing", column)
		return ""
	}
	return r.cells[i]
}

func (r *row) list(column string) []string {
	if s := r.text(column); s != "" {
		return strings.Split(s, ";")
	}
	return nil
}

func (r *row) day(column string) *time.Time {
	s := r.text(column)
	if s == "" {
		return nil
	}
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		r.fail("%s: %q is no date", column, s)
	}
	return &t
}

func (r *row) yes(column string) bool {
	s := r.text(column)
	if s != "yes" && s != "no" {
		r.fail("%s: %q is neither yes nor no", column, s)
	}
	return s == "yes"
}

// table reads a CSV file with a header, one value a line.
func table[T any](from fs.FS, name string, errs *[]error, read func(*row) T) []T {
	file, err := from.Open(name)
	if err != nil {
		*errs = append(*errs, err)
		return nil
	}
	defer file.Close()
	in := csv.NewReader(file)
	columns, err := in.Read()
	if err != nil {
		*errs = append(*errs, fmt.Errorf("%s: %w", name, err))
		return nil
	}
	var out []T
	for {
		cells, err := in.Read()
		if errors.Is(err, io.EOF) {
			return out
		}
		if err != nil {
			*errs = append(*errs, fmt.Errorf("%s: %w", name, err))
			return nil
		}
		r := &row{columns: columns, cells: cells}
		out = append(out, read(r))
		if r.err != nil {
			line, _ := in.FieldPos(0)
			*errs = append(*errs, fmt.Errorf("%s:%d: %w", name, line, r.err))
		}
	}
}

func organisation(r *row) models.Organisation {
	return models.Organisation{
		Code: r.text("code"), Name: r.text("name"), Kind: r.text("kind"), Region: r.text("region"), ICBCode: r.text("icb_code"),
		ICBName: r.text("icb_name"), Postcode: r.text("postcode"), Opened: r.day("opened"), Closed: r.day("closed"),
		Successors: r.list("successors"), Named: true,
	}
}

func person(r *row) models.Person {
	p := models.Person{
		Handle: r.text("handle"), Name: r.text("name"), Email: r.text("email"), JobTitle: r.text("role"), StaffGroup: r.text("staff_group"),
		Organisation: r.text("organisation"), Skills: r.list("skills"), Bio: r.text("bio"), Demo: true, Confirmed: r.text("organisation"),
		Grants: []models.Grant{{Role: models.RoleMember}},
	}
	years, err := strconv.Atoi(r.text("years_experience"))
	if err != nil {
		r.fail("years_experience is no whole number")
	}
	p.YearsExperience = &years
	switch role := models.Role(r.text("system_role")); {
	case !role.Valid():
		r.fail("%q is no role", role)
	case role == models.RoleLead:
		p.Grants = append(p.Grants, models.Grant{Role: role, Organisation: p.Organisation})
	case role != models.RoleMember:
		p.Grants = append(p.Grants, models.Grant{Role: role})
	}
	return p
}

func comment(r *row) Comment {
	c := Comment{
		CaseStudyID: r.text("case_study_id"), Ref: r.text("ref"), ReplyTo: r.text("reply_to_ref"), Handle: r.text("handle"),
		Kind: models.CommentKind(r.text("kind")), Body: r.text("body"), Official: r.yes("official"),
	}
	created, err := time.Parse(time.RFC3339, r.text("created"))
	if err != nil {
		r.fail("created is no time")
	}
	c.Created = created.UTC()
	return c
}

func expertise(r *row) Expertise {
	e := Expertise{Handle: r.text("handle"), Expertise: models.Expertise{Systems: r.list("systems"), Standards: r.list("standards"), Settings: r.list("settings"),
		Languages: r.list("languages"), AskMe: r.text("ask_me"), Shown: models.Visibility(r.text("shown")), Findable: r.yes("findable")}}
	e.Clean()
	return e
}

func collection(r *row) Collection {
	c := Collection{Ref: r.text("ref"), Handle: r.text("handle"), Editors: r.list("editors"), Collection: models.Collection{Title: r.text("title"), About: r.text("about"),
		Audience: models.ToEverybody, StaffGroup: r.text("staff_group"), Organisation: r.text("organisation"), Demo: true}}
	if r.yes("list") {
		c.ListOf = c.Organisation
	}
	return c
}

// collect puts a case study into the collection that a row names.
func (c *Content) collect(r *row) models.Collected {
	ref := r.text("ref")
	i := slices.IndexFunc(c.Collections, func(one Collection) bool { return one.Ref == ref })
	if i < 0 {
		r.fail("there is no collection %q", ref)
		return models.Collected{}
	}
	item := models.Collected{CaseStudyID: r.text("case_study_id"), Note: r.text("note")}
	c.Collections[i].Items = append(c.Collections[i].Items, item)
	return item
}

func adoption(r *row) Adoption {
	a := Adoption{Handle: r.text("handle"), Adoption: models.Adoption{CaseStudyID: r.text("case_study_id"), Sites: r.text("sites"), Started: r.text("started"), InUse: r.text("in_use"), Stopped: r.text("stopped"),
		Baseline: r.text("baseline"), Result: r.text("result"), Cost: r.text("cost"), Adaptations: r.text("adaptations"), Needed: r.text("needed"), Reason: r.text("reason"), Demo: true}}
	for _, step := range r.list("steps") {
		status, day, _ := strings.Cut(step, " ")
		at, err := time.Parse(time.DateOnly, day)
		if err != nil || !models.AdoptionStatus(status).Valid() {
			r.fail("steps: %q is no status with a day", step)
			return a
		}
		a.Steps = append(a.Steps, models.AdoptionStep{Status: models.AdoptionStatus(status), At: at.Add(10 * time.Hour)})
	}
	if figures := r.text("figures"); figures != "" {
		if err := json.Unmarshal([]byte(figures), &a.Figures); err != nil {
			r.fail("figures: %v", err)
			return a
		}
	}
	if len(a.Steps) == 0 {
		r.fail("steps: there is none")
		return a
	}
	last := a.Steps[len(a.Steps)-1]
	a.Status, a.Version, a.CreatedAt, a.ChangedAt = last.Status, len(a.Steps), a.Steps[0].At, last.At
	return a
}
