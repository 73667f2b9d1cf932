package casestudies

import (
	"grassroots/app/jobs"
	"grassroots/app/uploads"
)

// Queue gives the queue that the feature's jobs wait in.
func (f *Feature) Queue() *jobs.Queue { return f.queue }

// Uploads gives where the contents of files are kept.
func (f *Feature) Uploads() *uploads.Store { return f.uploads }
