package jobs

import (
	"time"

	"github.com/riverqueue/river"
)

// periodicJob is a job that comes round.
type periodicJob struct {
	every time.Duration
	args  Args
}

// Every enqueues a job with these arguments once an interval, whichever and
// however many nodes run. Call it before the queue's first use.
//
// The first is due when a node starts, not an interval later: a program that is
// restarted each night would never reach a weekly one.
func (q *Queue) Every(interval time.Duration, args Args) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.main != nil {
		panic("jobs: Every after the queue's first use")
	}
	q.periodic = append(q.periodic, periodicJob{interval, args})
}

// river is the job as River's leader enqueues it. Leaders change and start
// afresh, so the job is unique in its period as well.
func (p periodicJob) river() *river.PeriodicJob {
	return river.NewPeriodicJob(
		river.PeriodicInterval(p.every),
		func() (river.JobArgs, *river.InsertOpts) {
			return p.args, &river.InsertOpts{
				UniqueOpts: river.UniqueOpts{ByArgs: true, ByPeriod: p.every},
			}
		},
		&river.PeriodicJobOpts{RunOnStart: true},
	)
}

// retention keeps what was done for as long as it must stop a second one in
// the same period.
func (q *Queue) retention() time.Duration {
	keep := retention
	for _, p := range q.periodic {
		keep = max(keep, p.every+time.Hour)
	}
	return keep
}
