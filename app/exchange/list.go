package exchange

import (
	"context"
	"fmt"
	"strings"
	"time"

	"grassroots/models"
	"grassroots/models/store"
)

// Listed is an instance with how it is doing.
type Listed struct {
	models.Origin
	Copies  store.CopyCount
	Refused []models.Refusal // the first of them
	Refusal int              // how many
}

// shownRefusals is how many case studies that were not taken are named.
const shownRefusals = 50

// List gives the instances that case studies are taken from, by address. There
// are few.
func (f *Feature) List(ctx context.Context) ([]Listed, error) {
	list, err := f.store.Origins(ctx)
	if err != nil {
		return nil, err
	}
	copies, err := f.store.CountCopies(ctx)
	if err != nil {
		return nil, err
	}
	counts, err := f.store.CountRefusals(ctx)
	if err != nil {
		return nil, err
	}
	refusals, err := f.store.RefusalsOfEach(ctx, shownRefusals)
	if err != nil {
		return nil, err
	}
	out := make([]Listed, len(list))
	for i, o := range list {
		out[i] = Listed{Origin: o, Copies: copies[o.ID], Refusal: counts[o.ID]}
		for _, r := range refusals {
			if r.OriginID == o.ID {
				out[i].Refused = append(out[i].Refused, r)
			}
		}
	}
	return out, nil
}

// Find gives an instance by its address, as somebody typed it, or its id.
func (f *Feature) Find(ctx context.Context, typed string) (models.Origin, error) {
	o, err := f.store.Origin(store.Fresh(ctx), strings.TrimRight(models.CleanLine(typed), "/"))
	if models.KindOf(err) == models.NotFound {
		return o, models.E(models.NotFound, "No case studies are taken from that instance.")
	}
	return o, err
}

// Says tells how the instance is doing, in a sentence or two.
func (o Listed) Says() string {
	when := func(t time.Time) string { return t.UTC().Format("2 January 2006 at 15:04 UTC") }
	switch {
	case o.PausedAt != nil:
		return "Paused since " + when(*o.PausedAt) + " by " + o.PausedBy + "."
	case o.FailingSince != nil:
		return "Failing since " + when(*o.FailingSince) + ": " + o.Failure
	case o.SucceededAt != nil:
		return "All was well on " + when(*o.SucceededAt) + "."
	}
	return "It has not been asked yet."
}

// Counts tells how many copies there are.
func (o Listed) Counts() string {
	text := fmt.Sprintf("%d copies, %d of them shown", o.Copies.Total, o.Copies.Shown)
	if o.Copies.AtFault > 0 {
		text += fmt.Sprintf(", %d not what was signed", o.Copies.AtFault)
	}
	if o.Refusal > 0 {
		text += fmt.Sprintf("; %d not taken", o.Refusal)
	}
	if o.LeftOut > 0 {
		text += fmt.Sprintf("; %d left out", o.LeftOut)
	}
	return text
}
