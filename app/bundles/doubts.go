package bundles

import (
	"context"
	"strings"

	"grassroots/models"
	"grassroots/models/bundle"
	"grassroots/models/format"
	"grassroots/models/personal"
)

// What in a bundle may be personal data, and is not surely so, nobody is there
// to be asked about. It comes in, whoever imports it is told where it is, and it
// is kept for moderators to see, without what stands there.

// maxDoubts is how many places whoever imports is told of.
const maxDoubts = 200

// doubt notes for whoever imports what a rule says of a part of the bundle.
func (i *Import) doubt(err error) {
	for _, p := range format.Problems(err) {
		if i.more += 1; len(i.doubts) < maxDoubts {
			i.doubts = append(i.doubts, p.String())
		}
	}
}

// Doubts gives the places that moderators will see, as "file:line: message" and
// without what stands there; more counts those beyond the first that are named.
func (i *Import) Doubts() (list []string, more int) { return i.doubts, i.more - len(i.doubts) }

// doubts notes what is in doubt in a file of the bundle.
func (p *preparation) doubts(texts []personal.Text, problem func(message string) error) {
	for _, place := range personal.Check(texts, p.i.f.site.PersonalOptions()) {
		if !place.Certain {
			p.i.doubt(problem(place.Sentence()))
		}
	}
}

// doubtsOf notes what is in doubt in the text of a revision, at its line, but
// for what the one before had already.
func (p *preparation) doubtsOf(r bundle.Record, number int, d models.Document) error {
	texts := personal.Texts(d)
	former := p.said
	p.said = texts
	o := p.i.f.site.PersonalOptions()
	doubtful := func(d *models.Document) error { return personal.Doubtful(personal.Texts(*d), former, o) }
	if doubtful(&d) == nil {
		return nil
	}
	_, err := p.i.reader.Text(&r, number, doubtful)
	if format.Problems(err) == nil {
		return err
	}
	p.i.doubt(err)
	return nil
}

// letStand adds what in some texts is in doubt to what is kept of this import,
// but for what stood in former texts.
func (a *application) letStand(ctx context.Context, about models.Override, texts, former []personal.Text) error {
	if a.dry {
		return nil
	}
	overrides, err := a.f.site.CheckTexts(personal.WithAnswers(ctx, personal.ForAll(models.ReasonImport)), texts, former)
	if err != nil {
		return err
	}
	for _, o := range overrides {
		o.Subject, o.SubjectID, o.CaseStudyID = about.Subject, about.SubjectID, about.CaseStudyID
		a.overrides = append(a.overrides, o)
	}
	if len(a.overrides) < writeBatch {
		return nil
	}
	return a.flushOverrides(ctx)
}

// flushOverrides writes what was let stand, in the name of the account for
// imports.
func (a *application) flushOverrides(ctx context.Context) error {
	list := a.overrides
	a.overrides = nil
	if len(list) == 0 {
		return nil
	}
	id, err := a.account(ctx, "")
	if err != nil {
		return err
	}
	for i := range list {
		list[i].PersonID = id
	}
	return a.f.store.AddOverrides(ctx, list)
}

// letStandIn is letStand for the text of a revision, with the note on it.
func (a *application) letStandIn(ctx context.Context, in *incoming, d models.Document, note string) error {
	texts := personal.Texts(d)
	former := in.said
	in.said = texts
	return a.letStand(ctx, models.Override{Subject: models.OverrideStudy, SubjectID: in.record.ID, CaseStudyID: in.record.ID},
		append(texts[:len(texts):len(texts)], personal.Text{Field: "note", Value: note}), former)
}

// fileTexts are what of an attachment is checked.
func fileTexts(a bundle.Attachment, text string) []personal.Text {
	return []personal.Text{{Field: "file name", Value: strings.ReplaceAll(a.FileName, "_", " ")}, {Field: "alt", Value: a.Alt}, {Field: "file", Value: text}}
}

// letStandInTerm is letStand for a system or standard, which was another before.
func (a *application) letStandInTerm(ctx context.Context, t, before models.Term) error {
	subject := models.OverrideSystem
	if t.Kind == models.TermStandard {
		subject = models.OverrideStandard
	}
	texts := func(t models.Term) []personal.Text {
		return []personal.Text{{Field: "name", Value: t.Name}, {Field: "maker", Value: t.Maker}, {Field: "category", Value: t.Category},
			{Field: "aliases", Value: strings.Join(t.Aliases, "\n")}, {Field: "purpose", Value: t.Purpose}, {Field: "url", Value: t.URL}}
	}
	return a.letStand(ctx, models.Override{Subject: subject, SubjectID: t.ID}, texts(t), texts(before))
}
