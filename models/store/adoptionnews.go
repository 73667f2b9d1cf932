package store

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"grassroots/models"
)

// AdoptionNews asks for what organisations said last: of one case study, by and
// of one organisation, or with neither of all.
type AdoptionNews struct {
	CaseStudyID  string
	Organisation string // ODS code, of who adopts or of whose case study it is
	After        string // Next of the page before
	Limit        int
}

// RecentAdoptions gives a page of the adoptions of case studies that everybody
// may read, that which was said last first. What is hidden is not among them.
// next is where the page after begins; empty when there is none. BadRequest when
// q.After is none that was given.
func (s *Store) RecentAdoptions(ctx context.Context, q AdoptionNews) (list []models.Adoption, next string, err error) {
	db := s.DB(ctx).Where("studies.status = ? AND adoptions.hidden = ''", models.Published)
	if q.CaseStudyID != "" {
		db = db.Where("adoptions.case_study_id = ?", q.CaseStudyID)
	}
	if q.Organisation != "" {
		db = db.Where("(adoptions.organisation = ? AND adoptions.site = '' OR studies.organisation = ?)", q.Organisation, q.Organisation)
	}
	if q.After != "" {
		micros, id, ok := strings.Cut(q.After, "-")
		at, err := strconv.ParseInt(micros, 10, 64)
		if !ok || err != nil || at < 0 || at > maxMicros || !models.ValidID(id) {
			return nil, "", models.ErrCursor
		}
		said := time.UnixMicro(at).UTC()
		db = db.Where("(adoptions.changed_at < ? OR adoptions.changed_at = ? AND adoptions.id < ?)", said, said, id)
	}
	list, err = s.adoptionsWhere(ctx, db.Order("adoptions.changed_at DESC, adoptions.id DESC").Limit(q.Limit+1))
	if err != nil || len(list) <= q.Limit {
		return list, "", err
	}
	list = list[:q.Limit]
	last := list[q.Limit-1]
	return list, fmt.Sprintf("%d-%s", last.ChangedAt.UnixMicro(), last.ID), nil
}

// maxMicros is the end of the year 9999, the last that databases and feeds can
// name, in microseconds since 1970.
const maxMicros = 253_402_300_799_999_999
