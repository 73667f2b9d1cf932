package store_test

import (
	"regexp"
	"testing"

	"grassroots/models/store"
	"grassroots/models/store/storetest"
)

// notInExports are columns that lead to people and are in no export of one's own
// data, each with the reason.
var notInExports = map[string]string{
	"conversation_blocks.blocked_id": "who takes no questions of theirs, which they are not told",
	"drafts.saved_by":                "who saved it last: the draft is in its owner's export",
	"held_forms.person_id":           "sealed with a secret that their browser has alone, and gone within the hour",
	"idempotency_keys.person_id":     "answers to a program, kept for a day: what it did is in the record",
	"mail_dues.person_id":            "when the next e-mail is due, which follows from the settings",
	"measures.moderator_id":          "what moderators did is in the record",
	"merged_follows.person_id":       "what they follow, for when a merge is taken back",
	"merged_votes.person_id":         "their vote, for when a merge is taken back",
	"moderation_items.author_id":     "what others reported of them, who are not to be known by it",
	"notifications.actor_id":         "what they did, told to somebody else",
}

// Whatever refers to people is in the export of one's own data, or is left out
// for a reason that somebody has thought of.
func TestEverythingThatLeadsToAPersonIsInTheirExport(t *testing.T) {
	t.Parallel()
	s, err := store.Open(t.Context(), storetest.ConfigOn(t, store.SQLite))
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	var columns []string
	err = s.DB(t.Context()).Raw(`SELECT m.name || '.' || f."from" FROM sqlite_master m, pragma_foreign_key_list(m.name) f WHERE m.type = 'table' AND f."table" = 'people' ORDER BY 1`).Scan(&columns).Error
	if err != nil || len(columns) < 20 {
		t.Fatalf("%d columns lead to people: %v", len(columns), err)
	}
	all := ""
	for _, section := range store.OwnSections() {
		all += section.Query() + "\n"
	}
	for _, column := range columns {
		table, name := split(column)
		found := regexp.MustCompile(`FROM ` + table + `\b[^\n]*\b` + name + ` = @person`).MatchString(all)
		if _, exempt := notInExports[column]; found == exempt {
			t.Errorf("%s: in the export %v, left out for a reason %v", column, found, exempt)
		}
	}
}

func split(column string) (table, name string) {
	parts := regexp.MustCompile(`^(\w+)\.(\w+)$`).FindStringSubmatch(column)
	return parts[1], parts[2]
}
