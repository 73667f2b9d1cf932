package exchange

import (
	"context"
	"encoding/json"
	"strings"

	"grassroots/models"
	"grassroots/models/signed"
	"grassroots/models/store"
)

// Address brings what somebody typed to the form in which an instance is named:
// without a path, and without a slash at its end.
func (f *Feature) Address(typed string) (string, error) {
	address := strings.TrimRight(models.CleanLine(typed), "/")
	address = strings.TrimSuffix(address, KeysPath)
	if err := f.documents.Check("url", address); err != nil {
		return address, err
	}
	if strings.ContainsAny(address, "?#") {
		return address, invalid("url", "Enter the address of the instance alone, such as https://grassroots.example.nhs.uk")
	}
	if address == f.site.BaseURL {
		return address, invalid("url", "This is the address of this very instance")
	}
	return address, nil
}

func invalid(field, message string) error {
	return &models.Error{Kind: models.Invalid, Message: "The instance was not added.", Fields: []models.FieldError{{Field: field, Message: message}}}
}

// Add has case studies taken from an instance from now on. Its key of now is
// trusted, and must be the one whose id is given, if one is.
func (f *Feature) Add(ctx context.Context, typed, keyID, by string) (models.Origin, error) {
	address, err := f.Address(typed)
	if err != nil {
		return models.Origin{}, err
	}
	said, err := f.about(ctx, address)
	if ctx.Err() != nil {
		return models.Origin{}, ctx.Err()
	}
	if err != nil {
		return models.Origin{}, invalid("url", explain(err))
	}
	key := said.Set[len(said.Set)-1]
	if keyID = strings.TrimSpace(keyID); keyID != "" && keyID != key.ID() {
		return models.Origin{}, invalid("key", "The instance has another key, "+key.ID()+". Ask those who run it which one is theirs")
	}
	if own, err := f.keys(ctx); err == nil && own.now.ID() == key.ID() {
		return models.Origin{}, invalid("url", "The instance at this address has the key of this one: it is this one, or made from its backup")
	}
	trusted, err := json.Marshal(signed.Set{key})
	if err != nil {
		return models.Origin{}, err
	}
	o := models.Origin{ID: f.store.NewID(), URL: address, Trusted: string(trusted), AddedBy: by, AddedAt: f.site.Now()}
	err = f.store.Tx(ctx, func(ctx context.Context) error {
		if err := f.store.AddOrigin(ctx, &o); err != nil {
			return err
		}
		f.store.AfterCommit(ctx, f.site.ContentChanged)
		return f.ask(ctx, syncOne{Origin: o.ID})
	})
	if models.KindOf(err) == models.Conflict {
		return o, invalid("url", err.(*models.Error).Message)
	}
	f.site.Log.InfoContext(ctx, "case studies are taken from another instance from now on", "origin", address, "key", key.ID(), "by", by)
	return o, err
}

// KeyOf gives the id of the key of the present that an instance is trusted by.
func KeyOf(o models.Origin) string {
	var set signed.Set
	if json.Unmarshal([]byte(o.Trusted), &set) != nil || len(set) == 0 {
		return ""
	}
	return set[len(set)-1].ID()
}

// Pause takes nothing more from an instance until it is resumed.
func (f *Feature) Pause(ctx context.Context, id, by string) error {
	return f.changing(ctx, f.store.PauseOrigin(ctx, id, by))
}

// Resume goes on with an instance where it was left.
func (f *Feature) Resume(ctx context.Context, id string) error {
	return f.store.Tx(ctx, func(ctx context.Context) error {
		if err := f.changing(ctx, f.store.ResumeOrigin(ctx, id)); err != nil {
			return err
		}
		return f.ask(ctx, syncOne{Origin: id})
	})
}

func (f *Feature) changing(ctx context.Context, err error) error {
	if err == nil {
		f.store.AfterCommit(ctx, f.site.ContentChanged)
	}
	return err
}

// Remove takes nothing more from an instance. Its copies stay as they are, or
// are withdrawn by a job.
func (f *Feature) Remove(ctx context.Context, o models.Origin, withdraw bool, by string) error {
	err := f.store.Tx(ctx, func(ctx context.Context) error {
		if err := f.changing(ctx, f.store.RemoveOrigin(ctx, o.ID)); err != nil || !withdraw {
			return err
		}
		return f.queue.Enqueue(ctx, dropped{o.ID})
	})
	if err == nil {
		f.site.Log.InfoContext(ctx, "nothing more is taken from another instance", "origin", o.URL, "copies_withdrawn", withdraw, "by", by)
	}
	return err
}

func (f *Feature) dropped(ctx context.Context, job dropped) error { return f.Drop(ctx, job.Origin) }

// Drop withdraws the copies of an instance that was removed. One that was added
// again meanwhile keeps them.
func (f *Feature) Drop(ctx context.Context, originID string) error {
	for after := ""; ; {
		var batch []store.KeptCopy
		err := f.store.Tx(ctx, func(ctx context.Context) error {
			_, err := f.store.Origin(ctx, originID)
			if models.KindOf(err) != models.NotFound {
				batch = nil
				return err
			}
			if batch, err = f.store.CopiesAfter(ctx, originID, after, verifyBatch); err != nil {
				return err
			}
			for _, k := range batch {
				if err := f.drop(ctx, k); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil || len(batch) == 0 {
			return err
		}
		after = batch[len(batch)-1].CaseStudyID
	}
}

func (f *Feature) drop(ctx context.Context, k store.KeptCopy) error {
	if k.Dropped {
		return nil
	}
	what := models.EventCaseStudyWithdrawn
	if k.Shown() != models.Published {
		what = ""
	}
	if err := f.store.DropCopy(ctx, k.CaseStudyID); err != nil {
		return err
	}
	return f.after(ctx, k.CaseStudyID, what)
}
