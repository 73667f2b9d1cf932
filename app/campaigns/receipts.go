package campaigns

import (
	"context"
	"time"

	"grassroots/app/jobs"
	"grassroots/models"
)

const (
	// receiptsEvery is how often a node has receipts sent while entries come in: in the
	// last hour of a campaign hundreds come at once, and who enters has the page that says
	// so in any case.
	receiptsEvery = 2 * time.Second
	// receiptsAtOnce is how many are sent in one transaction.
	receiptsAtOnce = 50
)

// receipts is the job that tells people that their entries were received.
type receipts struct{}

// Kind implements jobs.Args.
func (receipts) Kind() string { return "campaigns.receipts" }

// soon has receipts sent a moment from now, once however many entries came meanwhile.
// What it does not get to, for want of a queue or of power, Move does.
func (f *Feature) soon() {
	now := f.site.Now()
	next := f.next.Load()
	if now.UnixNano() < next || !f.next.CompareAndSwap(next, now.Add(receiptsEvery).UnixNano()) {
		return
	}
	if err := f.queue.Enqueue(context.Background(), receipts{}, jobs.At(now.Add(receiptsEvery+time.Second))); err != nil {
		f.site.Log.Warn("receipts of entries wait for the next minute", "error", err)
	}
}

// sendReceipts tells those whose entries have come that they have, each once.
func (f *Feature) sendReceipts(ctx context.Context) error {
	for {
		done, err := f.store.TellReceived(ctx, receiptsAtOnce, func(ctx context.Context, c models.Campaign, e models.CampaignEntry, people []string) error {
			return f.hooks.TellEntry(ctx, c, e, EntryReceived, people)
		})
		if err != nil || done {
			return err
		}
	}
}
