package store

import (
	"context"
	"time"

	"gorm.io/gorm"

	"grassroots/models"
)

type conversationRow struct {
	ID           string
	Kind         models.ConversationKind
	CaseStudyID  string
	Title        string
	State        string
	CreatedAt    time.Time `gorm:"autoCreateTime:false"`
	LastAt       time.Time
	WaitingSince *time.Time
}

func (conversationRow) TableName() string { return "conversations" }

type memberRow struct {
	ConversationID string
	PersonID       string
	Part           string
	ReadAt         *time.Time
	LeftAt         *time.Time
}

func (memberRow) TableName() string { return "conversation_people" }

type messageRow struct {
	ID             string
	ConversationID string
	AuthorID       string
	Body           string
	CreatedAt      time.Time `gorm:"autoCreateTime:false"`
}

func (messageRow) TableName() string { return "messages" }

// TeamOf gives the ids of those who can be asked about a case study by somebody:
// who posted or wrote it, has an account here, and has not blocked them.
func (s *Store) TeamOf(ctx context.Context, caseStudyID, asker string) ([]string, error) {
	var ids []string
	err := s.DB(ctx).Raw(`SELECT p.id FROM people p WHERE p.id IN (SELECT owner_id FROM case_studies WHERE id = ? UNION SELECT person_id FROM case_study_people WHERE case_study_id = ?)
		AND p.closed_at IS NULL AND p.email NOT LIKE '%.invalid' AND p.id <> ? AND NOT EXISTS (SELECT 1 FROM conversation_blocks b WHERE b.person_id = p.id AND b.blocked_id = ?) ORDER BY p.id`,
		caseStudyID, caseStudyID, asker, asker).Scan(&ids).Error
	return ids, err
}

// Blocks tells whether a person takes no questions of another.
func (s *Store) Blocks(ctx context.Context, personID, blockedID string) (bool, error) {
	var n int64
	err := s.DB(ctx).Table("conversation_blocks").Where("person_id = ? AND blocked_id = ?", personID, blockedID).Count(&n).Error
	return n > 0, err
}

// BeginConversation saves a conversation with its first message, which somebody
// waits to have answered by the others in it.
func (s *Store) BeginConversation(ctx context.Context, c *models.Conversation, first *models.Message, asked []string) error {
	return s.Tx(ctx, func(ctx context.Context) error {
		Note(ctx, "conversation.begin", c.ID, nil, map[string]any{"kind": c.Kind, "case_study": c.CaseStudyID})
		now := first.CreatedAt
		row := conversationRow{c.ID, c.Kind, c.CaseStudyID, c.Title, models.ConversationOpen, now, now, &now}
		if err := s.DB(ctx).Create(&row).Error; err != nil {
			return err
		}
		members := []memberRow{{c.ID, first.AuthorID, models.PartAsker, &now, nil}}
		for _, id := range asked {
			members = append(members, memberRow{c.ID, id, models.PartAsked, nil, nil})
		}
		if err := s.DB(ctx).Create(&members).Error; err != nil {
			return err
		}
		return s.DB(ctx).Create(&messageRow{first.ID, c.ID, first.AuthorID, first.Body, now}).Error
	})
}

// AddMessage adds a message of somebody in a conversation: of those who were asked
// it is an answer, of the asker it waits for one. It gives how many messages there
// are.
func (s *Store) AddMessage(ctx context.Context, c *models.Conversation, m *models.Message) (total int, err error) {
	err = s.Tx(ctx, func(ctx context.Context) error {
		Note(ctx, "conversation.message", c.ID, nil, nil)
		if err := s.DB(ctx).Create(&messageRow{m.ID, c.ID, m.AuthorID, m.Body, m.CreatedAt}).Error; err != nil {
			return err
		}
		if c.Part == models.PartAsked {
			err = s.exec(ctx, "UPDATE conversations SET state = ?, waiting_since = NULL, last_at = ? WHERE id = ?", models.ConversationAnswered, m.CreatedAt, c.ID)
		} else {
			err = s.exec(ctx, "UPDATE conversations SET state = ?, waiting_since = COALESCE(waiting_since, ?), last_at = ? WHERE id = ?", models.ConversationOpen, m.CreatedAt, m.CreatedAt, c.ID)
		}
		if err != nil {
			return err
		}
		if err := s.exec(ctx, "UPDATE conversation_people SET read_at = ? WHERE conversation_id = ? AND person_id = ?", m.CreatedAt, c.ID, m.AuthorID); err != nil {
			return err
		}
		var n int64
		err := s.DB(ctx).Table("messages").Where("conversation_id = ?", c.ID).Count(&n).Error
		total = int(n)
		return err
	})
	return total, err
}

// DeclineConversation notes that those who were asked cannot help.
func (s *Store) DeclineConversation(ctx context.Context, id string) error {
	Note(ctx, "conversation.decline", id, nil, nil)
	return s.exec(ctx, "UPDATE conversations SET state = ?, waiting_since = NULL, last_at = ? WHERE id = ?", models.ConversationDeclined, s.Now(), id)
}

// BlockAsker has a person take no questions of another any more, and leave all
// conversations that the other began.
func (s *Store) BlockAsker(ctx context.Context, personID, blockedID string) error {
	return s.Tx(ctx, func(ctx context.Context) error {
		Note(ctx, "conversation.block", blockedID, nil, nil)
		if err := s.exec(ctx, "INSERT INTO conversation_blocks (person_id, blocked_id, created_at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING", personID, blockedID, s.Now()); err != nil {
			return err
		}
		return s.exec(ctx, `UPDATE conversation_people SET left_at = ? WHERE person_id = ? AND left_at IS NULL AND part = 'asked' AND conversation_id IN
			(SELECT conversation_id FROM conversation_people WHERE person_id = ? AND part = 'asker')`, s.Now(), personID, blockedID)
	})
}

// CountAsksSince counts the conversations that a person began since a time.
func (s *Store) CountAsksSince(ctx context.Context, personID string, since time.Time) (int, error) {
	var n int64
	err := s.DB(ctx).Table("conversation_people").Joins("JOIN conversations c ON c.id = conversation_people.conversation_id").
		Where("conversation_people.person_id = ? AND conversation_people.part = 'asker' AND c.created_at > ?", personID, since).Count(&n).Error
	return int(n), err
}

// CountMessagesSince counts the messages that a person wrote since a time.
func (s *Store) CountMessagesSince(ctx context.Context, personID string, since time.Time) (int, error) {
	var n int64
	err := s.DB(ctx).Table("messages").Where("author_id = ? AND created_at > ?", personID, since).Count(&n).Error
	return int(n), err
}

// conversationsOf are those that a person reads.
func (s *Store) conversationsOf(ctx context.Context, personID string) *gorm.DB {
	return s.DB(ctx).Table("conversation_people AS mine").Joins("JOIN conversations ON conversations.id = mine.conversation_id").
		Where("mine.person_id = ? AND mine.left_at IS NULL", personID)
}

func (s *Store) conversations(ctx context.Context, db *gorm.DB) ([]models.Conversation, error) {
	var rows []struct {
		Row    conversationRow `gorm:"embedded"`
		Part   string
		ReadAt *time.Time
	}
	if err := db.Select("conversations.*, mine.part, mine.read_at").Find(&rows).Error; err != nil {
		return nil, err
	}
	out, ids := make([]models.Conversation, len(rows)), make([]string, len(rows))
	for i, r := range rows {
		c := r.Row
		ids[i] = c.ID
		out[i] = models.Conversation{ID: c.ID, Kind: c.Kind, CaseStudyID: c.CaseStudyID, Title: c.Title, State: c.State, CreatedAt: c.CreatedAt, LastAt: c.LastAt, WaitingSince: c.WaitingSince,
			Part: r.Part, Unread: r.ReadAt == nil || r.ReadAt.Before(c.LastAt)}
	}
	if len(ids) == 0 {
		return nil, nil
	}
	var members []struct {
		ConversationID string
		models.Member
	}
	err := s.DB(ctx).Table("conversation_people AS m").Joins("JOIN people ON people.id = m.person_id").Where("m.conversation_id IN ?", ids).Order("m.part DESC, people.name, people.id").
		Select("m.conversation_id, m.person_id, people.name, CASE WHEN people.closed_at IS NULL THEN people.handle ELSE '' END AS handle, people.job_title, m.part, (m.left_at IS NOT NULL) AS \"left\"").Scan(&members).Error
	for _, m := range members {
		for i := range out {
			if out[i].ID == m.ConversationID {
				out[i].Members = append(out[i].Members, m.Member)
			}
		}
	}
	return out, err
}

// Conversations gives a page of a person's conversations, those begun last first,
// without their messages. before is the last id of the page before.
func (s *Store) Conversations(ctx context.Context, personID, before string, limit int) (list []models.Conversation, more bool, err error) {
	db := s.conversationsOf(ctx, personID)
	if before != "" {
		db = db.Where("mine.conversation_id < ?", before)
	}
	list, err = s.conversations(ctx, db.Order("mine.conversation_id DESC").Limit(limit+1))
	if more = len(list) > limit; more {
		list = list[:limit]
	}
	return list, more, err
}

// CountConversations counts what Conversations lists on all its pages.
func (s *Store) CountConversations(ctx context.Context, personID string) (int, error) {
	var n int64
	err := s.conversationsOf(ctx, personID).Count(&n).Error
	return int(n), err
}

// WaitingConversations gives those that wait for a person, or others who were
// asked with them, to answer: who waits longest first.
func (s *Store) WaitingConversations(ctx context.Context, personID string, limit int) ([]models.Conversation, error) {
	return s.conversations(ctx, s.conversationsOf(ctx, personID).Where("mine.part = 'asked' AND conversations.state = 'open'").Order("conversations.waiting_since, conversations.id").Limit(limit))
}

// Conversation gives a conversation of a person's with its messages. NotFound for
// one that they are not in, or have left.
func (s *Store) Conversation(ctx context.Context, personID, id string) (models.Conversation, error) {
	list, err := s.conversations(ctx, s.conversationsOf(ctx, personID).Where("mine.conversation_id = ?", id))
	if err == nil && len(list) == 0 {
		err = models.E(models.NotFound, "There is no such conversation of yours.")
	}
	if err != nil {
		return models.Conversation{}, err
	}
	c := list[0]
	var rows []struct {
		Row        messageRow `gorm:"embedded"`
		AuthorName string
	}
	err = s.DB(ctx).Table("messages").Select("messages.*, people.name AS author_name").Joins("JOIN people ON people.id = messages.author_id").Where("messages.conversation_id = ?", id).
		Order("messages.id").Limit(models.MaxMessages).Find(&rows).Error
	for _, r := range rows {
		c.Messages = append(c.Messages, models.Message{ID: r.Row.ID, ConversationID: id, AuthorID: r.Row.AuthorID, AuthorName: r.AuthorName, Body: r.Row.Body, CreatedAt: r.Row.CreatedAt})
	}
	return c, err
}

// ReadConversation notes that a person has read a conversation, and what they were
// told of it.
func (s *Store) ReadConversation(ctx context.Context, personID, id string) error {
	return s.Tx(ctx, func(ctx context.Context) error {
		if err := s.HoldPerson(ctx, personID); err != nil {
			return err
		}
		if err := s.exec(ctx, "UPDATE conversation_people SET read_at = ? WHERE conversation_id = ? AND person_id = ?", s.Now(), id, personID); err != nil {
			return err
		}
		if err := s.exec(ctx, "UPDATE notifications SET read_at = ? WHERE person_id = ? AND reason = ? AND detail = ? AND read_at IS NULL", s.Now(), personID, models.NotifyMessage, id); err != nil {
			return err
		}
		return s.recountUnread(ctx, []string{personID})
	})
}

// leaveConversations takes a person whose account is closed out of their
// conversations, with what they wrote there.
func (s *Store) leaveConversations(ctx context.Context, personID string) error {
	for _, statement := range []string{"UPDATE messages SET body = '' WHERE author_id = ?", "DELETE FROM conversation_blocks WHERE person_id = ?", "DELETE FROM conversation_blocks WHERE blocked_id = ?",
		"UPDATE conversations SET waiting_since = NULL, state = 'answered' WHERE state = 'open' AND id IN (SELECT conversation_id FROM conversation_people WHERE person_id = ? AND part = 'asker')"} {
		if err := s.exec(ctx, statement, personID); err != nil {
			return err
		}
	}
	return s.exec(ctx, "UPDATE conversation_people SET left_at = ? WHERE person_id = ? AND left_at IS NULL", s.Now(), personID)
}
