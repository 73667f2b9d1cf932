package exchange

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"time"

	"grassroots/models"
	"grassroots/models/signed"
	"grassroots/models/store"
)

// SyncOptions says how an instance is asked.
type SyncOptions struct {
	// All tries again at once what was refused, and compares the whole list with
	// the copies: for a person who asks.
	All bool
}

// SyncReport says what came of asking an instance.
type SyncReport struct {
	New, Changed, Withdrawn int
	LeftOut                 int              // that there was no room for
	Refused                 []models.Refusal // in this run
	More                    bool             // time was over before the end: go on
}

const (
	// walkEvery is how often the whole list is compared with the copies, in case
	// the origin was set back to an earlier state.
	walkEvery = 24 * time.Hour
	// retryAfter is when something that was refused is tried again.
	retryAfter = 30 * time.Minute
	// retryBatch is how much of it at a time.
	retryBatch = 50
	// walkTimes is how many times as many entries as there may be copies the whole
	// list may have: withdrawn case studies and those that were left out are on it,
	// too.
	walkTimes = 50
	// crossings is how often a run goes on from where another one was.
	crossings = 20
)

// sync is one run over an instance.
type sync struct {
	f       *Feature
	origin  models.Origin
	trusted signed.Set // the key of the present last
	asked   bool       // whether it has a new key
	full    bool       // whether there are as many copies of it as there may be
	ends    time.Time
	report  SyncReport
}

// Sync fetches what has changed at an instance and keeps, with the instance,
// what came of it. Whatever it has done when it is interrupted stays done, and
// the next run goes on from there. The error says why the instance could not be
// asked; that single case studies were refused is in the report.
func (f *Feature) Sync(ctx context.Context, o models.Origin, opts SyncOptions) (SyncReport, error) {
	if !o.Active() {
		return SyncReport{}, models.Errorf(models.Conflict, "%s is paused. Resume it first.", o.URL)
	}
	ctx = store.Fresh(ctx)
	s := &sync{f: f, ends: time.Now().Add(syncWithin)}
	walked, err := s.runFrom(ctx, o, opts)
	for range crossings {
		if models.KindOf(err) != models.Conflict {
			break
		}
		// Somebody else is at it, such as a command beside the server: go on from
		// where they are.
		if o, err = f.store.Origin(ctx, o.ID); err != nil || !o.Active() {
			return s.report, err
		}
		walked, err = s.runFrom(ctx, o, opts)
	}
	if ctx.Err() != nil {
		return s.report, ctx.Err() // stopped: that says nothing of the instance
	}
	if models.KindOf(err) == models.Conflict {
		return s.report, err
	}
	failure := ""
	if err != nil {
		failure = explain(err)
	} else if failure, err = f.tooMany(ctx, o.ID); err != nil {
		return s.report, err
	}
	if noted := f.store.NoteSync(ctx, o.ID, failure, walked && err == nil); noted != nil && models.KindOf(noted) != models.NotFound {
		err = errors.Join(err, noted)
	}
	return s.report, err
}

func (s *sync) runFrom(ctx context.Context, o models.Origin, opts SyncOptions) (walked bool, err error) {
	s.origin, s.asked, s.trusted = o, false, nil
	if err := json.Unmarshal([]byte(o.Trusted), &s.trusted); err != nil || len(s.trusted) == 0 {
		return false, models.Wrap(models.Internal, "The keys that are kept of this instance cannot be read.", err)
	}
	return s.run(ctx, opts)
}

func (s *sync) run(ctx context.Context, opts SyncOptions) (walked bool, err error) {
	fromStart := s.origin.Position == 0
	last, err := s.forward(ctx)
	if err != nil || s.report.More {
		return false, err
	}
	setBack := last < s.origin.Position
	if setBack { // it was restored from a backup
		if err := s.f.store.MoveOrigin(ctx, s.origin.ID, s.origin.Position, last); err != nil {
			return false, err
		}
		s.origin.Position = last
	}
	if err := s.again(ctx, opts.All); err != nil {
		return false, err
	}
	if err := s.offers(ctx); err != nil && !errors.Is(err, errGone) {
		return false, err
	}
	due := s.origin.WalkedAt == nil || s.f.site.Now().Sub(*s.origin.WalkedAt) >= walkEvery
	if fromStart || !opts.All && !due && !setBack {
		return fromStart, nil
	}
	return true, s.walk(ctx)
}

// forward takes the changes after those that are here, each with the note of it
// in one transaction. It gives the position of the last change of all.
func (s *sync) forward(ctx context.Context) (int64, error) {
	for {
		page, err := s.changes(ctx, s.origin.Position)
		if err != nil {
			return 0, err
		}
		for _, c := range page.Changes {
			if time.Now().After(s.ends) {
				s.report.More = true
				return 0, nil
			}
			if err := s.take(ctx, c, true); err != nil {
				return 0, err
			}
		}
		if len(page.Changes) == 0 || s.origin.Position >= page.Last {
			return page.Last, nil
		}
	}
}

// walk compares the whole list with the copies.
func (s *sync) walk(ctx context.Context) error {
	s.report.LeftOut = 0 // they are met again
	if err := s.f.store.RecountLeftOut(ctx, s.origin.ID); err != nil {
		return err
	}
	for at, met := int64(0), 0; ; {
		page, err := s.changes(ctx, at)
		if err != nil {
			return err
		}
		// Only the changes that are new are looked at for so long and no longer: a
		// list that never ends would be walked for ever.
		most := walkTimes * s.f.maxCopies
		if met += len(page.Changes); most > 0 && met > most {
			return troublef("The list of changes does not end: it has more than %d entries.", most)
		}
		for _, c := range page.Changes {
			if err := s.take(ctx, c, false); err != nil {
				return err
			}
			at = c.Position
		}
		if len(page.Changes) == 0 || at >= page.Last {
			return nil
		}
	}
}

// again tries what was refused.
func (s *sync) again(ctx context.Context, all bool) error {
	before := s.f.site.Now().Add(-retryAfter)
	if all {
		before = time.Time{}
	}
	list, err := s.f.store.Refusals(ctx, s.origin.ID, before, retryBatch)
	if err != nil {
		return err
	}
	for _, r := range list {
		if err := s.take(ctx, change{CaseStudy: r.CaseStudyID, Status: models.Published}, false); err != nil {
			return err
		}
	}
	return nil
}

// take applies one change. An error ends the run; what is wrong with this case
// study alone is noted instead.
func (s *sync) take(ctx context.Context, c change, move bool) error {
	if !move && slices.ContainsFunc(s.report.Refused, func(r models.Refusal) bool { return r.CaseStudyID == c.CaseStudy }) {
		return nil // a moment ago
	}
	apply, err := s.prepare(ctx, c)
	var no *refused
	if err == nil {
		err = s.commit(ctx, c, move, apply)
	}
	if errors.As(err, &no) {
		err = s.commit(ctx, c, move, func(ctx context.Context) error {
			s.report.Refused = append(s.report.Refused, models.Refusal{OriginID: s.origin.ID, CaseStudyID: c.CaseStudy, Why: no.why})
			return s.f.store.Refuse(ctx, s.origin.ID, c.CaseStudy, models.Truncate(no.why, 500))
		})
	}
	return err
}

// commit writes what a change comes to and how far the changes are here, both
// or neither.
func (s *sync) commit(ctx context.Context, c change, move bool, apply func(context.Context) error) error {
	if apply == nil && !move {
		return nil
	}
	report := s.report
	err := s.f.store.Tx(ctx, func(ctx context.Context) error {
		s.report = report // it may be run again
		to := s.origin.Position
		if move {
			to = c.Position
		}
		if err := s.f.store.MoveOrigin(ctx, s.origin.ID, s.origin.Position, to); err != nil || apply == nil {
			return err
		}
		return apply(ctx)
	})
	if err == nil && move {
		s.origin.Position = c.Position
	}
	if err != nil {
		s.report = report
	}
	return err
}

// prepare gives what a change comes to here, nothing when all is as it should
// be. What has to be fetched is fetched now, before the transaction.
func (s *sync) prepare(ctx context.Context, c change) (func(context.Context) error, error) {
	before, err := s.mayTake(ctx, c.CaseStudy)
	if c.Status == models.Withdrawn {
		var no *refused
		if errors.As(err, &no) {
			err = nil
		}
		return s.withdrawn(c, before), err
	}
	if err != nil {
		return nil, err
	}
	if before != nil && s.isHere(c, before) {
		return nil, nil
	}
	if before == nil {
		if full, err := s.isFull(ctx); err != nil || full {
			return s.leaveOut(c), err
		}
	}
	in, err := s.fetch(ctx, c.CaseStudy, c.Revision)
	if errors.Is(err, errGone) {
		// It was withdrawn since: the list says so further down.
		return func(ctx context.Context) error { return s.f.store.Accept(ctx, s.origin.ID, c.CaseStudy) }, nil
	}
	if err != nil {
		return nil, err
	}
	return func(ctx context.Context) error {
		before, err := s.mayTake(ctx, c.CaseStudy) // somebody may have posted it meanwhile
		if err != nil {
			return err
		}
		if before != nil {
			s.report.Changed++
			return s.save(ctx, in, before)
		}
		full, err := s.isFull(ctx) // by another run
		if err != nil {
			return err
		}
		if full {
			return s.leaveOut(c)(ctx)
		}
		s.report.New++
		return s.save(ctx, in, before)
	}, nil
}

// isHere tells whether a copy is what a change makes it: delivered twice, or
// met while the whole list is compared.
func (s *sync) isHere(c change, k *store.KeptCopy) bool {
	return c.Revision > 0 && k.Revision == c.Revision && k.Status == models.Published && !k.Dropped && k.Fault == "" && k.SignedBy == s.now()[0].ID()
}

func (s *sync) withdrawn(c change, before *store.KeptCopy) func(context.Context) error {
	if before == nil || before.Status == models.Withdrawn {
		return func(ctx context.Context) error { return s.f.store.Accept(ctx, s.origin.ID, c.CaseStudy) }
	}
	return func(ctx context.Context) error {
		s.report.Withdrawn++
		shown := before.Shown()
		if err := s.f.store.SetCopyStatus(ctx, c.CaseStudy, models.Withdrawn); err != nil {
			return err
		}
		if err := s.f.store.Accept(ctx, s.origin.ID, c.CaseStudy); err != nil {
			return err
		}
		what := models.EventCaseStudyWithdrawn
		if shown != models.Published {
			what = ""
		}
		return s.f.after(ctx, c.CaseStudy, what)
	}
}
