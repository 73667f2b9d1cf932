package store

import (
	"context"
	"strings"

	"grassroots/models"
)

// Language gives the language that a person has chosen; empty when they have not.
func (s *Store) Language(ctx context.Context, personID string) (models.Language, error) {
	return s.language(ctx, "person_id = ?", personID)
}

// LanguageOf gives the language that the person with an e-mail address has chosen;
// empty when they have not, or nobody has the address.
func (s *Store) LanguageOf(ctx context.Context, email string) (models.Language, error) {
	return s.language(ctx, "person_id IN (SELECT id FROM people WHERE email = ?)", strings.ToLower(email))
}

func (s *Store) language(ctx context.Context, where string, value string) (models.Language, error) {
	var found []models.Language
	err := s.DB(ctx).Table("person_languages").Where(where, value).Pluck("language", &found).Error
	if err != nil || len(found) == 0 {
		return "", err
	}
	return found[0], nil
}

// SetLanguage keeps the language in which a person wants pages and e-mails.
func (s *Store) SetLanguage(ctx context.Context, personID string, language models.Language) error {
	return s.Tx(ctx, func(ctx context.Context) error {
		old, err := s.Language(ctx, personID)
		if err != nil || old == language {
			return err
		}
		Note(ctx, "person.change", personID, nil, map[string]any{"fields": []string{"language"}})
		return s.exec(ctx, "INSERT INTO person_languages (person_id, language) VALUES (?, ?) ON CONFLICT (person_id) DO UPDATE SET language = excluded.language", personID, language)
	})
}
