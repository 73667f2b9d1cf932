package casestudies

import (
	"grassroots/app/jobs"
	"grassroots/app/uploads"
)

// Queue gives the queue that the feature's jobs wait in.
func (f *Feature) Queue() *jobs.Queue { return f.queue }

// ReadRows sets how many rows of a table are read at once.
func (f *Feature) ReadRows(n int) { f.rowsAtOnce = n }

// Uploads gives where the contents of files are kept.
func (f *Feature) Uploads() *uploads.Store { return f.uploads }
