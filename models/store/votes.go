package store

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"grassroots/models"
)

// changeCounts gives the statement that changes a case study's votes and comments
// by given amounts, and with them its rank and the mark that the search index has
// something to see. Adoptions are counted anew instead: see Recount.
//
// Each amount is a piece of SQL and stands in it twice.
func changeCounts(votes, comments string) string {
	return fmt.Sprintf("UPDATE case_studies SET %s WHERE id = ? AND status <> 'withdrawn' RETURNING votes", newCounts(votes, comments))
}

func newCounts(votes, comments string) string {
	return fmt.Sprintf(`votes = votes + %[1]s, comments = comments + %[2]s, hot = %[3]s, tallies = tallies + 1`, votes, comments, hotBy("votes + "+votes, "comments + "+comments))
}

// hotBy is the formula of models.HotRank in SQL, with pieces of it for the votes
// and comments that a case study has from now on. LOG is to base 10 on both
// databases.
func hotBy(votes, comments string) string {
	return fmt.Sprintf("hot_age + LOG(CAST(1 + %s + 2 * (%s) + 4 * adoptions AS DOUBLE PRECISION))", votes, comments)
}

// ballot is one vote on its way into the database, and what came of it.
type ballot struct {
	caseStudyID, personID string
	on                    bool
	status                models.Status // that the case study has to have

	ctx   context.Context // whose vote it is; its end does not undo the vote
	done  chan struct{}
	votes int
	err   error
}

// errNoSuchStudy is what a vote for nothing gives.
var errNoSuchStudy = models.E(models.NotFound, "That case study is not there any more.")

// Vote gives one person's vote for a case study, or takes it back (on false),
// and gives the number of votes after it. Doing it again changes nothing.
// NotFound when there is no such case study that everybody may read.
//
// Many people at once on one case study are counted right: the row's lock puts
// them in a line. So that a line does not wait for a commit a vote, whoever
// comes while a commit is under way is committed together with all the others
// who came meanwhile.
func (s *Store) Vote(ctx context.Context, caseStudyID, personID string, on bool) (int, error) {
	return s.vote(ctx, caseStudyID, personID, on, models.Published)
}

// VoteLimited is Vote for a case study that not everybody may read; that the
// person may is for the caller to know.
func (s *Store) VoteLimited(ctx context.Context, caseStudyID, personID string, on bool) (int, error) {
	return s.vote(ctx, caseStudyID, personID, on, models.Limited)
}

func (s *Store) vote(ctx context.Context, caseStudyID, personID string, on bool, status models.Status) (int, error) {
	b := &ballot{caseStudyID: caseStudyID, personID: personID, on: on, status: status, ctx: ctx, done: make(chan struct{})}
	if s.InTx(ctx) {
		if err := s.cast(ctx, []*ballot{b}); err != nil {
			return 0, err
		}
		return b.votes, b.err
	}
	s.ballots.add(b, s.castTogether)
	select {
	case <-b.done:
		return b.votes, b.err
	case <-ctx.Done():
		return 0, ctx.Err()
	}
}

// castTogether commits ballots together. When that fails for one of them, each
// is tried by itself, so that nobody's vote fails for another's.
func (s *Store) castTogether(list []*ballot) {
	ctx := WithTrail(context.WithoutCancel(list[0].ctx), nil) // each ballot has a trail of its own
	var err error
	if s.Dialect() == Postgres {
		// One statement is its own transaction, in a third of the round trips.
		err = retrying(ctx, func() error { return s.castPostgres(ctx, list) })
	} else {
		err = s.Tx(ctx, func(ctx context.Context) error { return s.cast(ctx, list) })
	}
	if err != nil && len(list) > 1 {
		for _, b := range list {
			s.castTogether([]*ballot{b})
		}
		return
	}
	for _, b := range list {
		if err != nil {
			b.err = err
		}
		close(b.done)
	}
}

// cast writes ballots in the transaction in ctx, at most one a person and case
// study, and gives each its count.
func (s *Store) cast(ctx context.Context, list []*ballot) error {
	if s.Dialect() == Postgres {
		return s.castPostgres(ctx, list)
	}
	for _, b := range list {
		if err := s.castSQLite(ctx, b); err != nil {
			return err
		}
	}
	noteBallots(list)
	return nil
}

// ballotEvent is what the audit record is told of a ballot that changes
// something; with no id it is told nothing.
type ballotEvent struct {
	Event   string `json:"event"`
	Actor   string `json:"actor"`
	Means   string `json:"means"`
	Action  string `json:"action"`
	Address string `json:"address"`
	Request string `json:"request"`
}

func (s *Store) eventOf(b *ballot) ballotEvent {
	t := trailIn(b.ctx)
	if t == nil {
		return ballotEvent{}
	}
	action := "vote.take-back"
	if b.on {
		action = "vote.give"
	}
	return ballotEvent{s.NewID(), t.Actor, t.Means, action, t.Address, t.Request}
}

// noteBallots notes that the votes are recorded, with the votes themselves.
func noteBallots(list []*ballot) {
	for _, b := range list {
		if t := trailIn(b.ctx); t != nil {
			t.done(0)
		}
	}
}

// castPostgres is one statement, however many ballots there are. It locks the
// case studies in the order of their ids, so that two nodes do not wait for
// one another in a ring.
func (s *Store) castPostgres(ctx context.Context, list []*ballot) error {
	type row struct {
		Study  string        `json:"study"`
		Status models.Status `json:"status"`
		Person string        `json:"person"`
		Yes    bool          `json:"yes"`
		ballotEvent
	}
	rows := make([]row, len(list))
	for i, b := range list {
		rows[i] = row{b.caseStudyID, b.status, b.personID, b.on, s.eventOf(b)}
	}
	ballots, err := json.Marshal(rows)
	if err != nil {
		return err
	}
	var counts []struct {
		ID     string
		Status models.Status
		Votes  int
	}
	err = s.DB(ctx).Raw(`WITH ballots AS MATERIALIZED (SELECT * FROM jsonb_to_recordset(?::jsonb) AS b (study TEXT, status TEXT, person TEXT, yes BOOLEAN, event TEXT, actor TEXT, means TEXT, action TEXT, address TEXT, request TEXT)),
		locked AS MATERIALIZED (SELECT id, status, votes FROM case_studies WHERE id = ANY (ARRAY(SELECT study FROM ballots)) AND status <> 'withdrawn' ORDER BY id FOR NO KEY UPDATE),
		given AS (INSERT INTO votes (case_study_id, person_id, created_at)
			SELECT study, person, ? FROM ballots JOIN locked ON locked.id = ballots.study AND locked.status = ballots.status WHERE yes ON CONFLICT DO NOTHING RETURNING case_study_id, person_id),
		taken AS (DELETE FROM votes USING ballots JOIN locked ON locked.id = ballots.study AND locked.status = ballots.status
			WHERE NOT yes AND votes.person_id = ballots.person AND votes.case_study_id = ballots.study RETURNING votes.case_study_id, votes.person_id),
		noted AS (INSERT INTO audit_events (id, at, actor, means, action, subject, address, request)
			SELECT event, ?, actor, means, action, study, address, request FROM ballots
			JOIN (SELECT * FROM given UNION ALL SELECT * FROM taken) AS changed ON changed.case_study_id = ballots.study AND changed.person_id = ballots.person WHERE event <> '' RETURNING id),
		waiting AS (INSERT INTO audit_open (event_id) SELECT id FROM noted),
		sums AS (SELECT case_study_id, SUM(n) AS n FROM (SELECT case_study_id, 1 AS n FROM given UNION ALL SELECT case_study_id, -1 FROM taken) AS each GROUP BY case_study_id),
		counted AS (UPDATE case_studies SET `+newCounts("sums.n", "0")+` FROM sums WHERE id = sums.case_study_id AND sums.n <> 0 RETURNING id, case_studies.votes)
		SELECT locked.id, locked.status, COALESCE(counted.votes, locked.votes) AS votes FROM locked LEFT JOIN counted ON counted.id = locked.id`,
		string(ballots), s.Now(), s.Now().UTC().Truncate(time.Microsecond)).Scan(&counts).Error
	if err != nil {
		return err
	}
	noteBallots(list)
	type study struct {
		id     string
		status models.Status
	}
	votes := make(map[study]int, len(counts))
	for _, c := range counts {
		votes[study{c.ID, c.Status}] = c.Votes
	}
	for _, b := range list {
		n, ok := votes[study{b.caseStudyID, b.status}]
		if b.votes, b.err = n, nil; !ok {
			b.err = errNoSuchStudy
		}
	}
	return nil
}

// castSQLite is two statements: SQLite has no changing CTE. The second is
// there for a vote that changes nothing, too: it gives the count.
func (s *Store) castSQLite(ctx context.Context, b *ballot) error {
	sql, args, change := "DELETE FROM votes WHERE person_id = ? AND case_study_id IN (SELECT id FROM case_studies WHERE id = ? AND status = ?)",
		[]any{b.personID, b.caseStudyID, b.status}, int64(-1)
	if b.on {
		sql = `INSERT INTO votes (case_study_id, person_id, created_at)
			SELECT id, ?, ? FROM case_studies WHERE id = ? AND status = ? ON CONFLICT DO NOTHING`
		args, change = []any{b.personID, s.Now(), b.caseStudyID, b.status}, 1
	}
	r := s.DB(ctx).Exec(sql, args...)
	if r.Error != nil {
		return r.Error
	}
	change *= r.RowsAffected
	if e := s.eventOf(b); change != 0 && e.Event != "" {
		err := s.addAudit(ctx, []models.AuditEvent{{ID: e.Event, At: s.Now().UTC(), Actor: e.Actor, Means: e.Means, Action: e.Action, Subject: b.caseStudyID, Address: e.Address, Request: e.Request}})
		if err != nil {
			return err
		}
	}
	var votes []int
	var err error
	if change == 0 {
		err = s.DB(ctx).Raw("SELECT votes FROM case_studies WHERE id = ? AND status = ?", b.caseStudyID, b.status).Scan(&votes).Error
	} else {
		err = s.DB(ctx).Raw(changeCounts("?", "0"), change, change, b.caseStudyID).Scan(&votes).Error
	}
	if err != nil {
		return err
	}
	if len(votes) == 0 {
		b.votes, b.err = 0, errNoSuchStudy
	} else {
		b.votes, b.err = votes[0], nil
	}
	return nil
}
