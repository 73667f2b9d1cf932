package organisations

import (
	"context"
	"io"
	"slices"
	"time"

	"grassroots/models"
	"grassroots/models/store"
)

// importBatch is how many organisations are saved in one transaction, so that
// other writers do not wait long.
const importBatch = 200

// Report says what an import did, or with a dry run would do.
type Report struct {
	Created   int // codes that were new, or that nobody had named yet
	Updated   int
	Unchanged int
	Closed    int // of the new and updated, those that are closed now and were not before
}

// Import brings the organisations of a file in; see ParseODS for what it may
// be. Nothing is imported of a file with a row that cannot be read. What the
// file does not say of an organisation stays as it is, and so does an
// organisation that is not in the file: the ODS closes organisations, and never
// takes one away. The name is always the file's. Importing a file again
// changes nothing.
func Import(ctx context.Context, s *store.Store, name string, in io.Reader, dryRun bool) (Report, error) {
	return importFile(ctx, s, name, in, dryRun, func(models.Organisation, models.Organisation) {})
}

// importFile is Import, which tells note of every organisation that is new or
// changes, as it was (without a name when it is new) and as it will be. In a
// dry run each is told once.
func importFile(ctx context.Context, s *store.Store, name string, in io.Reader, dryRun bool, note func(before, after models.Organisation)) (Report, error) {
	rows, err := ParseODS(name, in)
	if err != nil {
		return Report{}, err
	}
	boards, err := boardNames(ctx, s, rows)
	if err != nil {
		return Report{}, err
	}
	var report Report
	for batch := range slices.Chunk(rows, importBatch) {
		var done Report
		work := func(ctx context.Context) error {
			done = Report{} // a transaction may be run again
			return importRows(ctx, s, batch, boards, dryRun, &done, note)
		}
		if dryRun {
			err = work(ctx)
		} else {
			err = s.Tx(ctx, work)
		}
		if err != nil {
			return report, err
		}
		report.Created += done.Created
		report.Updated += done.Updated
		report.Unchanged += done.Unchanged
		report.Closed += done.Closed
	}
	return report, nil
}

// boardNames gives the names of the integrated care boards whose codes a file
// has: from the file itself, or as they are known.
func boardNames(ctx context.Context, s *store.Store, rows []Row) (map[string]string, error) {
	var codes []string
	seen := map[string]bool{}
	for _, r := range rows {
		if r.ICBCode != "" && !seen[r.ICBCode] {
			seen[r.ICBCode] = true
			codes = append(codes, r.ICBCode)
		}
	}
	known, err := s.OrganisationsByCode(ctx, codes)
	if err != nil {
		return nil, err
	}
	names := map[string]string{}
	for code, o := range known {
		names[code] = o.Name
	}
	for _, r := range rows {
		if seen[r.Code] {
			names[r.Code] = r.Name
		}
	}
	return names, nil
}

func importRows(ctx context.Context, s *store.Store, rows []Row, boards map[string]string, dryRun bool, report *Report, note func(before, after models.Organisation)) error {
	var codes []string
	for _, r := range rows {
		codes = append(append(codes, r.Code), r.Successors...)
	}
	known, err := s.OrganisationsByCode(ctx, codes)
	if err != nil {
		return err
	}
	for _, r := range rows {
		before, exists := known[r.Code]
		after := merged(before, r, boards)
		switch {
		case !exists || !before.Named:
			report.Created++
		case same(before, after):
			report.Unchanged++
			continue
		default:
			report.Updated++
		}
		if after.Closed != nil && before.Closed == nil {
			report.Closed++
		}
		note(before, after)
		if dryRun {
			continue
		}
		if _, _, err := s.SaveOrganisation(ctx, after); err != nil {
			return err
		}
		if err := takeUp(ctx, s, r.Successors); err != nil {
			return err
		}
		if after.Kind == kindBoard && after.Name != before.Name {
			if err := s.RenameBoard(ctx, after.Code, after.Name); err != nil {
				return err
			}
		}
	}
	return nil
}

// takeUp notes the codes of successors that no list has named yet, so that they
// can be opened, and an admin is asked to name them.
func takeUp(ctx context.Context, s *store.Store, codes []string) error {
	for _, code := range codes {
		_, err := s.Organisation(ctx, code)
		if models.KindOf(err) == models.NotFound {
			_, _, err = s.SaveOrganisation(ctx, models.Organisation{Code: code})
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// merged gives an organisation as it is after a row: what the row says, and
// what was known where it says nothing. A kind guessed from the name fills a
// gap and replaces nothing.
func merged(known models.Organisation, r Row, boards map[string]string) models.Organisation {
	o := known
	o.Code, o.Name, o.Named = r.Code, r.Name, true
	if r.Kind != "" && (!r.KindGuessed || o.Kind == "") {
		o.Kind = r.Kind
	}
	if r.Region != "" {
		o.Region = r.Region
	}
	if r.ICBCode != "" && r.ICBCode != o.ICBCode {
		o.ICBCode, o.ICBName = r.ICBCode, "" // the name was another board's
	}
	switch {
	case boards[o.ICBCode] != "": // what the board itself is called
		o.ICBName = boards[o.ICBCode]
	case r.ICBName != "":
		o.ICBName = r.ICBName
	}
	if r.Postcode != "" {
		o.Postcode = r.Postcode
	}
	if r.Opened != nil {
		o.Opened = r.Opened
	}
	if r.Closed != nil || r.SaysClosed {
		o.Closed = r.Closed
	}
	if len(r.Successors) > 0 {
		o.Successors = r.Successors
	}
	return o
}

// same tells whether two organisations say the same, their counts aside.
func same(a, b models.Organisation) bool {
	return a.Name == b.Name && a.Named == b.Named && a.Kind == b.Kind && a.Region == b.Region && a.ICBCode == b.ICBCode && a.ICBName == b.ICBName &&
		a.Postcode == b.Postcode && sameDay(a.Opened, b.Opened) && sameDay(a.Closed, b.Closed) && slices.Equal(a.Successors, b.Successors)
}

func sameDay(a, b *time.Time) bool {
	return a == nil && b == nil || a != nil && b != nil && a.Equal(*b)
}
