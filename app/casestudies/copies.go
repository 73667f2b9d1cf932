package casestudies

import (
	"context"
	"time"

	"grassroots/models"
)

// showCopy has a copy of a case study elsewhere hidden from readers here by
// those who moderate, or shown again as far as its origin shows it. That stands
// whatever its origin does to it later.
func (f *Feature) showCopy(ctx context.Context, p *models.Person, cs models.CaseStudy, status models.Status) (models.CaseStudy, error) {
	switch {
	case !p.May(models.ModerateCopy, cs.Subject()):
		return cs, errCopy(cs.Copy)
	case status == models.Published && cs.Copy.Status == models.Withdrawn:
		return cs, models.Errorf(models.Conflict, "This case study was withdrawn at %s, where it is from. It comes back when it is brought back there.", cs.Copy.Name())
	case status == models.Published && cs.Copy.Dropped:
		return cs, models.Errorf(models.Conflict, "The copies from %s were withdrawn when it was removed. They come back when it is added again.", cs.Copy.Name())
	}
	by := ""
	if status == models.Withdrawn {
		by = p.Name
	}
	return f.moved(ctx, cs, status, func(ctx context.Context) error { return f.store.HideCopy(ctx, cs.ID, by) })
}

// withdrawing is the right that it takes to hide a case study from readers.
func withdrawing(cs *models.CaseStudy) models.Right {
	if cs.Copy != nil {
		return models.ModerateCopy
	}
	return models.WithdrawStudy
}

// apiOrigin says of a case study where it is from.
type apiOrigin struct {
	Site     string     `json:"site" format:"uri" doc:"The instance that it is from, which alone changes it."`
	URL      string     `json:"url" format:"uri" doc:"Its page there."`
	Revision int        `json:"revision" doc:"Its revision there."`
	Checked  *time.Time `json:"checked,omitempty" doc:"When the copy was last seen to be what was signed there; absent when it is not."`
}

func originOf(c *models.Copy) *apiOrigin {
	if c == nil {
		return nil
	}
	o := &apiOrigin{Site: c.OriginURL, URL: c.URL, Revision: c.Revision}
	if c.Fault == "" {
		checked := c.CheckedAt.UTC()
		o.Checked = &checked
	}
	return o
}
