package casestudies

import (
	"context"
	"time"

	"grassroots/app/jobs"
	"grassroots/app/markdown"
)

// renderArgs asks for the texts to be rendered anew that earlier rules
// rendered. It names the rules, so that a program with newer ones does not
// take the job of an older one for its own.
type renderArgs struct {
	Rules int `json:"rules"`
}

// Kind implements jobs.Args.
func (renderArgs) Kind() string { return "case_studies.render" }

const (
	// renderEvery also catches what a node of an earlier version wrote while
	// others ran a newer one already.
	renderEvery = time.Hour
	// renderBatch is how many texts are rendered in one transaction.
	renderBatch = 50
)

func (f *Feature) registerRendering() {
	jobs.Register(f.queue, func(ctx context.Context, _ renderArgs) error {
		_, err := f.RenderAnew(ctx)
		return err
	})
	f.queue.Every(renderEvery, renderArgs{Rules: markdown.Rules})
}

// RenderAnew renders every revision that earlier rules rendered, and tells how
// many. Until it comes to one, readers see what the earlier rules made.
func (f *Feature) RenderAnew(ctx context.Context) (int, error) {
	total := 0
	for {
		batch, err := f.store.ToRender(ctx, markdown.Rules, renderBatch)
		if err != nil || len(batch) == 0 {
			return total, err
		}
		for i := range batch {
			rendered := f.markdown.Render(batch[i].Body)
			batch[i].HTML, batch[i].Text, batch[i].Contents = rendered.HTML, rendered.Text, rendered.Contents
		}
		if err := f.store.SaveRendered(ctx, markdown.Rules, batch); err != nil {
			return total, err
		}
		total += len(batch)
		f.site.ContentChanged()
	}
}
