package bundles

import (
	"context"
	"fmt"

	"grassroots/models"
	"grassroots/models/bundle"
	"grassroots/models/personal"
	"grassroots/models/store"
)

// Outcome says what an import did with a case study, or would do.
type Outcome string

// The outcomes of an import.
const (
	Created   Outcome = "created"
	Updated   Outcome = "updated"
	Unchanged Outcome = "unchanged"
	// Kept means that the text was changed both here and where the bundle was
	// made, here later: it stays.
	Kept Outcome = "kept"
	// Elsewhere means that it is a copy of one of another instance, which this
	// one has not got: it comes from there, signed, or not at all.
	Elsewhere Outcome = "elsewhere"
)

// Report says what an import did, or would do.
type Report struct {
	CaseStudies map[Outcome]int `json:"case_studies"`
	Comments    int             `json:"comments"`            // new ones and changed ones
	Adoptions   int             `json:"adoptions,omitempty"` // new ones and changed ones
	Attachments int             `json:"attachments"`
	People      int             `json:"people"`
	Lines       []ReportLine    `json:"lines,omitempty"` // the first of those that are not unchanged
}

// ReportLine is what happened to one case study.
type ReportLine struct {
	ID      string  `json:"id"`
	Title   string  `json:"title"`
	Outcome Outcome `json:"outcome"`
}

// maxReport is how many case studies a report names.
const maxReport = 200

// Sentence gives the report in one line.
func (r Report) Sentence() string {
	text := fmt.Sprintf("%d created, %d updated, %d unchanged", r.CaseStudies[Created], r.CaseStudies[Updated], r.CaseStudies[Unchanged])
	if n := r.CaseStudies[Kept]; n > 0 {
		text += fmt.Sprintf(", %d kept as changed here", n)
	}
	if n := r.CaseStudies[Elsewhere]; n > 0 {
		text += fmt.Sprintf(", %d left out as copies of other instances", n)
	}
	if r.Adoptions > 0 {
		text += fmt.Sprintf("; %d adoptions", r.Adoptions)
	}
	return text + fmt.Sprintf("; %d comments, %d attachments and %d people new", r.Comments, r.Attachments, r.People)
}

// Plan tells what Apply would do, and changes nothing.
func (i *Import) Plan(ctx context.Context, progress func(done, total int)) (Report, error) {
	var report Report
	err := i.f.store.View(ctx, func(ctx context.Context) error {
		var err error
		report, err = i.run(ctx, true, progress)
		return err
	})
	return report, err
}

// Apply writes the bundle in one transaction, or the one in ctx: all of it or,
// when there is an error, nothing. StoreFiles comes before.
func (i *Import) Apply(ctx context.Context, progress func(done, total int)) (Report, error) {
	var report Report
	err := i.f.store.Tx(ctx, func(ctx context.Context) error {
		var err error
		if report, err = i.run(ctx, false, progress); err != nil {
			return err
		}
		i.f.store.AfterCommit(ctx, i.f.site.ContentChanged)
		return i.f.hooks.Index(ctx)
	})
	return report, err
}

// application is one run through a checked bundle.
type application struct {
	f        *Feature
	i        *Import
	dry      bool
	progress func(done, total int)
	done     int
	report   Report
	ids      map[string]string // of the bundle's people, to those here
	importer string            // id of the account for imports, once it was needed
	study    *incoming

	overrides []models.Override // not written yet
}

func (i *Import) run(ctx context.Context, dry bool, progress func(done, total int)) (Report, error) {
	a := &application{f: i.f, i: i, dry: dry, progress: progress, report: Report{CaseStudies: map[Outcome]int{}}, ids: map[string]string{}}
	err := i.spool.each(func(it *item) error { return a.item(ctx, it) })
	if err == nil {
		err = a.finish(ctx)
	}
	if err == nil {
		err = a.flushOverrides(ctx)
	}
	return a.report, err
}

func (a *application) item(ctx context.Context, it *item) error {
	switch it.Kind {
	case organisationItem:
		return with(it, func(o bundle.Organisation) error { return a.organisation(ctx, o) })
	case systemItem:
		return with(it, func(s bundle.System) error { return a.term(ctx, systemTerm(s), s.Merged) })
	case standardItem:
		return with(it, func(s bundle.Standard) error { return a.term(ctx, standardTerm(s), s.Merged) })
	case personItem:
		return with(it, func(p bundle.Person) error {
			id, err := a.person(ctx, p)
			a.ids[p.ID] = id
			return err
		})
	case studyItem:
		if err := a.finish(ctx); err != nil {
			return err
		}
		return with(it, func(r bundle.Record) error { return a.begin(ctx, r, it) })
	case revisionItem:
		return with(it, func(v bundle.Revision) error { return a.revision(ctx, v, it) })
	case commentItem:
		return with(it, func(c bundle.Comment) error { return a.comment(ctx, c, it) })
	case adoptionItem:
		return with(it, func(in bundle.Adoption) error { return a.adoption(ctx, in) })
	}
	return fmt.Errorf("bundles: an item of the kind %d", it.Kind)
}

func with[T any](it *item, f func(T) error) error {
	v, err := as[T](it)
	if err != nil {
		return err
	}
	return f(v)
}

// organisation brings in one that has no name here yet.
func (a *application) organisation(ctx context.Context, o bundle.Organisation) error {
	known, err := a.f.store.Organisation(ctx, o.Code)
	switch {
	case err != nil && models.KindOf(err) != models.NotFound:
		return err
	case known.Named || a.dry:
		return nil
	}
	_, _, err = a.f.store.SaveOrganisation(ctx, models.Organisation{Code: o.Code, Name: o.Name, Kind: o.Kind, Region: o.Region, ICBCode: o.ICBCode,
		ICBName: o.ICBName, Postcode: o.Postcode, Opened: o.Opened, Closed: o.Closed, Successors: o.Successors, Named: true})
	if err != nil {
		return err
	}
	return a.letStand(ctx, models.Override{Subject: models.OverrideOrganisation, SubjectID: o.Code}, []personal.Text{{Field: "name", Value: o.Name}, {Field: "kind", Value: o.Kind}}, nil)
}

// account gives the id here of a person of the bundle.
func (a *application) account(ctx context.Context, id string) (string, error) {
	if id != "" || a.dry {
		return a.ids[id], nil
	}
	// Who wrote a comment that is deleted nobody says; somebody has to have.
	if a.importer == "" {
		p, err := a.f.hooks.Importer(ctx)
		if err != nil {
			return "", err
		}
		a.importer = p.ID
	}
	return a.importer, nil
}

// tell notes what happened to a case study.
func (a *application) tell(id, title string, outcome Outcome) {
	a.report.CaseStudies[outcome]++
	if outcome != Unchanged && len(a.report.Lines) < maxReport {
		a.report.Lines = append(a.report.Lines, ReportLine{id, title, outcome})
	}
	if a.done++; a.progress != nil {
		a.progress(a.done, a.i.CaseStudies())
	}
}

// kept gives what is kept of a case study, with its people's ids here.
func (a *application) kept(r bundle.Record) store.KeptCaseStudy {
	k := store.KeptCaseStudy{ID: r.ID, Slug: r.Slug, FormerSlugs: r.FormerSlugs, Status: r.Status, StatusChangedAt: r.StatusChangedAt, OwnerID: a.ids[r.Owner],
		Revision: r.Revision, Votes: r.Votes, Demo: r.Demo, CreatedAt: r.Created, UpdatedAt: r.Updated, PublishedAt: r.Published}
	for _, e := range r.Editors {
		k.Editors = append(k.Editors, a.ids[e])
	}
	return k
}
