package bundle

import (
	"context"
	"encoding/hex"
	"fmt"

	"github.com/oklog/ulid/v2"

	"grassroots/models"
	"grassroots/models/format"
)

// Visitor is given what a bundle holds while it is checked: first what the case
// studies name, then one case study after the other, with its revisions from
// the first to the last, its comments and its adoptions. Once something is wrong with the
// bundle it is given nothing more.
type Visitor interface {
	Organisation(o Organisation) error
	System(s System) error
	Standard(s Standard) error
	Person(p Person) error
	// CaseStudy begins a case study: now is what it says at present.
	CaseStudy(r Record, now format.File) error
	Revision(r Record, v Revision, text format.File) error
	Comment(r Record, c Comment) error
	Adoption(r Record, a Adoption) error
}

// CheckOptions says how a bundle is checked.
type CheckOptions struct {
	// Rules are those of texts, beside the format's own: see format.Parse.
	Rules []func(*models.Document) error
	// Text, if any, holds to a rule what comments and notes say, and the names
	// of people, organisations, systems and standards.
	Text func(text string) error
	// Progress, if any, hears how many case studies are done.
	Progress func(done int)
}

// complaint is what is wrong with a line or a record; whoever reads that adds
// where it stands.
type complaint struct{ message string }

// Error implements error.
func (c *complaint) Error() string { return c.message }

func wrong(message string, args ...any) error { return &complaint{fmt.Sprintf(message, args...)} }

// check is one reading of a whole bundle.
type check struct {
	r        *Reader
	to       Visitor
	o        CheckOptions
	problems []format.Problem
	found    Manifest // what was counted
	people   map[string]bool
	handles  map[string]bool
	emails   map[string]bool
	terms    map[string]bool
	slugs    map[string]string  // to the case study
	ids      map[ulid.ULID]bool // of comments, attachments and adoptions
}

// Check reads the whole bundle, holds every part of it to the rules, and gives
// it to a visitor. The error is a *format.Errors when something is wrong with
// the bundle.
func (r *Reader) Check(ctx context.Context, to Visitor, o CheckOptions) error {
	c := &check{r: r, to: to, o: o, people: map[string]bool{}, handles: map[string]bool{}, emails: map[string]bool{}, terms: map[string]bool{},
		slugs: map[string]string{}, ids: map[ulid.ULID]bool{}}
	for _, read := range []func() error{c.organisations, c.systems, c.standards, c.persons} {
		if err := c.note(read()); err != nil {
			return err
		}
	}
	ids := r.ids
	if len(c.problems) > 0 { // what names these would be wrong, too
		ids = nil
	}
	for i, id := range ids {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := c.note(c.caseStudy(id)); err != nil {
			return err
		}
		if o.Progress != nil {
			o.Progress(i + 1)
		}
		if len(c.problems) >= format.MaxProblems {
			break
		}
	}
	if len(c.problems) == 0 {
		if err := c.note(c.counts()); err != nil {
			return err
		}
	}
	if len(c.problems) > 0 {
		return &format.Errors{Problems: c.problems}
	}
	return nil
}

// note keeps problems of the bundle and gives any other error back.
func (c *check) note(err error) error {
	if list := format.Problems(err); list != nil {
		c.problems = append(c.problems, list...)
		return nil
	}
	return err
}

// visit gives something to the visitor while nothing is wrong.
func (c *check) visit(f func(Visitor) error) error {
	if len(c.problems) > 0 {
		return nil
	}
	return f(c.to)
}

func (c *check) organisations() error {
	return lines(c.r, OrganisationsFile, func(_ int, o Organisation) error {
		if err := o.check(); err != nil {
			return err
		}
		if !c.first(c.terms, "organisation "+o.Code) {
			return wrong("The organisation %s is listed twice", o.Code)
		}
		if err := c.text(o.Name, o.Kind, o.ICBName); err != nil {
			return err
		}
		c.found.Organisations++
		return c.visit(func(v Visitor) error { return v.Organisation(o) })
	})
}

func (c *check) systems() error {
	return lines(c.r, SystemsFile, func(_ int, s System) error {
		if err := s.check(); err != nil {
			return err
		}
		if !c.first(c.terms, "system "+s.Slug) {
			return wrong("The system %s is listed twice", s.Slug)
		}
		if err := c.text(append([]string{s.Name, s.Supplier, s.Kind}, s.Aliases...)...); err != nil {
			return err
		}
		c.found.Systems++
		return c.visit(func(v Visitor) error { return v.System(s) })
	})
}

func (c *check) standards() error {
	return lines(c.r, StandardsFile, func(_ int, s Standard) error {
		if err := s.check(); err != nil {
			return err
		}
		if !c.first(c.terms, "standard "+s.Code) {
			return wrong("The standard %s is listed twice", s.Code)
		}
		if err := c.text(append([]string{s.Name, s.Publisher, s.Kind, s.Purpose}, s.Aliases...)...); err != nil {
			return err
		}
		c.found.Standards++
		return c.visit(func(v Visitor) error { return v.Standard(s) })
	})
}

func (c *check) persons() error {
	return lines(c.r, PeopleFile, func(_ int, p Person) error {
		if err := p.check(); err != nil {
			return err
		}
		switch {
		case p.Email != "" && !c.r.asked.Emails:
			return wrong("The person has an e-mail address, and %s says that nobody has", ManifestFile)
		case !c.first(c.people, p.ID):
			return wrong("The person %s is listed twice", p.ID)
		case !c.first(c.handles, p.Handle):
			return wrong("Two people have the handle %s", p.Handle)
		case p.Account != "" && !c.first(c.terms, "account "+p.Account):
			return wrong("Two people are the account %s", p.Account)
		case p.Email != "" && !c.first(c.emails, p.Email):
			return wrong("Two people have one e-mail address")
		}
		if err := c.text(p.Name, p.Role); err != nil {
			return err
		}
		c.found.People++
		return c.visit(func(v Visitor) error { return v.Person(p) })
	})
}

// first tells whether a key is met for the first time.
func (c *check) first(seen map[string]bool, key string) bool {
	if seen[key] {
		return false
	}
	seen[key] = true
	return true
}

// firstID is first for the ids of comments and attachments, of which there can
// be many.
func (c *check) firstID(id string) bool {
	parsed, err := ulid.ParseStrict(id)
	if err != nil || c.ids[parsed] {
		return false
	}
	c.ids[parsed] = true
	return true
}

// known holds that a person is listed in the bundle.
func (c *check) known(id, what string) error {
	if !c.people[id] {
		return wrong("The %s is a person who is not in %s: %q", what, PeopleFile, models.Truncate(id, 40))
	}
	return nil
}

// counts holds that the bundle has as much as it says.
func (c *check) counts() error {
	a := c.r.asked
	for _, n := range []struct {
		what        string
		says, found int
	}{
		{"case studies", a.CaseStudies, len(c.r.ids)}, {"revisions", a.Revisions, c.found.Revisions}, {"comments", a.Comments, c.found.Comments}, {"adoptions", a.Adoptions, c.found.Adoptions},
		{"attachments", a.Attachments, c.found.Attachments}, {"people", a.People, c.found.People}, {"organisations", a.Organisations, c.found.Organisations},
		{"systems", a.Systems, c.found.Systems}, {"standards", a.Standards, c.found.Standards},
	} {
		if n.says != n.found {
			return c.r.archive.Problem(ManifestFile, 1, "It says that there are %d %s, and there are %d", n.says, n.what, n.found)
		}
	}
	return nil
}

// caseStudy reads everything of one case study.
func (c *check) caseStudy(id string) error {
	rec, err := c.r.record(id)
	if err != nil {
		return err
	}
	used := map[string]bool{recordFile: true, textFile: true, revisionsFile: true}
	if err := c.record(id, &rec, used); err != nil {
		return c.r.at(of(id, recordFile), 1, err)
	}
	now, err := c.r.text(&rec, rec.Revision, c.o.Rules...)
	if err != nil {
		return err
	}
	if err := c.visit(func(v Visitor) error { return v.CaseStudy(rec, now) }); err != nil {
		return err
	}
	if err := c.revisions(&rec, now, used); err != nil {
		return err
	}
	if c.r.archive.Has(of(id, commentsFile)) {
		used[commentsFile] = true
		if err := c.comments(&rec); err != nil {
			return err
		}
	}
	if c.r.archive.Has(of(id, adoptionsFile)) {
		used[adoptionsFile] = true
		if err := c.adoptions(&rec); err != nil {
			return err
		}
	}
	for _, name := range c.r.files[id] {
		if !used[name] {
			return c.r.archive.Problem(of(id, name), 1, "Nothing else in the bundle speaks of this file")
		}
	}
	return nil
}

// record checks a record, and notes which files it accounts for.
func (c *check) record(id string, rec *Record, used map[string]bool) error {
	if rec.ID != id {
		return wrong("The id is %q, and the folder is %s", models.Truncate(rec.ID, 40), id)
	}
	if err := rec.check(); err != nil {
		return err
	}
	for _, slug := range append([]string{rec.Slug}, rec.FormerSlugs...) {
		if other, taken := c.slugs[slug]; taken {
			return wrong("The slug %q is that of the case study %s, too", slug, other)
		}
		c.slugs[slug] = id
	}
	if err := c.known(rec.Owner, "owner"); err != nil {
		return err
	}
	for _, e := range rec.Editors {
		if err := c.known(e, "editor"); err != nil {
			return err
		}
	}
	for _, a := range rec.Attachments {
		if err := c.known(a.UploadedBy, "person who attached "+a.ID); err != nil {
			return err
		}
		name := attachment(id, a)
		sum := c.r.archive.Sum(name)
		switch {
		case !c.firstID(a.ID):
			return wrong("The id %s is that of another comment or attachment", a.ID)
		case !c.r.archive.Has(name):
			return wrong("The attachment %s is missing", name)
		case hex.EncodeToString(sum[:]) != a.SHA256:
			return wrong("The attachment %s is another file than the record says", name)
		}
		content, err := c.r.archive.Read(name)
		if err != nil {
			return err
		}
		if int64(len(content)) != a.Size {
			return wrong("The attachment %s has %d bytes, and the record says %d", name, len(content), a.Size)
		}
		used["files/"+a.ID+extension(a.ContentType)] = true
		c.found.Attachments++
	}
	return nil
}

func (c *check) revisions(rec *Record, now format.File, used map[string]bool) error {
	name, n := of(rec.ID, revisionsFile), 0
	err := lines(c.r, name, func(_ int, v Revision) error {
		n++
		switch {
		case v.Number != n || n > rec.Revision:
			return wrong("The revisions must be numbered from 1 to %d in order", rec.Revision)
		case !tidy(v.Note, maxNote):
			return wrong("The note must be one line of %d characters or fewer", maxNote)
		case !isTime(&v.Created):
			return wrong("The time is missing")
		}
		if err := c.known(v.Editor, "editor"); err != nil {
			return err
		}
		if err := c.text(v.Note); err != nil {
			return err
		}
		said := now
		if n < rec.Revision {
			used[revision(n)] = true
			var err error
			if said, err = c.r.text(rec, n, c.o.Rules...); err != nil {
				return err
			}
		}
		c.found.Revisions++
		return c.visit(func(to Visitor) error { return to.Revision(*rec, v, said) })
	})
	if err == nil && n != rec.Revision {
		err = c.r.archive.Problem(name, max(n, 1), "There are %d revisions, and the record says %d", n, rec.Revision)
	}
	return err
}

// text holds texts to the rule of the options.
func (c *check) text(texts ...string) error {
	if c.o.Text == nil {
		return nil
	}
	for _, text := range texts {
		if err := c.o.Text(text); err != nil {
			return wrong("%s", models.Fields(err)[0].Message)
		}
	}
	return nil
}

func (c *check) comments(rec *Record) error {
	threads := map[string]bool{} // whether it is a top-level comment
	replies := map[string]int{}  // what a reply answers, and its line
	name := of(rec.ID, commentsFile)
	err := lines(c.r, name, func(line int, m Comment) error {
		if err := m.check(); err != nil {
			return err
		}
		if !c.firstID(m.ID) {
			return wrong("The id %s is that of another comment or attachment", m.ID)
		}
		if m.Author != "" {
			if err := c.known(m.Author, "author"); err != nil {
				return err
			}
		}
		for _, p := range m.Mentions {
			if err := c.known(p, "person mentioned"); err != nil {
				return err
			}
		}
		if err := c.text(m.Body); err != nil {
			return err
		}
		threads[m.ID] = m.ReplyTo == ""
		if m.ReplyTo != "" && replies[m.ReplyTo] == 0 {
			replies[m.ReplyTo] = line
		}
		c.found.Comments++
		return c.visit(func(v Visitor) error { return v.Comment(*rec, m) })
	})
	if err != nil {
		return err
	}
	first := "" // the one that stands first, so that the same bundle is always told the same
	for to, line := range replies {
		if !threads[to] && (first == "" || line < replies[first]) {
			first = to
		}
	}
	if first != "" {
		return c.r.archive.Problem(name, replies[first], "The comment answers %s, which is no top-level comment of this case study", first)
	}
	return nil
}
