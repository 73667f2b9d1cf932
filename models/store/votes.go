package store

import (
	"context"
	"fmt"

	"grassroots/models"
)

// changeCounts gives the statement that changes a case study's counts by given amounts, and with them its
// rank by the formula of models.HotRank (LOG is to base 10 on both databases)
// and the mark that the search index has something to see.
//
// Each amount is a piece of SQL and stands in it twice.
func changeCounts(votes, comments, adoptions string) string {
	return fmt.Sprintf(`UPDATE case_studies SET
		votes = votes + %[1]s, comments = comments + %[2]s, adoptions = adoptions + %[3]s,
		hot = hot_age + LOG(CAST(1 + votes + %[1]s + 2 * (comments + %[2]s) + 4 * (adoptions + %[3]s) AS DOUBLE PRECISION)),
		changes = changes + 1
		WHERE id = ? AND status = 'published' RETURNING votes`, votes, comments, adoptions)
}

// Vote gives one person's vote for a case study, or takes it back (on false),
// and gives the number of votes after it. Doing it again changes nothing. Many
// people at once on one case study are counted right: the row's lock puts them
// in a line. NotFound when there is no such published case study.
func (s *Store) Vote(ctx context.Context, caseStudyID, personID string, on bool) (int, error) {
	var votes []int
	var err error
	if s.Dialect() == "postgres" {
		err = s.votePostgres(ctx, caseStudyID, personID, on, &votes)
	} else {
		err = s.voteSQLite(ctx, caseStudyID, personID, on, &votes)
	}
	if err != nil {
		return 0, err
	}
	if len(votes) == 0 {
		return 0, models.E(models.NotFound, "That case study is not there any more.")
	}
	return votes[0], nil
}

// votePostgres is one statement, so one round trip and one commit.
func (s *Store) votePostgres(ctx context.Context, caseStudyID, personID string, on bool, votes *[]int) error {
	if on {
		return s.DB(ctx).Raw(`WITH changed AS (
			INSERT INTO votes (case_study_id, person_id, created_at)
			SELECT id, ?, ? FROM case_studies WHERE id = ? AND status = 'published'
			ON CONFLICT DO NOTHING RETURNING 1) `+changeCounts("(SELECT COUNT(*) FROM changed)", "0", "0"),
			personID, s.Now(), caseStudyID, caseStudyID).Scan(votes).Error
	}
	return s.DB(ctx).Raw(`WITH changed AS (
		DELETE FROM votes WHERE person_id = ? AND case_study_id = ? RETURNING 1) `+changeCounts("(SELECT -COUNT(*) FROM changed)", "0", "0"),
		personID, caseStudyID, caseStudyID).Scan(votes).Error
}

// voteSQLite is two statements in a transaction: SQLite has no changing CTE.
func (s *Store) voteSQLite(ctx context.Context, caseStudyID, personID string, on bool, votes *[]int) error {
	return s.Tx(ctx, func(ctx context.Context) error {
		sql, args, sign := "DELETE FROM votes WHERE person_id = ? AND case_study_id = ?", []any{personID, caseStudyID}, int64(-1)
		if on {
			sql = `INSERT INTO votes (case_study_id, person_id, created_at)
				SELECT id, ?, ? FROM case_studies WHERE id = ? AND status = 'published' ON CONFLICT DO NOTHING`
			args, sign = []any{personID, s.Now(), caseStudyID}, 1
		}
		r := s.DB(ctx).Exec(sql, args...)
		if r.Error != nil {
			return r.Error
		}
		change := sign * r.RowsAffected
		return s.DB(ctx).Raw(changeCounts("?", "0", "0"), change, change, caseStudyID).Scan(votes).Error
	})
}

// VotedFor tells which of the case studies a person has voted for.
func (s *Store) VotedFor(ctx context.Context, personID string, caseStudyIDs []string) (map[string]bool, error) {
	if personID == "" || len(caseStudyIDs) == 0 {
		return nil, nil
	}
	var ids []string
	err := s.DB(ctx).Table("votes").Where("person_id = ? AND case_study_id IN ?", personID, caseStudyIDs).Pluck("case_study_id", &ids).Error
	if err != nil {
		return nil, err
	}
	voted := make(map[string]bool, len(ids))
	for _, id := range ids {
		voted[id] = true
	}
	return voted, nil
}
