package exchange

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"

	"grassroots/app/uploads"
	"grassroots/models"
	"grassroots/models/signed"
	"grassroots/models/store"
)

// VerifyReport says what came of checking the copies.
type VerifyReport struct {
	Checked int
	Faults  []Fault
}

// Fault is a copy that is not what was signed at its origin.
type Fault struct {
	ID, Title, Origin, Why string
}

const verifyBatch = 100

// Verify checks every copy against the document that was signed at its origin,
// and keeps with each what came of it. progress, if any, hears how many were
// checked.
func (f *Feature) Verify(ctx context.Context, progress func(done int)) (VerifyReport, error) {
	var report VerifyReport
	ctx = store.Fresh(ctx)
	origins, err := f.store.AllOrigins(ctx)
	if err != nil {
		return report, err
	}
	trusted := map[string]signed.Set{}
	for id, o := range origins {
		var set signed.Set
		if json.Unmarshal([]byte(o.Trusted), &set) == nil {
			trusted[id] = set
		}
	}
	for after := ""; ; {
		batch, err := f.store.CopiesAfter(ctx, "", after, verifyBatch)
		if err != nil || len(batch) == 0 {
			return report, err
		}
		for _, k := range batch {
			k.OriginURL = origins[k.OriginID].URL
			if err := f.verify(ctx, k, trusted[k.OriginID], &report); err != nil {
				return report, err
			}
			after = k.CaseStudyID
		}
		if report.Checked += len(batch); progress != nil {
			progress(report.Checked)
		}
	}
}

func (f *Feature) verify(ctx context.Context, k store.KeptCopy, trusted signed.Set, report *VerifyReport) error {
	cs, err := f.store.CaseStudy(ctx, k.CaseStudyID)
	if err != nil {
		return err
	}
	why, err := f.fault(ctx, k, &cs, trusted)
	if err != nil {
		return err
	}
	if why != "" {
		report.Faults = append(report.Faults, Fault{k.CaseStudyID, cs.Title, k.OriginURL, why})
	}
	if why == "" && k.Fault == "" && f.site.Now().Sub(k.CheckedAt) < verifyEvery/2 {
		return nil // it was fetched a moment ago
	}
	if err := f.store.NoteCheck(ctx, k.CaseStudyID, why); err != nil {
		return err
	}
	f.store.AfterCommit(ctx, f.site.ContentChanged)
	return nil
}

// fault gives what is wrong with a copy, in a plain sentence, or nothing.
func (f *Feature) fault(ctx context.Context, k store.KeptCopy, cs *models.CaseStudy, trusted signed.Set) (string, error) {
	text, _, err := signed.Open(k.Signed, studyKind, trusted)
	switch {
	case errors.Is(err, signed.ErrKey):
		return "It is signed with a key that is not trusted any more.", nil
	case err != nil:
		return "The signed document that is kept with it has been changed.", nil
	}
	var d study
	if err := json.Unmarshal(text, &d); err != nil || d.check(k.OriginURL, k.CaseStudyID) != nil {
		return "The signed document that is kept with it is of another case study.", nil
	}
	should, err := f.read(ctx, &d)
	if err != nil {
		return "The signed document that is kept with it does not keep to the format of today.", nil
	}
	if d.Revision != k.Revision || d.URL != k.URL {
		return "Its revision or its address at the origin is not the one that was signed.", nil
	}
	if !cs.Same(&should.Document) {
		return "Its text or one of its fields is not what was signed.", nil
	}
	if why := f.differs(ctx, cs, &should); why != "" {
		return why, nil
	}
	return f.filesDiffer(ctx, &d, k.CaseStudyID)
}

// differs tells where what is kept beside the document, for lists and pages, is
// not what the document makes.
func (f *Feature) differs(ctx context.Context, cs, should *models.CaseStudy) string {
	row, err := f.store.ListedAs(ctx, cs.ID)
	byline := ""
	if len(should.Authors) > 0 {
		byline = should.Authors[0].Name
	}
	switch {
	case err != nil:
		return "It is missing from the lists."
	case row.Title != should.Title || row.Summary != should.Summary || row.Stage != should.Stage || row.Organisation != should.Organisation ||
		row.Byline != byline || !slices.Equal(row.Tags, should.Tags):
		return "What lists show of it is not what was signed."
	case row.Rules == should.HTMLRules && cs.HTML != should.HTML:
		return "What its page shows is not what was signed."
	}
	return ""
}

// filesDiffer tells what is wrong with the attachments of a copy.
func (f *Feature) filesDiffer(ctx context.Context, d *study, id string) (string, error) {
	have, err := f.store.Attachments(ctx, id)
	if err != nil {
		return "", err
	}
	if len(have) != len(d.Attachments) {
		return "It has not the attachments that were signed.", nil
	}
	for _, a := range d.Attachments {
		i := slices.IndexFunc(have, func(h models.Attachment) bool { return h.ID == a.ID && h.SHA256 == a.SHA256 && h.Size == a.Size })
		if i < 0 {
			return "It has not the attachments that were signed.", nil
		}
		content, err := f.uploads.Open(ctx, a.SHA256)
		if models.KindOf(err) == models.NotFound {
			return fmt.Sprintf("The content of its attachment %s is missing.", have[i].FileName), nil
		}
		if err != nil {
			return "", err
		}
		var all bytes.Buffer
		_, err = io.Copy(&all, io.LimitReader(content, maxFile+1))
		if err = errors.Join(err, content.Close()); err != nil {
			return "", err
		}
		if uploads.Sum(all.Bytes()) != a.SHA256 {
			return fmt.Sprintf("The content of its attachment %s is not what was signed.", have[i].FileName), nil
		}
	}
	return "", nil
}
